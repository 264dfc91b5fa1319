// SPDX-License-Identifier: Apache-2.0
// What one thread does with the rows of a partitioned write: finds their partitions, keeps a few
// rows of each until they are worth a lock, and hands them to the buffers all threads share
// (catalog/partition/partition_buffers), or to the sort if there is no place for them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "catalog/partition/partition_buffers.h"
#include "catalog/partition/sorted_partitions.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

class PartitionStage {
 public:
  // Both are shared and outlive this; `types` are those of all columns.
  PartitionStage(duckdb::ClientContext& context, const WriteTarget& target,
                 const duckdb::vector<duckdb::LogicalType>& types, PartitionBuffers& buffers,
                 SortedPartitions& sorted);

  void Write(duckdb::ExecutionContext& context, duckdb::DataChunk& rows,
             duckdb::InterruptState& interrupt);
  // No more rows come.
  void Finish(duckdb::ExecutionContext& context, duckdb::InterruptState& interrupt);

 private:
  struct Staged {
    PartitionBuffers::BufferPtr buffer;
    // Data columns.
    std::unique_ptr<duckdb::DataChunk> rows;
  };
  // Of the engine, for one call.
  struct Call {
    duckdb::ExecutionContext& context;
    duckdb::InterruptState& interrupt;
  };
  // Rows of the chunk that belong together.
  struct Run {
    duckdb::SelectionVector rows;
    duckdb::idx_t count = 0;
  };

  void FindPartitions(duckdb::DataChunk& rows);
  void GroupRows();
  void Put(const Call& call, uint32_t number, Run& run);
  void FlushStaged(const Call& call, Staged& staged);
  // Those that wait though their partition seems to be over.
  void FlushOld(const Call& call);
  void Append(const Call& call, PartitionBuffer& buffer, duckdb::DataChunk& rows);
  void PutAside(const Call& call, const PartitionKey& key, duckdb::DataChunk& rows);

  duckdb::ClientContext& context_;
  PartitionBuffers& buffers_;
  SortedPartitions& sorted_;
  SortedPartitions::Share share_;
  const duckdb::vector<duckdb::LogicalType> types_;
  std::vector<duckdb::idx_t> key_columns_;
  std::vector<duckdb::idx_t> data_columns_;
  duckdb::vector<duckdb::LogicalType> data_types_;

  PartitionBuffers::View view_;
  std::vector<Staged> staged_;
  uint64_t next_flush_rows_ = 0;

  // Of the chunk at hand: its columns, each row's partition, and the rows grouped by partition.
  duckdb::DataChunk keys_;
  duckdb::DataChunk data_;
  std::vector<uint32_t> numbers_;
  std::vector<uint32_t> present_;
  std::vector<uint32_t> counts_;
  std::vector<uint32_t> ends_;
  duckdb::SelectionVector grouped_;
};

}  // namespace laguna::catalog
