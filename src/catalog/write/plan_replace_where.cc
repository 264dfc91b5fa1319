// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/plan_replace_where.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/row_change/plan_row_change.h"
#include "catalog/row_change/row_change.h"
#include "catalog/row_change/scanned_target.h"
#include "catalog/row_change/start_row_change.h"
#include "catalog/write/conform_rows.h"
#include "catalog/write/must_meet.h"
#include "duckdb/execution/column_binding_resolver.hpp"
#include "duckdb/execution/operator/projection/physical_projection.hpp"
#include "duckdb/execution/operator/set/physical_union.hpp"
#include "duckdb/optimizer/optimizer.hpp"
#include "duckdb/parser/statement/delete_statement.hpp"
#include "duckdb/parser/tableref/basetableref.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"
#include "duckdb/planner/expression_binder/check_binder.hpp"
#include "duckdb/planner/operator/logical_delete.hpp"
#include "duckdb/planner/operator/logical_projection.hpp"
#include "engine/query_plan.h"

namespace laguna::catalog {

namespace {

using duckdb::idx_t;
using duckdb::PhysicalOperator;
using duckdb::PhysicalPlanGenerator;
using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;
using Replaced = engine::StatementOptions::ReplacedRows;

duckdb::unique_ptr<duckdb::ParsedExpression> Parsed(duckdb::ClientContext& context,
                                                    const Replaced& replaced) {
  return engine::ParseExpressionAt(context.GetParserOptions(), replaced.condition, replaced.offset);
}

// The condition over rows of the table's columns.
duckdb::unique_ptr<duckdb::Expression> BindOverRows(duckdb::ClientContext& context,
                                                    const LakeTable& table,
                                                    const Replaced& replaced) {
  const auto binder = duckdb::Binder::CreateBinder(context);
  duckdb::physical_index_set_t bound_columns;
  duckdb::CheckBinder check_binder(*binder, context, table.name, table.GetColumns(), bound_columns);
  check_binder.target_type = duckdb::LogicalType::BOOLEAN;
  auto parsed = Parsed(context, replaced);
  if (parsed->HasSubquery()) {
    throw base::Error(base::ErrorKind::kUnsupported, "insert.replace_where_query",
                      "REPLACE WHERE takes a condition over the table's columns, without queries "
                      "inside.")
        .Hint("Compute the value first (SET VARIABLE v = (SELECT ...)) and write getvariable('v').")
        .With("condition", replaced.condition);
  }
  return check_binder.Bind(parsed);
}

// What a DELETE with the condition would look at: the identities of the rows that go.
PhysicalOperator& PlanOldRows(duckdb::ClientContext& context, PhysicalPlanGenerator& planner,
                              const LakeTable& table, const Replaced& replaced) {
  duckdb::DeleteStatement statement;
  auto relation = duckdb::make_uniq<duckdb::BaseTableRef>();
  relation->catalog_name = table.ParentCatalog().GetName();
  relation->schema_name = table.ParentSchema().name;
  relation->table_name = table.name;
  statement.table = std::move(relation);
  statement.condition = Parsed(context, replaced);
  const auto binder = duckdb::Binder::CreateBinder(context);
  auto bound = binder->Bind(static_cast<duckdb::SQLStatement&>(statement));
  auto& deletes = bound.plan->Cast<duckdb::LogicalDelete>();
  duckdb::unique_ptr<duckdb::LogicalOperator> rows = duckdb::make_uniq<duckdb::LogicalProjection>(
      binder->GenerateTableIndex(), std::move(deletes.expressions));
  rows->AddChild(std::move(deletes.children[0]));
  duckdb::Optimizer optimizer(*binder, context);
  rows = optimizer.Optimize(std::move(rows));
  rows->ResolveOperatorTypes();
  duckdb::ColumnBindingResolver resolver;
  resolver.VisitOperator(*rows);
  return planner.CreatePlan(*rows);
}

duckdb::unique_ptr<duckdb::Expression> Null(const duckdb::LogicalType& type) {
  return duckdb::make_uniq<duckdb::BoundConstantExpression>(duckdb::Value(type));
}

duckdb::unique_ptr<duckdb::Expression> Column(const PhysicalOperator& rows, idx_t position) {
  return duckdb::make_uniq<duckdb::BoundReferenceExpression>(rows.types[position], position);
}

PhysicalOperator& Project(PhysicalPlanGenerator& planner, PhysicalOperator& rows,
                          const duckdb::vector<duckdb::LogicalType>& types,
                          Expressions expressions) {
  auto& projection = planner.Make<duckdb::PhysicalProjection>(types, std::move(expressions),
                                                              rows.estimated_cardinality);
  projection.children.push_back(rows);
  return projection;
}

// New rows without an identity, then the identities of old rows without values; `ids` has the types
// of an identity.
PhysicalOperator& PlanBoth(PhysicalPlanGenerator& planner, PhysicalOperator& new_rows,
                           const duckdb::vector<duckdb::LogicalType>& ids,
                           PhysicalOperator* old_rows) {
  duckdb::vector<duckdb::LogicalType> types = new_rows.types;
  types.insert(types.end(), ids.begin(), ids.end());
  Expressions added;
  for (idx_t i = 0; i < new_rows.types.size(); ++i) added.push_back(Column(new_rows, i));
  for (const auto& type : ids) added.push_back(Null(type));
  auto& first = Project(planner, new_rows, types, std::move(added));
  if (old_rows == nullptr) return first;

  Expressions gone;
  for (const auto& type : new_rows.types) gone.push_back(Null(type));
  for (idx_t i = 0; i < ids.size(); ++i) gone.push_back(Column(*old_rows, i));
  auto& second = Project(planner, *old_rows, types, std::move(gone));
  duckdb::ArenaLinkedList<duckdb::reference<PhysicalOperator>> none(planner.ArenaRef());
  auto& both = planner.Make<duckdb::PhysicalUnion>(
      types, none, first.estimated_cardinality + second.estimated_cardinality, true);
  both.children.push_back(first);
  both.children.push_back(second);
  return both;
}

void AddClauses(RowChange& change, const PhysicalOperator& new_rows) {
  RowClause& inserts = change.clauses.emplace_back();
  inserts.when = RowClause::When::kNotMatchedByTarget;
  inserts.then = RowClause::Then::kInsert;
  for (idx_t i = 0; i < new_rows.types.size(); ++i) inserts.values.push_back(Column(new_rows, i));
  RowClause& deletes = change.clauses.emplace_back();
  deletes.when = RowClause::When::kMatched;
  deletes.then = RowClause::Then::kDelete;
}

}  // namespace

PhysicalOperator& PlanReplaceWhere(duckdb::ClientContext& context, PhysicalPlanGenerator& planner,
                                   LakeTable& table, const Replaced& replaced, WritePlan plan) {
  auto change = StartRowChange(context, plan.target->catalog, table, RowStatement::kReplaceWhere);
  change->predicate = replaced.condition;
  auto condition = BindOverRows(context, table, replaced);
  auto& conform =
      PlanConform(context, planner, {change->target, plan.rows, std::move(plan.expressions)});
  auto& new_rows = planner.Make<MustMeet>(change->target, std::move(condition), replaced.condition,
                                          plan.rows.estimated_cardinality);
  new_rows.children.push_back(conform);
  auto& old_rows = PlanOldRows(context, planner, table, replaced);
  DecideRowByRow(old_rows, change->target->root);
  const auto whole = FilesOfWholeScan(old_rows);
  if (whole) change->whole_files = *whole;
  SetIdentity(*change, new_rows.types.size());
  AddClauses(*change, new_rows);
  auto& rows = PlanBoth(planner, new_rows, old_rows.types, whole ? nullptr : &old_rows);
  return PlanRowChange(context, planner, std::move(change), rows, std::move(plan.result_types));
}

}  // namespace laguna::catalog
