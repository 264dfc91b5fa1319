// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/merge_source.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/basetableref.hpp"
#include "duckdb/parser/tableref/joinref.hpp"
#include "duckdb/parser/tableref/subqueryref.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/planner/bound_parameter_map.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::TableRef;
using duckdb::TableReferenceType;

// SELECT * FROM relation, where the common table expressions of the statement are known.
duckdb::unique_ptr<duckdb::SelectStatement> SelectAll(
    duckdb::unique_ptr<TableRef> relation, const duckdb::CommonTableExpressionMap& ctes) {
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  node->select_list.push_back(duckdb::make_uniq<duckdb::StarExpression>());
  node->from_table = std::move(relation);
  node->cte_map = ctes.Copy();
  auto statement = duckdb::make_uniq<duckdb::SelectStatement>();
  statement->node = std::move(node);
  return statement;
}

// The relation under the name by which the statement knows it.
std::string NameOf(const TableRef& relation) {
  if (!relation.alias.empty()) return relation.alias;
  if (relation.type == TableReferenceType::BASE_TABLE) {
    return relation.Cast<duckdb::BaseTableRef>().table_name;
  }
  return {};
}

// Tables and sub-queries may be, or read, common table expressions of the statement.
void KnowCtes(duckdb::unique_ptr<TableRef>& relation,
              const duckdb::CommonTableExpressionMap& ctes) {
  if (relation->type == TableReferenceType::JOIN) {
    KnowCtes(relation->Cast<duckdb::JoinRef>().left, ctes);
    KnowCtes(relation->Cast<duckdb::JoinRef>().right, ctes);
    return;
  }
  const bool table = relation->type == TableReferenceType::BASE_TABLE;
  if (table && !relation->Cast<duckdb::BaseTableRef>().schema_name.empty()) return;
  if (!table && relation->type != TableReferenceType::SUBQUERY) return;
  const std::string name = NameOf(*relation);
  relation = duckdb::make_uniq<duckdb::SubqueryRef>(SelectAll(std::move(relation), ctes), name);
}

}  // namespace

ParsedPointer SourceColumn::Reference() const {
  return duckdb::make_uniq<duckdb::ColumnRefExpression>(name, relation);
}

bool SourceColumn::operator==(const SourceColumn& other) const {
  return relation == other.relation && name == other.name && type == other.type;
}

MergeSource MergeSource::Bind(const engine::Rewriting& rewriting,
                              const duckdb::MergeIntoStatement& merge) {
  auto relation = merge.source->Copy();
  if (!merge.cte_map.map.empty()) KnowCtes(relation, merge.cte_map);
  duckdb::BoundParameterMap parameters(rewriting.parameters);
  const auto binder = duckdb::Binder::CreateBinder(rewriting.context);
  binder->SetParameters(parameters);
  binder->Bind(*relation);
  MergeSource source;
  for (const auto& binding : binder->bind_context.GetBindingsList()) {
    const auto& names = binding->GetColumnNames();
    const auto& types = binding->GetColumnTypes();
    for (size_t i = 0; i < names.size(); ++i) {
      source.columns_.push_back({binding->GetBindingAlias(), names[i], types[i]});
    }
  }
  return source;
}

const SourceColumn* MergeSource::Find(const std::string& name, size_t position) const {
  const SourceColumn* found = nullptr;
  for (const SourceColumn& column : columns_) {
    if (!duckdb::StringUtil::CIEquals(column.name, name)) continue;
    if (found != nullptr) {
      engine::ThrowAsDuckdb(
          base::Error(base::ErrorKind::kInvalidInput, "merge.ambiguous_source",
                      fmt::format("The source has two columns {}, so * does not say which one "
                                  "the table's column gets.",
                                  name))
              .Hint("Give the source as a query that names its columns apart, or SET the column "
                    "by name.")
              .With("column", name),
          position);
    }
    found = &column;
  }
  return found;
}

}  // namespace laguna::catalog
