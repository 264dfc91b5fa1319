// SPDX-License-Identifier: Apache-2.0
// How the columns of a table are found in its files (protocol section "Column Mapping"): by their
// names, by physical names, or by field ids. Pure.
#pragma once

#include "base/random.h"
#include "delta/action.h"

namespace laguna::delta {

enum class ColumnMapping { kNone, kName, kId };

// By the property delta.columnMapping.mode.
ColumnMapping ColumnMappingOf(const Metadata& metadata);

// Takes physical names and ids out of the schema of a table without column mapping, where they mean
// nothing: writers have left them behind in schemas they copied.
void DropUnusedMapping(Metadata& metadata);

// Gives every field that has none its id and its physical name, nested ones too, and notes the
// highest id; nothing for tables without column mapping. `before` is the definition of a table
// whose files stay: where it had no mapping, the files have its names, so those become the physical
// ones. Other fields get a random physical name, which no older file can have. InvalidInput
// ("delta.column_mapping_mode") for a change of mode that would lose the columns of those files.
void MapColumns(Metadata& metadata, const Metadata* before, base::Random& random);

// The same for a table that is made, in the place of `replaced` where it is not null. As in Spark,
// fields of the same name keep their id and physical name when the mode and their type stay, so
// that the change feed can tell the rows that go by the columns of those that come.
void MapNewColumns(Metadata& metadata, const Metadata* replaced, base::Random& random);

}  // namespace laguna::delta
