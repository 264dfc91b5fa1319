// SPDX-License-Identifier: Apache-2.0
// Which expressions of a table's definition name a column: CHECK constraints, invariants, generated
// columns. They are kept as texts, so a column that one of them names can neither go nor get
// another name or type. Pure.
#pragma once

#include <string>

#include "delta/action.h"
#include "delta/schema_edit.h"

namespace laguna::catalog {

enum class ColumnFate { kDropped, kRenamed, kRetyped };

// InvalidInput "alter.column_in_use" when an expression names the column or field, one inside it,
// or one it is inside of. `path` as the schema spells it. What stands in the column's own
// definition goes with it.
void CheckUnused(const delta::Metadata& metadata, const delta::FieldPath& path, ColumnFate fate,
                 const std::string& table);

}  // namespace laguna::catalog
