// SPDX-License-Identifier: Apache-2.0
// The operator that writes the data files of a partitioned table, from rows in any order.
//
// While rows come, each thread sorts them into partitions (catalog/partition/partition_stage),
// which write row groups as they fill up (catalog/partition/partition_buffers); rows of partitions
// for which there is no place are sorted (catalog/partition/sorted_partitions). At the end all
// threads write what is left. So memory and open files stay bounded with any number of partitions,
// a partition has one file until that is as large as a file of the table should be, and little is
// written twice. Rows that must stay in an order are one thread's. State is per execution.
#pragma once

#include "catalog/partition/partition_file.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

class PartitionedFiles final : public duckdb::PhysicalOperator {
 public:
  // Takes the target's columns; gives one row a file, as WrittenFileOf takes it.
  PartitionedFiles(duckdb::PhysicalPlan& plan, PartitionedFilesPlan files,
                   duckdb::idx_t estimated_rows);

  duckdb::string GetName() const override { return "LAKE_PARTITIONED_FILES"; }
  duckdb::InsertionOrderPreservingMap<duckdb::string> ParamsToString() const override;
  bool IsSink() const override { return true; }
  bool ParallelSink() const override { return !files_.is_ordered; }
  duckdb::unique_ptr<duckdb::GlobalSinkState> GetGlobalSinkState(
      duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::LocalSinkState> GetLocalSinkState(
      duckdb::ExecutionContext& context) const override;
  duckdb::SinkResultType Sink(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk,
                              duckdb::OperatorSinkInput& input) const override;
  duckdb::SinkCombineResultType Combine(duckdb::ExecutionContext& context,
                                        duckdb::OperatorSinkCombineInput& input) const override;
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
  PartitionedFilesPlan files_;
};

}  // namespace laguna::catalog
