// SPDX-License-Identifier: Apache-2.0
#include "engine/table_walk.h"

#include <algorithm>
#include <string>
#include <vector>

#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/subquery_expression.hpp"
#include "duckdb/parser/parsed_data/copy_info.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/parsed_data/create_type_info.hpp"
#include "duckdb/parser/parsed_data/create_view_info.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/query_node/list.hpp"
#include "duckdb/parser/statement/list.hpp"
#include "duckdb/parser/statement/multi_statement.hpp"
#include "duckdb/parser/tableref/list.hpp"

namespace laguna::engine {
namespace {

using duckdb::ParsedExpression;
using duckdb::ParsedExpressionIterator;
using duckdb::QueryNode;
using duckdb::QueryNodeType;
using duckdb::StatementType;
using duckdb::TableRef;
using duckdb::TableReferenceType;

template <class Pointer>
using Callback = std::function<void(duckdb::unique_ptr<Pointer>&)>;

class Walk {
 public:
  explicit Walk(const TableVisitor& visitor) : visitor_(visitor) {}

  void Statement(duckdb::SQLStatement& statement) {
    switch (statement.type) {
      case StatementType::SELECT_STATEMENT:
        return Node(*statement.Cast<duckdb::SelectStatement>().node);
      case StatementType::CREATE_STATEMENT:
        return Create(*statement.Cast<duckdb::CreateStatement>().info);
      case StatementType::INSERT_STATEMENT:
        return Insert(statement.Cast<duckdb::InsertStatement>());
      case StatementType::UPDATE_STATEMENT:
        return Update(statement.Cast<duckdb::UpdateStatement>());
      case StatementType::DELETE_STATEMENT:
        return Delete(statement.Cast<duckdb::DeleteStatement>());
      case StatementType::MERGE_INTO_STATEMENT:
        return Merge(statement.Cast<duckdb::MergeIntoStatement>());
      case StatementType::COPY_STATEMENT:
        return Optional(statement.Cast<duckdb::CopyStatement>().info->select_statement);
      case StatementType::EXPLAIN_STATEMENT:
        return Statement(*statement.Cast<duckdb::ExplainStatement>().stmt);
      case StatementType::PREPARE_STATEMENT:
        return Statement(*statement.Cast<duckdb::PrepareStatement>().statement);
      case StatementType::MULTI_STATEMENT:
        return Multi(statement.Cast<duckdb::MultiStatement>());
      default:
        return;
    }
  }

 private:
  void Multi(duckdb::MultiStatement& multi) {
    for (auto& statement : multi.statements) {
      Statement(*statement);
    }
  }

  void Create(duckdb::CreateInfo& info) {
    if (info.type == duckdb::CatalogType::TABLE_ENTRY) {
      Query(info.Cast<duckdb::CreateTableInfo>().query.get());
    } else if (info.type == duckdb::CatalogType::VIEW_ENTRY) {
      Query(info.Cast<duckdb::CreateViewInfo>().query.get());
    } else if (info.type == duckdb::CatalogType::TYPE_ENTRY) {
      // PIVOT makes an enum of the values it finds.
      auto& query = info.Cast<duckdb::CreateTypeInfo>().query;
      if (query) {
        Statement(*query);
      }
    }
  }

  void Insert(duckdb::InsertStatement& insert) {
    const size_t scope = Ctes(insert.cte_map);
    Query(insert.select_statement.get());
    Expressions(insert.returning_list);
    Leave(scope);
  }

  void Update(duckdb::UpdateStatement& update) {
    const size_t scope = Ctes(update.cte_map);
    OptionalRef(update.from_table);
    if (update.set_info) {
      Expressions(update.set_info->expressions);
      Expression(update.set_info->condition.get());
    }
    Expressions(update.returning_list);
    Leave(scope);
  }

  void Delete(duckdb::DeleteStatement& statement) {
    const size_t scope = Ctes(statement.cte_map);
    for (auto& ref : statement.using_clauses) {
      Ref(ref);
    }
    Expression(statement.condition.get());
    Expressions(statement.returning_list);
    Leave(scope);
  }

  void Merge(duckdb::MergeIntoStatement& merge) {
    const size_t scope = Ctes(merge.cte_map);
    OptionalRef(merge.source);
    Expression(merge.join_condition.get());
    for (auto& [condition, actions] : merge.actions) {
      for (auto& action : actions) {
        Expression(action->condition.get());
        Expressions(action->expressions);
      }
    }
    Leave(scope);
  }

  void Query(duckdb::SelectStatement* query) {
    if (query != nullptr && query->node) {
      Node(*query->node);
    }
  }

  void Optional(duckdb::unique_ptr<QueryNode>& node) {
    if (node) {
      Node(*node);
    }
  }

  void OptionalRef(duckdb::unique_ptr<TableRef>& ref) {
    if (ref) {
      Ref(ref);
    }
  }

