// SPDX-License-Identifier: Apache-2.0
// New rows of a row change that are wanted once more: by the change data feed and by RETURNING.
// KeepRows puts them aside on their way to the data files, KeptRowsScan gives them again.
#pragma once

#include "catalog/row_change/apply_row_changes.h"
#include "duckdb/execution/physical_operator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Takes rows with their change type and gives them without. Streams, in parallel.
class KeepRows final : public duckdb::PhysicalOperator {
 public:
  KeepRows(duckdb::PhysicalPlan& plan, const ApplyRowChanges& changes,
           duckdb::idx_t estimated_rows);

  duckdb::string GetName() const override { return "LAKE_KEEP_ROWS"; }
  duckdb::OperatorResultType Execute(duckdb::ExecutionContext& context, duckdb::DataChunk& input,
                                     duckdb::DataChunk& chunk, duckdb::GlobalOperatorState& global,
                                     duckdb::OperatorState& state) const override;
  bool ParallelOperator() const override { return true; }

 private:
  const ApplyRowChanges& changes_;
};

class KeptRowsScan final : public duckdb::PhysicalOperator {
 public:
  KeptRowsScan(duckdb::PhysicalPlan& plan, const ApplyRowChanges& changes);

  duckdb::string GetName() const override { return "LAKE_KEPT_ROWS"; }
  bool IsSource() const override { return true; }
  bool ParallelSource() const override { return true; }
  duckdb::OrderPreservationType SourceOrder() const override {
    return duckdb::OrderPreservationType::NO_ORDER;
  }
  duckdb::unique_ptr<duckdb::GlobalSourceState> GetGlobalSourceState(
      duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::LocalSourceState> GetLocalSourceState(
      duckdb::ExecutionContext& context, duckdb::GlobalSourceState& global) const override;

 protected:
  duckdb::SourceResultType GetDataInternal(duckdb::ExecutionContext& context,
                                           duckdb::DataChunk& chunk,
                                           duckdb::OperatorSourceInput& input) const override;

 private:
  const ApplyRowChanges& changes_;
};

}  // namespace laguna::catalog
