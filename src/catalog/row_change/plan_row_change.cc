// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/plan_row_change.h"

#include <algorithm>
#include <utility>

#include "catalog/changes/net_changes.h"
#include "catalog/row_change/apply_row_changes.h"
#include "catalog/row_change/file_rows_scan.h"
#include "catalog/row_change/kept_rows.h"
#include "catalog/row_change/row_change_sink.h"
#include "catalog/row_change/row_ids.h"
#include "catalog/row_change/staged_files.h"
#include "catalog/write/conform_rows.h"
#include "catalog/write/plan_write.h"
#include "duckdb/execution/operator/set/physical_union.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"

namespace laguna::catalog {
namespace {

using duckdb::PhysicalOperator;
using duckdb::PhysicalPlanGenerator;

// The target of data files: rows that are written anew keep their ids.
WriteTargetPtr DataTarget(const RowChange& change) {
  return change.keeps_row_ids ? WithRowIds(*change.target) : change.target;
}

// The target of change data files: besides, the row's pair where it has one, and the change type.
WriteTargetPtr ChangeDataTarget(const RowChange& change) {
  auto target = std::make_shared<WriteTarget>(*DataTarget(change));
  if (change.pairs_changes) {
    AppendColumn(*target, kChangedRowColumn, duckdb::LogicalType::BIGINT, delta::Primitive::kLong);
  }
  AppendColumn(*target, kChangeTypeColumn, duckdb::LogicalType::VARCHAR, delta::Primitive::kString);
  return target;
}

// Behind those of the table.
duckdb::idx_t FurtherColumns(const RowChange& change) {
  return (change.keeps_row_ids ? 2 : 0) + (change.pairs_changes ? 1 : 0) +
         (change.KeepsChangedRows() ? 1 : 0);
}

// One after the other, in this order.
PhysicalOperator& OneAfterTheOther(PhysicalPlanGenerator& planner, PhysicalOperator& first,
                                   PhysicalOperator& second) {
  duckdb::ArenaLinkedList<duckdb::reference<PhysicalOperator>> none(planner.ArenaRef());
  auto& both =
      planner.Make<duckdb::PhysicalUnion>(first.types, none, first.estimated_cardinality, false);
  both.children.push_back(first);
  both.children.push_back(second);
  return both;
}

PhysicalOperator& PlanNewRows(duckdb::ClientContext& context, PhysicalPlanGenerator& planner,
                              const ApplyRowChanges& changes, PhysicalOperator& rows) {
  const RowChange& change = changes.change();
  ConformPlan conform{change.target, rows, {}, FurtherColumns(change)};
  for (size_t i = 0; i < change.target->columns.size(); ++i) {
    conform.expressions.push_back(ColumnAs(context, rows, i, change.target->columns[i].type));
  }
  auto& conformed = PlanConform(context, planner, std::move(conform));
  if (!change.KeepsChangedRows()) return conformed;
  auto& keep = planner.Make<KeepRows>(changes, rows.estimated_cardinality);
  keep.children.push_back(conformed);
  return keep;
}

// A statement that only takes out of files that get vectors rewrites nothing, but whether it does
// is known when it runs.
PhysicalOperator& PlanDataFiles(duckdb::ClientContext& context, PhysicalPlanGenerator& planner,
                                const ApplyRowChanges& changes, PhysicalOperator& rows) {
  auto& new_rows = PlanNewRows(context, planner, changes, rows);
  auto& left = planner.Make<FileRowsScan>(changes, FileRows::kLeft);
  return PlanFiles(context, planner, DataTarget(changes.change()),
                   OneAfterTheOther(planner, new_rows, left), FileFolder::kData);
}

PhysicalOperator& PlanChangeFiles(duckdb::ClientContext& context, PhysicalPlanGenerator& planner,
                                  const ApplyRowChanges& changes) {
  auto& before = planner.Make<FileRowsScan>(changes, FileRows::kBeforeUpdate);
  auto& deleted = planner.Make<FileRowsScan>(changes, FileRows::kDeleted);
  auto& after = planner.Make<KeptRowsScan>(changes);
  auto& rows = OneAfterTheOther(planner, OneAfterTheOther(planner, before, deleted), after);
  return PlanFiles(context, planner, ChangeDataTarget(changes.change()), rows,
                   FileFolder::kChangeData);
}

// A change that only deletes, by vectors, is told by them. Any other writes rows beside those it
// changed; and in a transaction of several statements one may.
bool TellsChanges(duckdb::ClientContext& context, const RowChange& change) {
  if (!change.has_change_feed) return false;
  if (!change.writes_vectors || !context.transaction.IsAutoCommit()) return true;
  return std::ranges::any_of(change.clauses, [](const RowClause& clause) {
    return clause.then == RowClause::Then::kUpdate || clause.then == RowClause::Then::kInsert;
  });
}

}  // namespace

PhysicalOperator& PlanRowChange(duckdb::ClientContext& context, PhysicalPlanGenerator& planner,
                                std::shared_ptr<RowChange> change, PhysicalOperator& rows,
                                duckdb::vector<duckdb::LogicalType> result_types) {
  auto& given = RowsToWrite(context, planner, *change->target, rows);
  if (&given != &rows) change->whole_files.clear();
  change->tells_changes = TellsChanges(context, *change);
  change->pairs_changes = change->tells_changes && !context.transaction.IsAutoCommit();
  auto& apply = planner.Make<ApplyRowChanges>(change, given.estimated_cardinality);
  apply.children.push_back(given);
  const auto& changes = apply.Cast<ApplyRowChanges>();
  auto& data_files = PlanDataFiles(context, planner, changes, apply);
  auto& sink = planner.Make<RowChangeSink>(changes, std::move(result_types));
  if (!change->tells_changes) {
    sink.children.push_back(data_files);
    return sink;
  }
  auto& change_files = PlanChangeFiles(context, planner, changes);
  sink.children.push_back(planner.Make<StagedFiles>(data_files, change_files));
  return sink;
}

}  // namespace laguna::catalog
