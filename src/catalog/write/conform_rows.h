// SPDX-License-Identifier: Apache-2.0
// The operator between a query and the data files: makes each row one of the table.
//
// Evaluates one expression per column (a cast, a default), so that a value that does not fit is
// reported with its column and table; writes the empty string of a partition column as NULL, as
// Delta does; refuses NULL in NOT NULL columns before anything is committed. Streams, in parallel.
#pragma once

#include "catalog/write/write_target.h"
#include "duckdb.hpp"
#include "duckdb/execution/physical_operator.hpp"

namespace laguna::catalog {

class ConformRows final : public duckdb::PhysicalOperator {
 public:
  // One expression per column of the target, over the child's columns.
  ConformRows(duckdb::PhysicalPlan& plan, WriteTargetPtr target,
              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions,
              duckdb::idx_t estimated_rows);

  duckdb::string GetName() const override { return "LAKE_CONFORM"; }
  duckdb::unique_ptr<duckdb::OperatorState> GetOperatorState(
      duckdb::ExecutionContext& context) const override;
  duckdb::OperatorResultType Execute(duckdb::ExecutionContext& context, duckdb::DataChunk& input,
                                     duckdb::DataChunk& chunk, duckdb::GlobalOperatorState& global,
                                     duckdb::OperatorState& state) const override;
  bool ParallelOperator() const override { return true; }

 private:
  WriteTargetPtr target_;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions_;
};

}  // namespace laguna::catalog
