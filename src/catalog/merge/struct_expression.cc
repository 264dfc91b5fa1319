// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/struct_expression.h"

#include <utility>

#include "duckdb/parser/expression/case_expression.hpp"
#include "duckdb/parser/expression/conjunction_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/operator_expression.hpp"

namespace laguna::catalog {
namespace {

ParsedPointer IsNull(const duckdb::ParsedExpression& value) {
  return duckdb::make_uniq<duckdb::OperatorExpression>(duckdb::ExpressionType::OPERATOR_IS_NULL,
                                                       value.Copy());
}

}  // namespace

ParsedPointer FieldOf(const duckdb::ParsedExpression& structure, const std::string& field) {
  duckdb::vector<ParsedPointer> arguments;
  arguments.push_back(structure.Copy());
  arguments.push_back(duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value(field)));
  return duckdb::make_uniq<duckdb::FunctionExpression>("struct_extract", std::move(arguments));
}

ParsedPointer StructOf(duckdb::vector<NamedExpression> fields) {
  duckdb::vector<ParsedPointer> arguments;
  for (NamedExpression& field : fields) {
    field.value->SetAlias(field.name);
    arguments.push_back(std::move(field.value));
  }
  return duckdb::make_uniq<duckdb::FunctionExpression>("struct_pack", std::move(arguments));
}

ParsedPointer NullWhere(ParsedPointer condition, ParsedPointer value) {
  auto result = duckdb::make_uniq<duckdb::CaseExpression>();
  duckdb::CaseCheck check;
  check.when_expr = std::move(condition);
  check.then_expr = duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value());
  result->case_checks.push_back(std::move(check));
  result->else_expr = std::move(value);
  return result;
}

ParsedPointer BothNull(const duckdb::ParsedExpression& left,
                       const duckdb::ParsedExpression& right) {
  return duckdb::make_uniq<duckdb::ConjunctionExpression>(duckdb::ExpressionType::CONJUNCTION_AND,
                                                          IsNull(left), IsNull(right));
}

}  // namespace laguna::catalog
