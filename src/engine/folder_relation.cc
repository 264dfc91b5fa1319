// SPDX-License-Identifier: Apache-2.0
#include "engine/folder_relation.h"

#include <utility>

#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/tableref/at_clause.hpp"
#include "engine/table_walk.h"

namespace laguna::engine {
namespace {

bool IsFolder(const duckdb::BaseTableRef& table) {
  return table.catalog_name.empty() && duckdb::StringUtil::CIEquals(table.schema_name, "delta") &&
         table.table_name.find('/') != std::string::npos;
}

duckdb::unique_ptr<duckdb::TableRef> ScanOf(duckdb::BaseTableRef& table) {
  duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> arguments;
  arguments.push_back(
      duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value(table.table_name)));
  if (table.at_clause) {
    const bool by_version = duckdb::StringUtil::CIEquals(table.at_clause->Unit(), "version");
    arguments.push_back(std::move(table.at_clause->ExpressionMutable()));
    arguments.back()->SetAlias(by_version ? "version" : "timestamp");
  }
  auto scan = duckdb::make_uniq<duckdb::TableFunctionRef>();
  scan->function =
      duckdb::make_uniq<duckdb::FunctionExpression>("delta_scan", std::move(arguments));
  scan->alias = table.alias;
  scan->column_name_alias = table.column_name_alias;
  scan->sample = std::move(table.sample);
  scan->query_location = table.query_location;
  return scan;
}

}  // namespace

void ReplaceFolderRelations(duckdb::SQLStatement& statement) {
  TableVisitor visitor;
  visitor.on_relation = [](duckdb::unique_ptr<duckdb::TableRef>& relation) {
    if (relation->type != duckdb::TableReferenceType::BASE_TABLE) return;
    auto& table = relation->Cast<duckdb::BaseTableRef>();
    if (IsFolder(table)) relation = ScanOf(table);
  };
  WalkTables(statement, visitor);
}

}  // namespace laguna::engine
