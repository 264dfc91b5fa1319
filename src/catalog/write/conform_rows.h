// SPDX-License-Identifier: Apache-2.0
// The operator between a query and the data files: makes each row one of the table.
//
// Evaluates one expression per column (a cast, a default), so that a value that does not fit is
// reported with its column and table; makes texts fit VARCHAR(n) and CHAR(n); writes the empty
// string of a partition column as NULL, as Delta does; refuses NULL where the schema has none,
// texts that are too long and rows that break a CHECK constraint, an invariant or the expression of
// a generated column, before anything is committed. Streams, in parallel.
#pragma once

#include <vector>

#include "catalog/constraint/row_check.h"
#include "catalog/write/write_target.h"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/execution/physical_operator.hpp"
#include "duckdb/execution/physical_plan_generator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct ConformPlan {
  WriteTargetPtr target;
  // Gives the rows; any columns.
  duckdb::PhysicalOperator& rows;
  // One per column of the target, over the columns of `rows`.
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions;
  // So many last columns of `rows` follow the target's columns, unchanged and unchecked.
  duckdb::idx_t passed_through = 0;
};

// Gives rows of the target's columns, then those passed through. Rows that the table may not hold
// fail the statement when it runs (Violation, InvalidInput), before anything is committed.
duckdb::PhysicalOperator& PlanConform(duckdb::ClientContext& context,
                                      duckdb::PhysicalPlanGenerator& planner, ConformPlan plan);

class ConformRows final : public duckdb::PhysicalOperator {
 public:
  // `conditions` are those of `checks`, over the rows it gives.
  ConformRows(duckdb::PhysicalPlan& plan, ConformPlan conform, std::vector<RowCheck> checks,
              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> conditions);

  duckdb::string GetName() const override { return "LAKE_CONFORM"; }
  duckdb::unique_ptr<duckdb::OperatorState> GetOperatorState(
      duckdb::ExecutionContext& context) const override;
  duckdb::OperatorResultType Execute(duckdb::ExecutionContext& context, duckdb::DataChunk& input,
                                     duckdb::DataChunk& chunk, duckdb::GlobalOperatorState& global,
                                     duckdb::OperatorState& state) const override;
  bool ParallelOperator() const override { return true; }

 private:
  // The rows in `chunk`, not yet checked.
  void Evaluate(duckdb::DataChunk& input, duckdb::DataChunk& chunk,
                duckdb::ExpressionExecutor& executor) const;
  void Check(duckdb::DataChunk& chunk, duckdb::ExpressionExecutor& checker) const;

  WriteTargetPtr target_;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions_;
  duckdb::idx_t passed_through_;
  std::vector<RowCheck> checks_;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> conditions_;
};

}  // namespace laguna::catalog
