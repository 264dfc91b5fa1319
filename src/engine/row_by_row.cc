// SPDX-License-Identifier: Apache-2.0
#include "engine/row_by_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/subquery_expression.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/query_node/list.hpp"
#include "duckdb/parser/result_modifier.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/list.hpp"
#include "engine/guard.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::ExpressionClass;
using duckdb::JoinType;
using duckdb::ParsedExpression;
using duckdb::QueryNode;
using duckdb::QueryNodeType;
using duckdb::TableRef;
using duckdb::TableReferenceType;
using Location = duckdb::optional_idx;

constexpr std::string_view kUseView =
    "Let the streaming table keep the rows, and compute this in a materialized view over it: "
    "CREATE "
    "MATERIALIZED VIEW ... AS SELECT ... FROM it";

[[noreturn]] void Refuse(std::string sentence, std::string_view hint, Location at) {
  ThrowAsDuckdb(Error(ErrorKind::kInvalidInput, "stream.not_row_by_row", std::move(sentence))
                    .Hint(std::string(hint)),
                at);
}

[[noreturn]] void RefusePerBatch(std::string_view what, Location at) {
  Refuse(fmt::format("{} over STREAM would be computed for each batch of new rows alone, so its "
                     "result would depend on when they came.",
                     what),
         kUseView, at);
}

bool IsAggregate(duckdb::ClientContext& context, const std::string& name) {
  const duckdb::EntryLookupInfo lookup(duckdb::CatalogType::AGGREGATE_FUNCTION_ENTRY, name);
  const auto entry = duckdb::Catalog::GetEntry(context, SYSTEM_CATALOG, DEFAULT_SCHEMA, lookup,
                                               duckdb::OnEntryNotFound::RETURN_NULL);
  return entry && entry->type == duckdb::CatalogType::AGGREGATE_FUNCTION_ENTRY;
}

// Walks a query from the inside out; each step tells whether a STREAM is below.
class RowByRow {
 public:
  RowByRow(duckdb::ClientContext& context, const std::vector<size_t>& streams)
      : context_(context), streams_(streams) {}

  void Check(duckdb::SelectStatement& statement) {
    Node(*statement.node);
    if (seen_ == streams_.size()) return;
    Refuse("STREAM stands where a stream cannot be read row by row.", kUseView,
           Location(streams_.front()));
  }

 private:
  using Scope = std::map<std::string, bool>;

  bool Node(QueryNode& node) {
    const Scope outer = names_;
    for (auto& entry : node.cte_map.map) {
      names_[duckdb::StringUtil::Lower(entry.first)] = Node(*entry.second->query->node);
    }
    const bool streams = Body(node);
    if (streams) Modifiers(node);
    names_ = outer;
    return streams;
  }

  bool Body(QueryNode& node) {
    switch (node.type) {
      case QueryNodeType::SELECT_NODE:
        return Select(node.Cast<duckdb::SelectNode>());
      case QueryNodeType::SET_OPERATION_NODE:
        return SetOperation(node.Cast<duckdb::SetOperationNode>());
      case QueryNodeType::RECURSIVE_CTE_NODE:
        return Recursive(node.Cast<duckdb::RecursiveCTENode>());
      default:
        return false;
    }
  }

  bool Select(duckdb::SelectNode& select) {
    const bool streams = select.from_table && Ref(*select.from_table);
    for (const auto& expression : select.select_list) Expression(*expression, streams);
    for (const auto* clause : {&select.where_clause, &select.having, &select.qualify}) {
      if (*clause) Expression(**clause, streams);
    }
    if (!streams) return false;
    const auto& groups = select.groups.group_expressions;
    if (!groups.empty()) RefusePerBatch("GROUP BY", groups[0]->GetQueryLocation());
    if (select.aggregate_handling == duckdb::AggregateHandling::FORCE_AGGREGATES) {
      RefusePerBatch("GROUP BY ALL", last_stream_);
    }
    if (select.sample) RefusePerBatch("A sample", last_stream_);
    return true;
  }

  bool SetOperation(duckdb::SetOperationNode& operation) {
    size_t streams = 0;
    for (auto& child : operation.children) streams += Node(*child) ? 1 : 0;
    if (streams == 0) return false;
    if (operation.setop_type == duckdb::SetOperationType::EXCEPT ||
        operation.setop_type == duckdb::SetOperationType::INTERSECT) {
      RefusePerBatch("EXCEPT or INTERSECT", last_stream_);
    }
    if (!operation.setop_all) {
      Refuse("UNION over STREAM would drop equal rows of one batch only.",
             "Write UNION ALL, which keeps every row.", last_stream_);
    }
    if (streams < operation.children.size()) {
      Refuse("A branch of UNION ALL has no STREAM: its rows would come again with every batch.",
             "Write STREAM before its table, too.", last_stream_);
    }
    return true;
  }

  bool Recursive(duckdb::RecursiveCTENode& node) {
    const bool left = Node(*node.left);
    const bool right = Node(*node.right);
    if (left || right) RefusePerBatch("A recursive query", last_stream_);
    return false;
  }

  void Modifiers(QueryNode& node) {
    for (const auto& modifier : node.modifiers) {
      switch (modifier->type) {
        case duckdb::ResultModifierType::LIMIT_MODIFIER:
        case duckdb::ResultModifierType::LIMIT_PERCENT_MODIFIER:
          RefusePerBatch("LIMIT", last_stream_);
        case duckdb::ResultModifierType::DISTINCT_MODIFIER:
          RefusePerBatch("DISTINCT", last_stream_);
        case duckdb::ResultModifierType::ORDER_MODIFIER:
          break;
      }
    }
  }

