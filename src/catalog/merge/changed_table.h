// SPDX-License-Identifier: Apache-2.0
// The table that UPDATE or MERGE INTO changes, as its statement names it: what may qualify its
// columns, and what a path in SET means. A value that lives while the statement's tree is
// rewritten.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"
#include "duckdb/parser/parsed_expression.hpp"
#include "duckdb/parser/tableref/basetableref.hpp"
#include "engine/change_clause.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// A column, or a field of a struct in it; names as the table has them.
struct ColumnPath {
  duckdb::LogicalIndex column{0};
  std::vector<std::string> fields = {};
};

class ChangedTable {
 public:
  // Nothing when the name is no table; DuckDB's binder says what it is instead.
  static std::optional<ChangedTable> Find(duckdb::ClientContext& context,
                                          const duckdb::TableRef& target);

  [[nodiscard]] duckdb::TableCatalogEntry& entry() const { return entry_; }
  [[nodiscard]] const duckdb::ColumnList& columns() const { return entry_.GetColumns(); }
  // "bronze.t", for messages.
  [[nodiscard]] std::string SqlName() const;
  // The names of a path without what qualifies the column: {"t", "s", "f"} -> {"s", "f"}. As in
  // Spark, what may be the table's name is it.
  [[nodiscard]] std::vector<std::string> Unqualified(const std::vector<std::string>& path) const;
  // What the path means. InvalidInput "sql.unknown_column" with the nearest name, or
  // "sql.not_a_struct", at its place.
  [[nodiscard]] ColumnPath Resolve(const engine::ChangedColumn& column) const;
  // A column of the table, in an expression.
  [[nodiscard]] duckdb::unique_ptr<duckdb::ParsedExpression> Reference(
      const std::string& column) const;

 private:
  ChangedTable(duckdb::TableCatalogEntry& entry, std::string alias);
  // How many names at the begin of `path` name the table, at most `count`.
  [[nodiscard]] bool IsQualifiedBy(const std::vector<std::string>& path, size_t count) const;

  duckdb::TableCatalogEntry& entry_;
  // Empty: the table's own name.
  std::string alias_;
};

}  // namespace laguna::catalog