  // Names come into scope one after the other; a recursive one is in scope of itself. Returns what
  // Leave takes back.
  size_t Ctes(duckdb::CommonTableExpressionMap& ctes) {
    const size_t scope = names_.size();
    for (auto& entry : ctes.map) {
      const auto& node = entry.second->query->node;
      const bool recursive = node->type == QueryNodeType::RECURSIVE_CTE_NODE;
      if (recursive) {
        names_.push_back(duckdb::StringUtil::Lower(entry.first));
      }
      Node(*node);
      if (!recursive) {
        names_.push_back(duckdb::StringUtil::Lower(entry.first));
      }
    }
    return scope;
  }

  void Leave(size_t scope) { names_.resize(scope); }

  void Node(QueryNode& node) {
    const size_t scope = Ctes(node.cte_map);
    switch (node.type) {
      case QueryNodeType::SELECT_NODE:
        Select(node.Cast<duckdb::SelectNode>());
        break;
      case QueryNodeType::SET_OPERATION_NODE:
        for (auto& child : node.Cast<duckdb::SetOperationNode>().children) {
          Node(*child);
        }
        break;
      case QueryNodeType::RECURSIVE_CTE_NODE:
        Node(*node.Cast<duckdb::RecursiveCTENode>().left);
        Node(*node.Cast<duckdb::RecursiveCTENode>().right);
        break;
      default:
        break;
    }
    ParsedExpressionIterator::EnumerateQueryNodeModifiers(
        node, [&](duckdb::unique_ptr<ParsedExpression>& child) { Expression(child.get()); });
    Leave(scope);
  }

  void Select(duckdb::SelectNode& select) {
    Expressions(select.select_list);
    Expressions(select.groups.group_expressions);
    Expression(select.where_clause.get());
    Expression(select.having.get());
    Expression(select.qualify.get());
    OptionalRef(select.from_table);
  }

  void Ref(duckdb::unique_ptr<TableRef>& pointer) {
    TableRef& ref = *pointer;
    switch (ref.type) {
      case TableReferenceType::BASE_TABLE:
        return Table(pointer);
      case TableReferenceType::TABLE_FUNCTION:
        return Function(pointer);
      case TableReferenceType::SUBQUERY:
        return Node(*ref.Cast<duckdb::SubqueryRef>().subquery->node);
      case TableReferenceType::JOIN:
        return Join(ref.Cast<duckdb::JoinRef>());
      case TableReferenceType::PIVOT:
        Expressions(ref.Cast<duckdb::PivotRef>().aggregates);
        return Ref(ref.Cast<duckdb::PivotRef>().source);
      case TableReferenceType::EXPRESSION_LIST:
        for (auto& row : ref.Cast<duckdb::ExpressionListRef>().values) {
          Expressions(row);
        }
        return;
      case TableReferenceType::SHOW_REF:
        return Optional(ref.Cast<duckdb::ShowRef>().query);
      default:
        return;
    }
  }

  void Join(duckdb::JoinRef& join) {
    Ref(join.left);
    Ref(join.right);
    Expression(join.condition.get());
  }

  void Table(duckdb::unique_ptr<TableRef>& pointer) {
    auto& table = pointer->Cast<duckdb::BaseTableRef>();
    const bool plain = table.catalog_name.empty() && table.schema_name.empty();
    const std::string name = duckdb::StringUtil::Lower(table.table_name);
    if (plain && std::find(names_.begin(), names_.end(), name) != names_.end()) {
      return;
    }
    if (IsKept(pointer)) {
      visitor_.on_table(table);
    }
  }

  void Function(duckdb::unique_ptr<TableRef>& pointer) {
    if (IsKept(pointer)) {
      visitor_.on_function(pointer->Cast<duckdb::TableFunctionRef>());
      Expression(pointer->Cast<duckdb::TableFunctionRef>().function.get());
    }
  }

  bool IsKept(duckdb::unique_ptr<TableRef>& pointer) {
    const TableRef* before = pointer.get();
    visitor_.on_relation(pointer);
    return pointer.get() == before;
  }

  void Expressions(duckdb::vector<duckdb::unique_ptr<ParsedExpression>>& expressions) {
    for (auto& expression : expressions) {
      Expression(expression.get());
    }
  }

  void Expression(ParsedExpression* expression) {
    if (expression == nullptr) {
      return;
    }
    if (expression->GetExpressionClass() == duckdb::ExpressionClass::SUBQUERY) {
      Node(*expression->Cast<duckdb::SubqueryExpression>().subquery->node);
    }
    ParsedExpressionIterator::EnumerateChildren(
        *expression, [&](ParsedExpression& child) { Expression(&child); });
  }

  const TableVisitor& visitor_;
  std::vector<std::string> names_;
};

}  // namespace

void WalkTables(duckdb::SQLStatement& statement, const TableVisitor& visitor) {
  Walk(visitor).Statement(statement);
}

bool HasSubquery(const ParsedExpression& expression) {
  bool found = expression.GetExpressionClass() == duckdb::ExpressionClass::SUBQUERY;
  ParsedExpressionIterator::EnumerateChildren(
      expression, [&](const ParsedExpression& child) { found = found || HasSubquery(child); });
  return found;
}

}  // namespace laguna::engine