  bool Ref(TableRef& ref) {
    switch (ref.type) {
      case TableReferenceType::BASE_TABLE:
        return IsStream(ref) || IsStreamingName(ref.Cast<duckdb::BaseTableRef>());
      case TableReferenceType::TABLE_FUNCTION:
        return IsStream(ref);
      case TableReferenceType::SUBQUERY:
        return Node(*ref.Cast<duckdb::SubqueryRef>().subquery->node);
      case TableReferenceType::JOIN:
        return Join(ref.Cast<duckdb::JoinRef>());
      case TableReferenceType::PIVOT:
        if (Ref(*ref.Cast<duckdb::PivotRef>().source)) RefusePerBatch("PIVOT", last_stream_);
        return false;
      default:
        return false;
    }
  }

  bool Join(duckdb::JoinRef& join) {
    const bool left = Ref(*join.left);
    const bool right = Ref(*join.right);
    if (join.condition) Expression(*join.condition, left || right);
    if (left && right) {
      Refuse(
          "Two STREAMs are joined: new rows of one would meet only the new rows of the other, "
          "and rows that come later never their partners.",
          "Leave STREAM out before the side that is looked up, or join both tables in a "
          "materialized view.",
          last_stream_);
    }
    if (join.ref_type == duckdb::JoinRefType::POSITIONAL && (left || right)) {
      RefusePerBatch("A positional join", last_stream_);
    }
    const bool keeps_other =
        (left && (join.type == JoinType::RIGHT || join.type == JoinType::OUTER)) ||
        (right && join.type != JoinType::INNER && join.type != JoinType::RIGHT);
    if (keeps_other) {
      Refuse(
          "The join keeps rows of the side without STREAM: they would come again with every "
          "batch.",
          "Let the STREAM be the side that is kept (STREAM ... LEFT JOIN table), or join in a "
          "materialized view.",
          last_stream_);
    }
    return left || right;
  }

  bool IsStream(const TableRef& ref) {
    if (!ref.query_location.IsValid()) return false;
    const size_t at = ref.query_location.GetIndex();
    if (std::find(streams_.begin(), streams_.end(), at) == streams_.end()) return false;
    ++seen_;
    last_stream_ = ref.query_location;
    return true;
  }

  bool IsStreamingName(const duckdb::BaseTableRef& table) const {
    if (!table.catalog_name.empty() || !table.schema_name.empty()) return false;
    const auto found = names_.find(duckdb::StringUtil::Lower(table.table_name));
    return found != names_.end() && found->second;
  }

  // `streams`: the rows it is computed for come from a STREAM.
  void Expression(ParsedExpression& expression, bool streams) {
    if (expression.GetExpressionClass() == ExpressionClass::SUBQUERY) {
      if (Node(*expression.Cast<duckdb::SubqueryExpression>().subquery->node)) {
        Refuse("STREAM stands in a sub-query of an expression, which would see the new rows only.",
               "Leave STREAM out there: the whole table is then looked at.", last_stream_);
      }
    }
    if (streams && expression.GetExpressionClass() == ExpressionClass::WINDOW) {
      RefusePerBatch("A window function", expression.GetQueryLocation());
    }
    if (streams && expression.GetExpressionClass() == ExpressionClass::FUNCTION) {
      const auto& function = expression.Cast<duckdb::FunctionExpression>();
      if (IsAggregate(context_, function.function_name)) {
        RefusePerBatch(fmt::format("{}()", function.function_name), expression.GetQueryLocation());
      }
    }
    duckdb::ParsedExpressionIterator::EnumerateChildren(
        expression, [&](ParsedExpression& child) { Expression(child, streams); });
  }

  duckdb::ClientContext& context_;
  const std::vector<size_t>& streams_;
  // Common table expressions in scope: whether a STREAM is in them.
  Scope names_;
  size_t seen_ = 0;
  Location last_stream_;
};

bool MakesRows(const ParsedExpression& expression) {
  if (expression.GetExpressionClass() != ExpressionClass::FUNCTION) return false;
  const std::string name =
      duckdb::StringUtil::Lower(expression.Cast<duckdb::FunctionExpression>().function_name);
  return name == "unnest" || name == "unlist";
}

std::string_view WhatSeesOtherRows(const ParsedExpression& expression) {
  switch (expression.GetExpressionClass()) {
    case ExpressionClass::SUBQUERY:
      return "a sub-query";
    case ExpressionClass::WINDOW:
      return "a window function";
    case ExpressionClass::STAR:
      return "COLUMNS or *";
    default:
      return MakesRows(expression) ? "unnest" : "";
  }
}

}  // namespace

void CheckRowByRow(duckdb::ClientContext& context, duckdb::SQLStatement& statement,
                   const std::vector<size_t>& streams) {
  if (streams.empty()) return;
  if (statement.type != duckdb::StatementType::SELECT_STATEMENT) {
    RefusePerBatch("This kind of query", Location(streams.front()));
  }
  RowByRow(context, streams).Check(statement.Cast<duckdb::SelectStatement>());
}

void CheckOfOneRow(const ParsedExpression& condition) {
  const std::string_view what = WhatSeesOtherRows(condition);
  if (!what.empty()) {
    ThrowAsDuckdb(Error(ErrorKind::kInvalidInput, "sql.not_of_one_row",
                        fmt::format("A condition on rows looks at one row and says true or false; "
                                    "{} does not.",
                                    what))
                      .Hint("Compute it as a column of the query, and put the condition on that."),
                  condition.GetQueryLocation());
  }
  duckdb::ParsedExpressionIterator::EnumerateChildren(condition, CheckOfOneRow);
}

}  // namespace laguna::engine
