// SPDX-License-Identifier: Apache-2.0
// Files of partitions that found no place to gather their rows
// (catalog/partition/partition_buffers): any number of partitions, with one file open a thread.
//
// The rows are sorted by partition, by DuckDB and beyond its memory limit on disk. Then each thread
// writes a stretch of them: a file ends when the rows of its partition end, when it is as large as
// it should be, or with the stretch. Rows that must stay in an order are numbered for that.
#pragma once

#include <mutex>

#include "catalog/partition/partition_file.h"
#include "duckdb/common/sorting/sort.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class SortedPartitions {
 public:
  // `types` are those of all columns.
  SortedPartitions(const FileMaking& making, duckdb::vector<duckdb::LogicalType> types)
      : making_(making), types_(std::move(types)) {}

  // A thread's rows.
  using Share = duckdb::unique_ptr<duckdb::LocalSinkState>;
  void Add(duckdb::ExecutionContext& context, Share& share, duckdb::DataChunk& rows,
           duckdb::InterruptState& interrupt);
  // The share gets no more rows.
  void Combine(duckdb::ExecutionContext& context, Share& share, duckdb::InterruptState& interrupt);
  // After all shares. False: there are no rows.
  bool Finalize(duckdb::ClientContext& context);
  // Writes files as long as there are rows; several threads at once.
  void Write(duckdb::ExecutionContext& context);

 private:
  struct Sorting {
    duckdb::unique_ptr<duckdb::Sort> sort;
    duckdb::unique_ptr<duckdb::GlobalSinkState> rows;
    duckdb::unique_ptr<duckdb::GlobalSourceState> sorted;
  };
  duckdb::Sort& SortFor(duckdb::ClientContext& context);

  const FileMaking& making_;
  const duckdb::vector<duckdb::LogicalType> types_;
  std::mutex mutex_;
  // From the first row on.
  Sorting sorting_;
  // Of the next row.
  int64_t number_ = 0;
};

}  // namespace laguna::catalog
