// SPDX-License-Identifier: Apache-2.0
// Session::Mentions: the relations a query names, from its syntax tree alone.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/expression/comparison_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/emptytableref.hpp"
#include "engine/duckdb_value.h"
#include "engine/query_plan.h"
#include "engine/session.h"
#include "engine/session_placing.h"
#include "engine/session_state.h"
#include "engine/table_walk.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::ParsedExpression;

std::vector<std::string> NameOf(const duckdb::BaseTableRef& table) {
  std::vector<std::string> name;
  for (const std::string& part : {table.catalog_name, table.schema_name}) {
    if (!part.empty()) {
      name.push_back(part);
    }
  }
  name.push_back(table.table_name);
  return name;
}

// One argument of a table function: name => value, name = value, or value.
struct Argument {
  std::string name;
  ParsedExpression* value;
};

Argument ArgumentOf(ParsedExpression& child) {
  if (!child.GetAlias().empty()) {
    return {child.GetAlias(), &child};
  }
  if (child.GetExpressionType() == duckdb::ExpressionType::COMPARE_EQUAL) {
    auto& comparison = child.Cast<duckdb::ComparisonExpression>();
    if (comparison.left->GetExpressionType() == duckdb::ExpressionType::COLUMN_REF) {
      const auto& left = comparison.left->Cast<duckdb::ColumnRefExpression>();
      if (!left.IsQualified()) {
        return {left.GetColumnName(), comparison.right.get()};
      }
    }
  }
  return {"", &child};
}

duckdb::unique_ptr<duckdb::SQLStatement> SelectOf(const ParsedExpression& expression) {
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  node->select_list.push_back(expression.Copy());
  node->from_table = duckdb::make_uniq<duckdb::EmptyTableRef>();
  auto select = duckdb::make_uniq<duckdb::SelectStatement>();
  select->node = std::move(node);
  return select;
}

}  // namespace

// Collects the mentions; values of arguments come from `state`, which runs SELECT value.
class Session::State::MentionReader {
 public:
  MentionReader(State& state, size_t begin, const std::vector<size_t>& streams)
      : state_(state), begin_(begin), streams_(streams) {}

  std::vector<RelationMention> Run(duckdb::SQLStatement& statement) {
    TableVisitor visitor;
    visitor.on_table = [this](duckdb::BaseTableRef& table) { Add(table).name = NameOf(table); };
    visitor.on_function = [this](duckdb::TableFunctionRef& table) { AddFunction(table); };
    WalkTables(statement, visitor);
    return std::move(mentions_);
  }

 private:
  RelationMention& Add(const duckdb::TableRef& ref) {
    RelationMention& mention = mentions_.emplace_back();
    if (ref.query_location.IsValid()) {
      const size_t offset = ref.query_location.GetIndex();
      mention.offset = begin_ + offset;
      mention.streaming = std::find(streams_.begin(), streams_.end(), offset) != streams_.end();
    }
    return mention;
  }

  void AddFunction(duckdb::TableFunctionRef& table) {
    auto& function = table.function->Cast<duckdb::FunctionExpression>();
    RelationMention& mention = Add(table);
    mention.name = {function.function_name};
    FunctionCall call{function.function_name, {}, {}};
    for (auto& child : function.children) {
      const Argument argument = ArgumentOf(*child);
      Value value = ValueOf(*argument.value, mention.streaming);
      if (argument.name.empty()) {
        call.arguments.push_back(std::move(value));
      } else {
        call.named[argument.name] = std::move(value);
      }
    }
    mention.call = std::move(call);
  }

  Value ValueOf(const ParsedExpression& expression, bool required) {
    if (expression.GetExpressionClass() == duckdb::ExpressionClass::CONSTANT) {
      return FromDuckdb(expression.Cast<duckdb::ConstantExpression>().value);
    }
    if (!required) {
      return Null{};
    }
    if (HasSubquery(expression) || !expression.IsScalar()) {
      throw duckdb::BinderException(
          expression, "An argument of a source has to be a constant; this one is not");
    }
    const auto result = state_.RunOne(SelectOf(expression), {}, {},
                                      duckdb::QueryResultOutputType::FORCE_MATERIALIZED);
    const auto chunk = result->Fetch();
    return FromDuckdb(chunk->GetValue(0, 0));
  }

  State& state_;
  const size_t begin_;
  const std::vector<size_t>& streams_;
  std::vector<RelationMention> mentions_;
};

std::vector<RelationMention> Session::Mentions(const Script& script, const ScriptStatement& query) {
  const StatementSource source(script, query);
  return state_->Placing(source, [&] {
    state_->context().CancelTransaction();
    FrontStatement front = state_->front.Parse(state_->context(), script, query);
    State::MentionReader reader(*state_, query.offset, front.options.stream_relations);
    return reader.Run(*front.statements.back());
  });
}

}  // namespace laguna::engine
