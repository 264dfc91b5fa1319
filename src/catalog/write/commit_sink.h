// SPDX-License-Identifier: Apache-2.0
// The last operator of a write: takes the Parquet writer's account of each file and puts the files
// into the transaction; gives the number of rows, or with RETURNING the rows, as the statement's
// result.
//
// Nothing reaches the log here: the transaction's commit does that. State is per execution, so a
// prepared statement may run again.
#pragma once

#include "catalog/write/returned_rows.h"
#include "catalog/write/write_target.h"
#include "duckdb/execution/physical_operator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class CommitSink final : public duckdb::PhysicalOperator {
 public:
  // `returned`, of the same plan, has the rows to give back; null: their number is.
  CommitSink(duckdb::PhysicalPlan& plan, WriteTargetPtr target,
             duckdb::vector<duckdb::LogicalType> types, const ReturnedRows* returned);

  duckdb::string GetName() const override { return "LAKE_WRITE"; }
  duckdb::InsertionOrderPreservingMap<duckdb::string> ParamsToString() const override;

  duckdb::unique_ptr<duckdb::GlobalSinkState> GetGlobalSinkState(
      duckdb::ClientContext& context) const override;
  duckdb::SinkResultType Sink(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk,
                              duckdb::OperatorSinkInput& input) const override;
  duckdb::SinkFinalizeType Finalize(duckdb::Pipeline& pipeline, duckdb::Event& event,
                                    duckdb::ClientContext& context,
                                    duckdb::OperatorSinkFinalizeInput& input) const override;
  bool IsSink() const override { return true; }
  bool ParallelSink() const override { return false; }

  bool IsSource() const override { return true; }
  duckdb::unique_ptr<duckdb::GlobalSourceState> GetGlobalSourceState(
      duckdb::ClientContext& context) const override;

 protected:
  duckdb::SourceResultType GetDataInternal(duckdb::ExecutionContext& context,
                                           duckdb::DataChunk& chunk,
                                           duckdb::OperatorSourceInput& input) const override;

 private:
  WriteTargetPtr target_;
  const ReturnedRows* returned_;
};

// Throws unless the table is still as it was when the statement was planned: Conflict when its
// definition changed, Exists when a table to create is there, NotFound when one to write to is
// gone.
void CheckTarget(duckdb::ClientContext& context, const WriteTarget& target);

}  // namespace laguna::catalog
