// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/statement_conditions.h"

#include <string>
#include <utility>

#include "duckdb/parser/parsed_expression.hpp"
#include "duckdb/parser/statement/delete_statement.hpp"
#include "duckdb/parser/statement/explain_statement.hpp"
#include "duckdb/parser/statement/merge_into_statement.hpp"
#include "duckdb/parser/statement/prepare_statement.hpp"
#include "duckdb/parser/statement/update_statement.hpp"

namespace laguna::catalog {
namespace {

using duckdb::StatementType;
using Conditions = engine::StatementOptions::RowConditions;

std::string TextOf(const duckdb::unique_ptr<duckdb::ParsedExpression>& condition) {
  return condition ? condition->ToString() : "";
}

Conditions OfMerge(const duckdb::MergeIntoStatement& merge) {
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

void Note(duckdb::SQLStatement& statement, Conditions& conditions) {
  switch (statement.type) {
    case StatementType::DELETE_STATEMENT:
      conditions = {TextOf(statement.Cast<duckdb::DeleteStatement>().condition), {}};
      return;
    case StatementType::UPDATE_STATEMENT:
      conditions = {TextOf(statement.Cast<duckdb::UpdateStatement>().set_info->condition), {}};
      return;
    case StatementType::MERGE_INTO_STATEMENT:
      conditions = OfMerge(statement.Cast<duckdb::MergeIntoStatement>());
      return;
    case StatementType::EXPLAIN_STATEMENT:
      return Note(*statement.Cast<duckdb::ExplainStatement>().stmt, conditions);
    case StatementType::PREPARE_STATEMENT:
      return Note(*statement.Cast<duckdb::PrepareStatement>().statement, conditions);
    default:
      return;
  }
}

}  // namespace

void NoteRowConditions(const engine::Rewriting& rewriting) {
  Note(rewriting.statement, rewriting.options.row_conditions);
}

}  // namespace laguna::catalog
