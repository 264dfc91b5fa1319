// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/statement_conditions.h"

#include <string>
#include <utility>

#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/parser/expression/cast_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/parameter_expression.hpp"
#include "duckdb/parser/expression/subquery_expression.hpp"
#include "duckdb/parser/parsed_expression.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/statement/delete_statement.hpp"
#include "duckdb/parser/statement/execute_statement.hpp"
#include "duckdb/parser/statement/explain_statement.hpp"
#include "duckdb/parser/statement/merge_into_statement.hpp"
#include "duckdb/parser/statement/prepare_statement.hpp"
#include "duckdb/parser/statement/update_statement.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/planner/expression_binder/constant_binder.hpp"
#include "engine/prepared_statement.h"

namespace laguna::catalog {
namespace {

using duckdb::StatementType;
using Conditions = engine::StatementOptions::RowConditions;
using ParsedPointer = duckdb::unique_ptr<duckdb::ParsedExpression>;

// Puts the values that are given in the places of the parameters.
void FillIn(ParsedPointer& expression, const engine::StatementParameters& values) {
  if (expression->GetExpressionClass() == duckdb::ExpressionClass::PARAMETER) {
    const auto given = values.find(expression->Cast<duckdb::ParameterExpression>().identifier);
    if (given == values.end()) return;
    expression = duckdb::make_uniq<duckdb::ConstantExpression>(given->second.GetValue());
    return;
  }
  const auto fill_in = [&](ParsedPointer& child) { FillIn(child, values); };
  if (expression->GetExpressionClass() == duckdb::ExpressionClass::SUBQUERY) {
    duckdb::ParsedExpressionIterator::EnumerateQueryNodeChildren(
        *expression->Cast<duckdb::SubqueryExpression>().subquery->node, fill_in);
  }
  duckdb::ParsedExpressionIterator::EnumerateChildren(*expression, fill_in);
}

// The conditions of a statement, with the values of its parameters.
class ConditionReader {
 public:
  explicit ConditionReader(const engine::StatementParameters& values) : values_(values) {}

  // Nothing for a statement that has no conditions over rows.
  [[nodiscard]] Conditions Of(const duckdb::SQLStatement& statement) const {
    switch (statement.type) {
      case StatementType::DELETE_STATEMENT:
        return {TextOf(statement.Cast<duckdb::DeleteStatement>().condition), {}};
      case StatementType::UPDATE_STATEMENT:
        return {TextOf(statement.Cast<duckdb::UpdateStatement>().set_info->condition), {}};
      case StatementType::MERGE_INTO_STATEMENT:
        return OfMerge(statement.Cast<duckdb::MergeIntoStatement>());
      case StatementType::EXPLAIN_STATEMENT:
        return Of(*statement.Cast<duckdb::ExplainStatement>().stmt);
      case StatementType::PREPARE_STATEMENT:
        return Of(*statement.Cast<duckdb::PrepareStatement>().statement);
      default:
        return {};
    }
  }

 private:
  [[nodiscard]] std::string TextOf(const ParsedPointer& condition) const {
    if (!condition) return "";
    if (values_.empty()) return condition->ToString();
    ParsedPointer filled_in = condition->Copy();
    FillIn(filled_in, values_);
    return filled_in->ToString();
  }

  [[nodiscard]] Conditions OfMerge(const duckdb::MergeIntoStatement& merge) const {
    Conditions conditions;
    conditions.statement = TextOf(merge.join_condition);
    for (const std::string& name : merge.using_columns) {
      conditions.statement += (conditions.statement.empty() ? "USING (" : ", ") + name;
    }
    if (!merge.using_columns.empty()) conditions.statement += ")";
    for (const auto& [rows, actions] : merge.actions) {
      for (const auto& action : actions) conditions.clauses.push_back(TextOf(action->condition));
    }
    return conditions;
  }

  const engine::StatementParameters& values_;
};

duckdb::Value Evaluated(duckdb::ClientContext& context, const duckdb::ParsedExpression& given) {
  const auto binder = duckdb::Binder::CreateBinder(context);
  binder->SetCanContainNulls(true);
  duckdb::ConstantBinder constants(*binder, context, "EXECUTE statement");
  ParsedPointer expression = given.Copy();
  const auto bound = constants.Bind(expression);
  return duckdb::ExpressionExecutor::EvaluateScalar(context, *bound, true);
}

// What is given is evaluated once: the value stands in its place from here on, so that the history
// says what the statement does (EXECUTE q(random())).
engine::StatementParameters GivenValues(duckdb::ClientContext& context,
                                        duckdb::ExecuteStatement& execute) {
  engine::StatementParameters values;
  for (auto& [name, given] : execute.named_values) {
    if (given->GetExpressionClass() != duckdb::ExpressionClass::CONSTANT) {
      duckdb::Value value = Evaluated(context, *given);
      const duckdb::LogicalType type = value.type();
      given = duckdb::make_uniq<duckdb::CastExpression>(
          type, duckdb::make_uniq<duckdb::ConstantExpression>(value));
      values.emplace(name, duckdb::BoundParameterData(std::move(value)));
      continue;
    }
    values.emplace(name,
                   duckdb::BoundParameterData(given->Cast<duckdb::ConstantExpression>().value));
  }
  return values;
}

bool ChangesRows(const duckdb::SQLStatement& statement) {
  return statement.type == StatementType::DELETE_STATEMENT ||
         statement.type == StatementType::UPDATE_STATEMENT ||
         statement.type == StatementType::MERGE_INTO_STATEMENT;
}

}  // namespace

void NoteRowConditions(const engine::Rewriting& rewriting) {
  Conditions& conditions = rewriting.options.row_conditions;
  if (rewriting.statement.type != StatementType::EXECUTE_STATEMENT) {
    conditions = ConditionReader(rewriting.parameters).Of(rewriting.statement);
    return;
  }
  const auto& prepared = engine::StatementToRun(rewriting.context, rewriting.statement);
  if (!ChangesRows(prepared)) return;
  auto& execute = rewriting.statement.Cast<duckdb::ExecuteStatement>();
  conditions = ConditionReader(GivenValues(rewriting.context, execute)).Of(prepared);
}

}  // namespace laguna::catalog
