// SPDX-License-Identifier: Apache-2.0
// The operator that decides each row of the plan by the clauses of the statement: marks the rows of
// the table that go, and gives the new rows.
//
// One operator for all clauses, so that they share one set of marks: any number of them may update
// and delete rows of one file. Streams, in parallel. Its global state is the RowChangeState that
// the other operators of the plan look at.
#pragma once

#include "catalog/row_change/row_change.h"
#include "catalog/row_change/row_change_state.h"
#include "duckdb/execution/physical_operator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class ApplyRowChanges final : public duckdb::PhysicalOperator {
 public:
  // Gives the columns of the target, and the change type where the change keeps changed rows.
  ApplyRowChanges(duckdb::PhysicalPlan& plan, RowChangePtr change, duckdb::idx_t estimated_rows);

  [[nodiscard]] const RowChange& change() const { return *change_; }
  // While the plan runs.
  [[nodiscard]] RowChangeState& state() const { return op_state->Cast<RowChangeState>(); }

  duckdb::string GetName() const override { return "LAKE_CHANGE_ROWS"; }
  duckdb::InsertionOrderPreservingMap<duckdb::string> ParamsToString() const override;
  duckdb::unique_ptr<duckdb::OperatorState> GetOperatorState(
      duckdb::ExecutionContext& context) const override;
  duckdb::unique_ptr<duckdb::GlobalOperatorState> GetGlobalOperatorState(
      duckdb::ClientContext& context) const override;
  duckdb::OperatorResultType Execute(duckdb::ExecutionContext& context, duckdb::DataChunk& input,
                                     duckdb::DataChunk& chunk, duckdb::GlobalOperatorState& global,
                                     duckdb::OperatorState& state) const override;
  bool ParallelOperator() const override { return true; }

 private:
  RowChangePtr change_;
};

}  // namespace laguna::catalog
