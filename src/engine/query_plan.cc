// SPDX-License-Identifier: Apache-2.0
#include "engine/query_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/assert.h"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/parsed_data/create_view_info.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/parser/statement/insert_statement.hpp"
#include "duckdb/parser/tableref/subqueryref.hpp"
#include "engine/table_walk.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::TableRef;

// What expressions are parsed behind.
constexpr std::string_view kSelect = "SELECT ";

// How the query is called inside what is wrapped around it.
constexpr const char* kQueryAlias = "query";

std::string AliasOf(TableRef& ref) {
  if (!ref.alias.empty()) {
    return ref.alias;
  }
  if (ref.type == duckdb::TableReferenceType::BASE_TABLE) {
    return ref.Cast<duckdb::BaseTableRef>().table_name;
  }
  const auto& function = ref.Cast<duckdb::TableFunctionRef>().function;
  return function->Cast<duckdb::FunctionExpression>().function_name;
}

duckdb::unique_ptr<TableRef> Temporary(TableRef& replaced, const std::string& name) {
  auto table = duckdb::make_uniq<duckdb::BaseTableRef>();
  table->catalog_name = TEMP_CATALOG;
  table->schema_name = DEFAULT_SCHEMA;
  table->table_name = name;
  table->alias = AliasOf(replaced);
  table->column_name_alias = replaced.column_name_alias;
  table->sample = std::move(replaced.sample);
  table->query_location = replaced.query_location;
  return table;
}

void RefuseTimeTravel(TableRef& ref) {
  if (ref.type == duckdb::TableReferenceType::BASE_TABLE &&
      ref.Cast<duckdb::BaseTableRef>().at_clause) {
    throw duckdb::BinderException(
        ref.Cast<duckdb::BaseTableRef>(),
        "A version of a table cannot be read as a stream: it never changes");
  }
}

// Every replacement has to meet its relation.
class Replacing {
 public:
  Replacing(const std::vector<RelationReplacement>& replacements, size_t begin) {
    for (const RelationReplacement& replacement : replacements) {
      names_.emplace(replacement.offset - begin, replacement.temporary);
    }
  }

  void Run(duckdb::SQLStatement& statement) {
    TableVisitor visitor;
    visitor.on_relation = [this](duckdb::unique_ptr<TableRef>& ref) { Visit(ref); };
    WalkTables(statement, visitor);
  }

  [[nodiscard]] bool Met(size_t offset) const { return met_.count(offset) > 0; }
  [[nodiscard]] bool MetAll() const { return met_.size() == names_.size(); }

 private:
  void Visit(duckdb::unique_ptr<TableRef>& ref) {
    if (!ref->query_location.IsValid()) {
      return;
    }
    const auto found = names_.find(ref->query_location.GetIndex());
    if (found == names_.end()) {
      return;
    }
    RefuseTimeTravel(*ref);
    ref = Temporary(*ref, found->second);
    met_.insert(found->first);
  }

  std::map<size_t, std::string> names_;
  std::set<size_t> met_;
};

duckdb::SelectStatement& QueryOf(FrontStatement& front, const Script& script,
                                 const ScriptStatement& cover) {
  duckdb::SQLStatement& statement = *front.statements.back();
  if (statement.type != duckdb::StatementType::SELECT_STATEMENT) {
    throw Error(ErrorKind::kInvalidInput, "sql.not_a_query", "A query is wanted here.")
        .At(script.PlaceOf(cover.tokens.front().offset));
  }
  return statement.Cast<duckdb::SelectStatement>();
}

void AddColumns(duckdb::SelectStatement& query, const std::vector<AddedColumn>& columns,
                size_t begin, const duckdb::ParserOptions& options) {
  auto inner = duckdb::make_uniq<duckdb::SelectStatement>();
  inner->node = std::move(query.node);
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  node->select_list.push_back(duckdb::make_uniq<duckdb::StarExpression>());
  for (const AddedColumn& column : columns) {
    auto expression =
        ParseExpressionAt(options, std::string(column.expression), column.offset - begin);
    expression->SetAlias(column.name);
    node->select_list.push_back(std::move(expression));
  }
  node->from_table = duckdb::make_uniq<duckdb::SubqueryRef>(std::move(inner), kQueryAlias);
  query.node = std::move(node);
}

duckdb::unique_ptr<duckdb::SelectStatement> TakeQuery(FrontStatement& front) {
  duckdb::unique_ptr<duckdb::SelectStatement> query(
      &front.statements.back().release()->Cast<duckdb::SelectStatement>());
  return query;
}

