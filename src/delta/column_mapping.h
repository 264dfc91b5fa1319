// SPDX-License-Identifier: Apache-2.0
// How the columns of a table are found in its files (protocol section "Column Mapping"): by their
// names, by physical names, or by field ids. Pure.
#pragma once

#include "delta/action.h"

namespace laguna::delta {

enum class ColumnMapping { kNone, kName, kId };

// By the property delta.columnMapping.mode.
ColumnMapping ColumnMappingOf(const Metadata& metadata);

// Takes physical names and ids out of the schema of a table without column mapping, where they mean
// nothing: writers have left them behind in schemas they copied.
void DropUnusedMapping(Metadata& metadata);

}  // namespace laguna::delta
