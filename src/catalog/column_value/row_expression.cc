// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/row_expression.h"

#include "catalog/type_map.h"
#include "duckdb/parser/column_list.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/planner/expression_binder/check_binder.hpp"

namespace laguna::catalog {
namespace {

duckdb::ColumnList ColumnsFor(const delta::Schema& schema) {
  duckdb::ColumnList columns;
  for (const delta::StructField& field : schema.fields) {
    columns.AddColumn(duckdb::ColumnDefinition(field.name, ToDuckdb(field.type, field.name)));
  }
  columns.Finalize();
  return columns;
}

}  // namespace

duckdb::unique_ptr<duckdb::Expression> BindOverRow(duckdb::ClientContext& context,
                                                   const std::string& sql,
                                                   const delta::Schema& schema,
                                                   const std::string& table,
                                                   const duckdb::LogicalType& type) {
  auto parsed = duckdb::Parser::ParseExpressionList(sql, context.GetParserOptions());
  const auto binder = duckdb::Binder::CreateBinder(context);
  const duckdb::ColumnList columns = ColumnsFor(schema);
  duckdb::physical_index_set_t bound_columns;
  duckdb::CheckBinder row_binder(*binder, context, table, columns, bound_columns);
  row_binder.target_type = type;
  return row_binder.Bind(parsed.at(0));
}

}  // namespace laguna::catalog