duckdb::unique_ptr<duckdb::SQLStatement> InsertInto(const std::vector<std::string>& table,
                                                    duckdb::unique_ptr<duckdb::SelectStatement> q) {
  LAGUNA_ASSERT(!table.empty() && table.size() <= 3);
  auto insert = duckdb::make_uniq<duckdb::InsertStatement>();
  insert->table = table.back();
  insert->schema = table.size() > 1 ? table[table.size() - 2] : "";
  insert->catalog = table.size() > 2 ? table[0] : "";
  insert->column_order = duckdb::InsertColumnOrder::INSERT_BY_NAME;
  insert->select_statement = std::move(q);
  return insert;
}

template <class Info>
duckdb::unique_ptr<duckdb::SQLStatement> CreateTemporary(
    duckdb::unique_ptr<Info> info, duckdb::unique_ptr<duckdb::SelectStatement> query) {
  info->catalog = TEMP_CATALOG;
  info->schema = DEFAULT_SCHEMA;
  info->temporary = true;
  info->on_conflict = duckdb::OnCreateConflict::REPLACE_ON_CONFLICT;
  info->query = std::move(query);
  auto create = duckdb::make_uniq<duckdb::CreateStatement>();
  create->info = std::move(info);
  return create;
}

duckdb::unique_ptr<duckdb::SQLStatement> Targeted(const QueryTarget& target,
                                                  duckdb::unique_ptr<duckdb::SelectStatement> q) {
  if (target.kind == QueryTarget::Kind::kTemporaryTable) {
    auto info = duckdb::make_uniq<duckdb::CreateTableInfo>();
    info->table = target.table.back();
    return CreateTemporary(std::move(info), std::move(q));
  }
  if (target.kind == QueryTarget::Kind::kTemporaryView) {
    auto info = duckdb::make_uniq<duckdb::CreateViewInfo>();
    info->view_name = target.table.back();
    return CreateTemporary(std::move(info), std::move(q));
  }
  return InsertInto(target.table, std::move(q));
}

bool IsOneExpression(const duckdb::Parser& parser) {
  if (parser.statements.size() != 1 ||
      parser.statements[0]->type != duckdb::StatementType::SELECT_STATEMENT) {
    return false;
  }
  const auto& query = *parser.statements[0]->Cast<duckdb::SelectStatement>().node;
  if (query.type != duckdb::QueryNodeType::SELECT_NODE) {
    return false;
  }
  const auto& node = query.Cast<duckdb::SelectNode>();
  return node.select_list.size() == 1 && !node.where_clause && !node.having && !node.qualify &&
         node.modifiers.empty() && node.groups.group_expressions.empty() &&
         node.from_table->type == duckdb::TableReferenceType::EMPTY_FROM;
}

}  // namespace

ScriptStatement CoverOf(const Script& script, const ScriptStatement& query, const QueryPlan& plan) {
  ScriptStatement cover = query;
  for (const AddedColumn& column : plan.added_columns) {
    // Room for the SELECT that the expression is parsed behind.
    cover.offset = std::min(cover.offset, column.offset - std::min(column.offset, kSelect.size()));
  }
  const size_t end = query.offset + query.text.size();
  cover.text = std::string_view(script.text()).substr(cover.offset, end - cover.offset);
  return cover;
}

void ApplyPlan(FrontStatement& front, const Script& script, const ScriptStatement& cover,
               const QueryPlan& plan, const duckdb::ParserOptions& options) {
  duckdb::SelectStatement& query = QueryOf(front, script, cover);
  Replacing replacing(plan.replacements, cover.offset);
  for (auto& statement : front.statements) {
    replacing.Run(*statement);
  }
  LAGUNA_ASSERT(replacing.MetAll());
  std::erase_if(front.options.stream_relations,
                [&](size_t offset) { return replacing.Met(offset); });
  if (!plan.added_columns.empty()) {
    AddColumns(query, plan.added_columns, cover.offset, options);
  }
}

void ApplyTarget(FrontStatement& front, const QueryTarget& target) {
  const std::string source = front.statements.back()->query;
  auto statement = Targeted(target, TakeQuery(front));
  statement->query = source;
  statement->stmt_location = 0;
  statement->stmt_length = source.size();
  front.statements.back() = std::move(statement);
  front.options.overwrite = target.kind == QueryTarget::Kind::kOverwrite;
}

duckdb::unique_ptr<duckdb::ParsedExpression> ParseExpressionAt(const duckdb::ParserOptions& options,
                                                               const std::string& expression,
                                                               size_t offset) {
  const size_t blanks = offset >= kSelect.size() ? offset - kSelect.size() : 0;
  duckdb::Parser parser(options);
  parser.ParseQuery(std::string(blanks, ' ').append(kSelect).append(expression));
  if (!IsOneExpression(parser)) {
    throw duckdb::ParserException::SyntaxError(
        std::string(offset, ' ').append(expression),
        "One expression is wanted here, not several and not a query", offset);
  }
  auto& select = parser.statements[0]->Cast<duckdb::SelectStatement>();
  return std::move(select.node->Cast<duckdb::SelectNode>().select_list[0]);
}

}  // namespace laguna::engine
