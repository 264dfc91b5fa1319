// SPDX-License-Identifier: Apache-2.0
// The operator of INSERT ... RETURNING: keeps the rows that go by, as they are written, until the
// statement gives them back. They spill like any other data. Streams, in parallel; one lock a
// chunk.
#pragma once

#include <mutex>

#include "duckdb/common/types/column/column_data_collection.hpp"
#include "duckdb/execution/physical_operator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class ReturnedRows final : public duckdb::PhysicalOperator {
 public:
  ReturnedRows(duckdb::PhysicalPlan& plan, const duckdb::PhysicalOperator& rows);

  // All of them, once the plan below has run.
  [[nodiscard]] const duckdb::ColumnDataCollection& rows() const;

  duckdb::string GetName() const override { return "LAKE_RETURNING"; }
  duckdb::unique_ptr<duckdb::GlobalOperatorState> GetGlobalOperatorState(
      duckdb::ClientContext& context) const override;
  duckdb::OperatorResultType Execute(duckdb::ExecutionContext& context, duckdb::DataChunk& input,
                                     duckdb::DataChunk& chunk, duckdb::GlobalOperatorState& global,
                                     duckdb::OperatorState& state) const override;
  bool ParallelOperator() const override { return true; }
};

}  // namespace laguna::catalog
