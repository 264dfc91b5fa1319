// SPDX-License-Identifier: Apache-2.0
#include "engine/check_fields.h"

#include <utility>

#include "duckdb/parser/constraints/check_constraint.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/statement/create_statement.hpp"

namespace laguna::engine {
namespace {

using Expression = duckdb::unique_ptr<duckdb::ParsedExpression>;

Expression FieldOf(const duckdb::ColumnRefExpression& reference, size_t column) {
  const auto& names = reference.column_names;
  Expression result = duckdb::make_uniq<duckdb::ColumnRefExpression>(names[column]);
  for (size_t i = column + 1; i < names.size(); ++i) {
    duckdb::vector<Expression> arguments;
    arguments.push_back(std::move(result));
    arguments.push_back(duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value(names[i])));
    result = duckdb::make_uniq<duckdb::FunctionExpression>("struct_extract", std::move(arguments));
  }
  result->SetQueryLocation(reference.GetQueryLocation());
  return result;
}

void Spell(Expression& expression, const duckdb::CreateTableInfo& info) {
  if (expression->GetExpressionClass() == duckdb::ExpressionClass::COLUMN_REF) {
    const auto& reference = expression->Cast<duckdb::ColumnRefExpression>();
    const auto& names = reference.column_names;
    const bool of_table = !info.columns.ColumnExists(names[0]) && names.size() > 2 &&
                          duckdb::StringUtil::CIEquals(names[0], info.table);
    const size_t column = of_table ? 1 : 0;
    const bool has_fields = names.size() > column + 1 && info.columns.ColumnExists(names[column]);
    if (has_fields) expression = FieldOf(reference, column);
    return;
  }
  duckdb::ParsedExpressionIterator::EnumerateChildren(
      *expression, [&](Expression& child) { Spell(child, info); });
}

}  // namespace

void SpellCheckFields(duckdb::SQLStatement& statement) {
  if (statement.type != duckdb::StatementType::CREATE_STATEMENT) return;
  auto& create = *statement.Cast<duckdb::CreateStatement>().info;
  if (create.type != duckdb::CatalogType::TABLE_ENTRY) return;
  auto& info = create.Cast<duckdb::CreateTableInfo>();
  for (auto& constraint : info.constraints) {
    if (constraint->type != duckdb::ConstraintType::CHECK) continue;
    Spell(constraint->Cast<duckdb::CheckConstraint>().expression, info);
  }
}

}  // namespace laguna::engine
