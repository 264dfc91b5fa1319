// SPDX-License-Identifier: Apache-2.0
// Data files of a partitioned table, from rows that come sorted by their partition.
//
// A thread has one file open at a time: it ends when the rows of its partition end, or when it is
// as large as a file of the table should be. So memory and open files do not grow with the number
// of partitions, and a partition gets few files however the rows came. A partition whose rows
// several threads get has a file of each. State is per execution.
#pragma once

#include <string>

#include "catalog/write/recorded_parquet.h"
#include "catalog/write/write_target.h"
#include "duckdb/common/filename_pattern.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct PartitionedFilesPlan {
  WriteTargetPtr target;
  RecordedParquet parquet;
  // The folder that holds the partitions' folders.
  std::string folder;
  duckdb::FilenamePattern file_names;
  // Where the next file of a partition begins.
  uint64_t file_bytes_max = 0;
};

class PartitionedFiles final : public duckdb::PhysicalOperator {
 public:
  // Takes the target's columns; gives one row a file, as WrittenFileOf takes it.
  PartitionedFiles(duckdb::PhysicalPlan& plan, PartitionedFilesPlan files,
                   duckdb::idx_t estimated_rows);

  duckdb::string GetName() const override { return "LAKE_PARTITIONED_FILES"; }
  duckdb::InsertionOrderPreservingMap<duckdb::string> ParamsToString() const override;
  bool IsSink() const override { return true; }
  bool ParallelSink() const override { return true; }
  duckdb::unique_ptr<duckdb::GlobalSinkState> GetGlobalSinkState(
      duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::LocalSinkState> GetLocalSinkState(
      duckdb::ExecutionContext& context) const override;
  duckdb::SinkResultType Sink(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk,
                              duckdb::OperatorSinkInput& input) const override;
  duckdb::SinkCombineResultType Combine(duckdb::ExecutionContext& context,
                                        duckdb::OperatorSinkCombineInput& input) const override;

  bool IsSource() const override { return true; }
  duckdb::unique_ptr<duckdb::GlobalSourceState> GetGlobalSourceState(
      duckdb::ClientContext& context) const override;

  [[nodiscard]] const PartitionedFilesPlan& files() const { return files_; }

 protected:
  duckdb::SourceResultType GetDataInternal(duckdb::ExecutionContext& context,
                                           duckdb::DataChunk& chunk,
                                           duckdb::OperatorSourceInput& input) const override;

 private:
  PartitionedFilesPlan files_;
};

}  // namespace laguna::catalog
