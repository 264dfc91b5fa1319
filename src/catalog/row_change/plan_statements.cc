// SPDX-License-Identifier: Apache-2.0
// DELETE (and TRUNCATE, which DuckDB parses as one), UPDATE and MERGE INTO: from what the binder
// made of them to a RowChange and its plan.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catalog/column_value/filled_row.h"
#include "catalog/column_value/generated_column.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_table.h"
#include "catalog/row_change/plan_row_change.h"
#include "catalog/row_change/row_change.h"
#include "catalog/row_change/scanned_target.h"
#include "catalog/row_change/start_row_change.h"
#include "catalog/write/store_assignment.h"
#include "delta/column_value.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/execution/operator/scan/physical_empty_result.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"
#include "duckdb/planner/operator/logical_delete.hpp"
#include "duckdb/planner/operator/logical_merge_into.hpp"
#include "duckdb/planner/operator/logical_update.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

namespace {

using duckdb::idx_t;
using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;
using When = RowClause::When;
using Then = RowClause::Then;

idx_t ColumnOf(const duckdb::Expression& expression) {
  return expression.Cast<duckdb::BoundReferenceExpression>().index;
}

duckdb::unique_ptr<duckdb::Expression> AsColumn(duckdb::ClientContext& context,
                                                duckdb::unique_ptr<duckdb::Expression> value,
                                                const WriteColumn& column) {
  return AssignmentCast(context, std::move(value), column.type);
}

// The rows that an UPDATE gives: `values` for `columns`, which are all of the table's. DEFAULT for
// a generated column is its expression.
Expressions UpdatedRow(duckdb::ClientContext& context, const WriteTarget& target,
                       const duckdb::vector<duckdb::PhysicalIndex>& columns, Expressions values,
                       const Expressions& defaults) {
  Expressions row(target.columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    const idx_t column = columns[i].index;
    const bool is_default = values[i]->GetExpressionType() == duckdb::ExpressionType::VALUE_DEFAULT;
    const auto& field = target.metadata.schema.fields[column];
    if (is_default && delta::GenerationExpressionOf(field)) continue;
    auto value = is_default ? defaults.at(column)->Copy() : std::move(values[i]);
    row[column] = AsColumn(context, std::move(value), target.columns[column]);
  }
  FillGenerated(context, target, row);
  return row;
}

Expressions InsertedRow(duckdb::ClientContext& context, const WriteTarget& target,
                        duckdb::BoundMergeIntoAction& action, const Expressions& defaults) {
  Expressions row(target.columns.size());
  for (idx_t i = 0; i < target.columns.size(); ++i) {
    const idx_t given =
        action.column_index_map.empty() ? i : action.column_index_map[duckdb::PhysicalIndex(i)];
    if (given == duckdb::DConstants::INVALID_INDEX) continue;
    row[i] = AsColumn(context, action.expressions.at(given)->Copy(), target.columns[i]);
  }
  FillInsertedRow(context, target, defaults, row);
  return row;
}

When WhenOf(duckdb::MergeActionCondition condition) {
  switch (condition) {
    case duckdb::MergeActionCondition::WHEN_NOT_MATCHED_BY_TARGET:
      return When::kNotMatchedByTarget;
    case duckdb::MergeActionCondition::WHEN_NOT_MATCHED_BY_SOURCE:
      return When::kNotMatchedBySource;
    default:
      return When::kMatched;
  }
}

RowClause ClauseOf(duckdb::ClientContext& context, const WriteTarget& target,
                   duckdb::MergeActionCondition condition, duckdb::BoundMergeIntoAction& action,
                   const Expressions& defaults) {
  RowClause clause;
  clause.when = WhenOf(condition);
  clause.condition = std::move(action.condition);
  switch (action.action_type) {
    case duckdb::MergeActionType::MERGE_UPDATE:
      clause.then = Then::kUpdate;
      clause.values =
          UpdatedRow(context, target, action.columns, std::move(action.expressions), defaults);
      break;
    case duckdb::MergeActionType::MERGE_DELETE:
      clause.then = Then::kDelete;
      break;
    case duckdb::MergeActionType::MERGE_INSERT:
      clause.then = Then::kInsert;
      clause.values = InsertedRow(context, target, action, defaults);
      break;
    case duckdb::MergeActionType::MERGE_ERROR:
      clause.then = Then::kError;
      clause.values = std::move(action.expressions);
      break;
    case duckdb::MergeActionType::MERGE_DO_NOTHING:
      break;
  }
  return clause;
}

// Delta's rule: a row of the table that several rows of the source meet is an error whatever the
// conditions of the clauses say, but for a single DELETE without a condition, which may delete a
// row any number of times.
Meetings MeetingsOf(const std::vector<RowClause>& clauses) {
  std::vector<const RowClause*> matched;
  bool inserts = false;
  for (const RowClause& clause : clauses) {
    if (clause.when == When::kMatched) matched.push_back(&clause);
    inserts |= clause.when == When::kNotMatchedByTarget;
  }
  // What met a row was not inserted, which was right only while the row was there.
  if (matched.empty()) return inserts ? Meetings::kNoted : Meetings::kNotCounted;
  const bool deletes_all =
      matched.size() == 1 && matched[0]->then == Then::kDelete && matched[0]->condition == nullptr;
  return deletes_all ? Meetings::kNotCounted : Meetings::kOnceOnly;
}

// An EXECUTE is planned anew, so these are its own.
const engine::StatementOptions::RowConditions& ConditionsOf(duckdb::ClientContext& context) {
  return engine::StatementOptionsOf(context).row_conditions;
}

bool Truncates(duckdb::ClientContext& context) {
  const std::string& source = engine::StatementOptionsOf(context).source;
  return duckdb::StringUtil::StartsWith(duckdb::StringUtil::Lower(source), "truncate");
}

}  // namespace

