// SPDX-License-Identifier: Apache-2.0
// The operator behind new rows of INSERT ... REPLACE WHERE: lets them through, and fails the
// statement for one that does not meet the condition, because it would stand outside of what the
// statement replaces. Streams, in parallel.
#pragma once

#include <string>

#include "catalog/write/write_target.h"
#include "duckdb/execution/physical_operator.hpp"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class MustMeet final : public duckdb::PhysicalOperator {
 public:
  // `condition` is over the target's columns, which the operator takes and gives; `text` is how the
  // user wrote it.
  MustMeet(duckdb::PhysicalPlan& plan, WriteTargetPtr target,
           duckdb::unique_ptr<duckdb::Expression> condition, std::string text,
           duckdb::idx_t estimated_rows);

  duckdb::string GetName() const override { return "LAKE_MUST_MEET"; }
  duckdb::unique_ptr<duckdb::OperatorState> GetOperatorState(
      duckdb::ExecutionContext& context) const override;
  duckdb::OperatorResultType Execute(duckdb::ExecutionContext& context, duckdb::DataChunk& input,
                                     duckdb::DataChunk& chunk, duckdb::GlobalOperatorState& global,
                                     duckdb::OperatorState& state) const override;
  bool ParallelOperator() const override { return true; }

 private:
  WriteTargetPtr target_;
  duckdb::unique_ptr<duckdb::Expression> condition_;
  std::string text_;
};

}  // namespace laguna::catalog
