// SPDX-License-Identifier: Apache-2.0
// SET with paths, as DuckDB knows it: whole columns. SET s.a = 1, s.b.c = 2 becomes
// SET s = struct_pack(a := 1, b := struct_pack(c := 2, d := s.b.d), e := s.e): the fields that are
// not named stay, all assignments see the row as it was, and a NULL struct becomes one with the
// fields that were set, as in Spark.
#pragma once

#include <vector>

#include "catalog/merge/changed_table.h"
#include "duckdb/parser/statement/update_statement.hpp"
#include "engine/change_clause.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// `named` stands beside `set`, one for each of its assignments. InvalidInput as
// ChangedTable::Resolve, and "sql.column_set_twice" when two set the same or a part of the other.
void SetWholeColumns(const ChangedTable& table, const std::vector<engine::ChangedColumn>& named,
                     duckdb::UpdateSetInfo& set);

}  // namespace laguna::catalog