duckdb::PhysicalOperator& LakeCatalog::PlanDelete(duckdb::ClientContext& context,
                                                  duckdb::PhysicalPlanGenerator& planner,
                                                  duckdb::LogicalDelete& op,
                                                  duckdb::PhysicalOperator& plan) {
  return engine::Guarded([&]() -> duckdb::PhysicalOperator& {
    const auto statement = Truncates(context) ? RowStatement::kTruncate : RowStatement::kDelete;
    auto change = StartRowChange(context, *this, dynamic_cast<LakeTable&>(op.table), statement);
    change->file_column = ColumnOf(*op.expressions[0]);
    change->row_column = ColumnOf(*op.expressions[1]);
    change->returns_rows = op.return_chunk;
    change->predicate = ConditionsOf(context).statement;
    RowClause& clause = change->clauses.emplace_back();
    clause.then = Then::kDelete;
    DecideRowByRow(plan, change->target->root);
    duckdb::PhysicalOperator* rows = &plan;
    if (const auto whole = FilesOfWholeScan(plan)) {
      change->whole_files = *whole;
      rows = &planner.Make<duckdb::PhysicalEmptyResult>(plan.types, 0);
    }
    return PlanRowChange(context, planner, std::move(change), *rows, op.types);
  });
}

duckdb::PhysicalOperator& LakeCatalog::PlanUpdate(duckdb::ClientContext& context,
                                                  duckdb::PhysicalPlanGenerator& planner,
                                                  duckdb::LogicalUpdate& op,
                                                  duckdb::PhysicalOperator& plan) {
  return engine::Guarded([&]() -> duckdb::PhysicalOperator& {
    auto change =
        StartRowChange(context, *this, dynamic_cast<LakeTable&>(op.table), RowStatement::kUpdate);
    SetIdentity(*change, plan.types.size() - op.table.GetRowIdColumns().size());
    change->returns_rows = op.return_chunk;
    change->predicate = ConditionsOf(context).statement;
    change->meetings = GivesEachRowOnce(plan) ? Meetings::kNotCounted : Meetings::kOnceOnly;
    RowClause& clause = change->clauses.emplace_back();
    clause.then = Then::kUpdate;
    clause.values = UpdatedRow(context, *change->target, op.columns, std::move(op.expressions),
                               op.bound_defaults);
    DecideRowByRow(plan, change->target->root);
    return PlanRowChange(context, planner, std::move(change), plan, op.types);
  });
}

duckdb::PhysicalOperator& LakeCatalog::PlanMergeInto(duckdb::ClientContext& context,
                                                     duckdb::PhysicalPlanGenerator& planner,
                                                     duckdb::LogicalMergeInto& op,
                                                     duckdb::PhysicalOperator& plan) {
  return engine::Guarded([&]() -> duckdb::PhysicalOperator& {
    auto change =
        StartRowChange(context, *this, dynamic_cast<LakeTable&>(op.table), RowStatement::kMerge);
    SetIdentity(*change, op.row_id_start);
    change->source_marker = op.source_marker;
    change->returns_rows = op.return_chunk;
    const auto& conditions = ConditionsOf(context);
    change->predicate = conditions.statement;
    for (auto& [condition, actions] : op.actions) {
      for (auto& action : actions) {
        const size_t number = change->clauses.size();
        RowClause& clause = change->clauses.emplace_back(
            ClauseOf(context, *change->target, condition, *action, op.bound_defaults));
        if (number < conditions.clauses.size()) clause.predicate = conditions.clauses[number];
      }
    }
    change->meetings = MeetingsOf(change->clauses);
    DecideRowByRow(plan, change->target->root);
    return PlanRowChange(context, planner, std::move(change), plan, op.types);
  });
}

}  // namespace laguna::catalog
