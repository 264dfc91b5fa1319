// SPDX-License-Identifier: Apache-2.0
// The last operator of a row change: takes the reports of the files written, settles what becomes
// of the touched ones, and puts both into the transaction. Gives the number of rows changed, or the
// rows themselves (RETURNING).
//
// Nothing reaches the log here: the transaction's commit does that. State is per execution.
#pragma once

#include "catalog/row_change/apply_row_changes.h"
#include "duckdb/execution/physical_operator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class RowChangeSink final : public duckdb::PhysicalOperator {
 public:
  RowChangeSink(duckdb::PhysicalPlan& plan, const ApplyRowChanges& changes,
                duckdb::vector<duckdb::LogicalType> types);

  duckdb::string GetName() const override { return "LAKE_COMMIT_CHANGES"; }
  duckdb::InsertionOrderPreservingMap<duckdb::string> ParamsToString() const override;
  bool IsSink() const override { return true; }
  bool ParallelSink() const override { return false; }
  duckdb::unique_ptr<duckdb::GlobalSinkState> GetGlobalSinkState(
      duckdb::ClientContext& context) const override;
  duckdb::SinkResultType Sink(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk,
                              duckdb::OperatorSinkInput& input) const override;
  duckdb::SinkFinalizeType Finalize(duckdb::Pipeline& pipeline, duckdb::Event& event,
                                    duckdb::ClientContext& context,
                                    duckdb::OperatorSinkFinalizeInput& input) const override;

  bool IsSource() const override { return true; }
  duckdb::unique_ptr<duckdb::GlobalSourceState> GetGlobalSourceState(
      duckdb::ClientContext& context) const override;

 protected:
  duckdb::SourceResultType GetDataInternal(duckdb::ExecutionContext& context,
                                           duckdb::DataChunk& chunk,
                                           duckdb::OperatorSourceInput& input) const override;

 private:
  const ApplyRowChanges& changes_;
};

}  // namespace laguna::catalog
