// SPDX-License-Identifier: Apache-2.0
// Every relation a parsed statement reads: in FROM, in sub-queries, in common table expressions.
// Tables that a statement only writes are left out. Only code that speaks DuckDB includes this.
#pragma once

#include <functional>

#include "duckdb/parser/parsed_expression.hpp"
#include "duckdb/parser/sql_statement.hpp"
#include "duckdb/parser/tableref.hpp"
#include "duckdb/parser/tableref/basetableref.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/duckdb.h"

namespace laguna::engine {

struct TableVisitor {
  // Called first, for tables (names of common table expressions in scope left out) and functions;
  // may put another relation there, which is not visited.
  std::function<void(duckdb::unique_ptr<duckdb::TableRef>&)> on_relation =
      [](duckdb::unique_ptr<duckdb::TableRef>&) {};
  // Not called for names of common table expressions in scope.
  std::function<void(duckdb::BaseTableRef&)> on_table = [](duckdb::BaseTableRef&) {};
  std::function<void(duckdb::TableFunctionRef&)> on_function = [](duckdb::TableFunctionRef&) {};
};

void WalkTables(duckdb::SQLStatement& statement, const TableVisitor& visitor);

// True when a query stands inside the expression.
bool HasSubquery(const duckdb::ParsedExpression& expression);

}  // namespace laguna::engine
