// SPDX-License-Identifier: Apache-2.0
// Session::Evaluate: one scalar expression over named values.
//
// The values become the columns of a one-row table beside the expression's syntax tree; no text is
// put together. What is not one expression (a FROM, a second column, a sub-query) is refused.
#include <fmt/format.h>

#include <utility>

#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/expressionlistref.hpp"
#include "engine/duckdb_value.h"
#include "engine/session.h"
#include "engine/session_placing.h"
#include "engine/session_state.h"
#include "engine/table_walk.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kSelect = "SELECT ";

Error NotScalar(std::string_view what) {
  return Error(ErrorKind::kInvalidInput, "sql.not_scalar",
               fmt::format("An expression that gives one value is wanted here, not {}.", what));
}

bool HasStar(const duckdb::ParsedExpression& expression) {
  bool found = expression.GetExpressionClass() == duckdb::ExpressionClass::STAR;
  duckdb::ParsedExpressionIterator::EnumerateChildren(
      expression, [&](const duckdb::ParsedExpression& child) { found = found || HasStar(child); });
  return found;
}

bool IsBare(const duckdb::SelectNode& node) {
  return node.from_table->type == duckdb::TableReferenceType::EMPTY_FROM && !node.where_clause &&
         node.groups.group_expressions.empty() && !node.having && !node.qualify && !node.sample &&
         node.modifiers.empty() && node.cte_map.map.empty();
}

duckdb::SelectNode& CheckScalar(duckdb::Parser& parser) {
  if (parser.statements.size() != 1 ||
      parser.statements[0]->type != duckdb::StatementType::SELECT_STATEMENT) {
    throw NotScalar("a statement");
  }
  auto& query = *parser.statements[0]->Cast<duckdb::SelectStatement>().node;
  if (query.type != duckdb::QueryNodeType::SELECT_NODE) {
    throw NotScalar("a query");
  }
  auto& node = query.Cast<duckdb::SelectNode>();
  if (node.select_list.size() != 1) {
    throw NotScalar("several expressions");
  }
  if (!IsBare(node) || HasSubquery(*node.select_list[0]) || HasStar(*node.select_list[0])) {
    throw NotScalar("a query");
  }
  return node;
}

duckdb::unique_ptr<duckdb::TableRef> OneRowOf(const NamedValues& values) {
  auto table = duckdb::make_uniq<duckdb::ExpressionListRef>();
  table->alias = "named_values";
  table->values.emplace_back();
  for (const auto& [name, value] : values) {
    table->expected_names.push_back(name);
    table->values[0].push_back(duckdb::make_uniq<duckdb::ConstantExpression>(ToDuckdb(value)));
  }
  return table;
}

Value OnlyValue(duckdb::QueryResult& result, duckdb::ClientContext& context) {
  const auto chunk = result.Fetch();
  if (chunk == nullptr || chunk->size() != 1) {
    throw NotScalar("one that gives no row or several");
  }
  return FromDuckdb(chunk->GetValue(0, 0), context);
}

// The place in the expression alone, without the SELECT before it.
Error WithoutSelect(Error error, const std::string& file) {
  if (!error.place() || error.place()->file != file || error.place()->line != 1) {
    return error;
  }
  base::Place place = *error.place();
  const int shift = static_cast<int>(kSelect.size());
  place.column = std::max(1, place.column - shift);
  place.excerpt.erase(0, std::min(kSelect.size(), place.excerpt.size()));
  return std::move(error).At(std::move(place));
}

}  // namespace

Value Session::Evaluate(std::string_view expression, const NamedValues& values) {
  const std::string file = "<expression>";
  const Script script(std::string(kSelect).append(expression), file);
  if (script.statements().size() != 1 || script.statements()[0].tokens.size() < 2) {
    throw NotScalar("an empty text or several statements");
  }
  const ScriptStatement& statement = script.statements()[0];
  const StatementSource source(script, statement);
  try {
    script.CheckText(statement);
    return state_->Placing(source, [&] {
      state_->context().CancelTransaction();
      duckdb::Parser parser(state_->context().GetParserOptions());
      parser.ParseQuery(std::string(statement.text));
      duckdb::SelectNode& node = CheckScalar(parser);
      if (!values.empty()) {
        node.from_table = OneRowOf(values);
      }
      const auto result = state_->RunOne(std::move(parser.statements[0]), {}, {},
                                         duckdb::QueryResultOutputType::FORCE_MATERIALIZED);
      return OnlyValue(*result, state_->context());
    });
  } catch (Error& error) {
    throw WithoutSelect(std::move(error), file);
  }
}

}  // namespace laguna::engine
