// SPDX-License-Identifier: Apache-2.0
// What UPDATE and MERGE INTO say about the rows they change, as far as DuckDB's syntax tree does
// not keep it: paths like t.address.city, which `*` goes by name, the order of clauses.
//
// The front finds it in the tokens (edit/changed_columns.cc); the catalog, which knows the columns,
// finishes the tree with it (catalog/merge). Values.
#pragma once

#include <string>
#include <vector>

namespace laguna::engine {

// A column or a field of a struct that is set: {"t", "address", "city"} of t.address.city.
struct ChangedColumn {
  // Unquoted, one part or more.
  std::vector<std::string> path;
  // Byte offset in the statement.
  size_t offset = 0;
};

// Which rows a clause is for; UPDATE has one clause, for matched rows.
enum class ChangedRows { kMatched, kNotMatched, kNotMatchedBySource };

struct ChangeClause {
  ChangedRows rows = ChangedRows::kMatched;
  // It stands behind WHEN ... AND condition.
  bool conditional = false;
  // UPDATE SET *, INSERT *, or the same without the star.
  bool star = false;
  // What SET or the column list of INSERT names, in order.
  std::vector<ChangedColumn> columns = {};
  // Byte offset in the statement of WHEN, or of SET in an UPDATE.
  size_t offset = 0;
};

}  // namespace laguna::engine
