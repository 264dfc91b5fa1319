// SPDX-License-Identifier: Apache-2.0
// The rows of one partition that wait for their row group, and the files they go into.
//
// The rows are DuckDB's, so beyond the memory limit they go to disk. All threads add to the same
// rows. Once closed, a buffer takes no more; what comes then goes another way.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "catalog/partition/partition_file.h"
#include "duckdb/common/types/column/column_data_collection.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Rows taken out to be written, and the memory they take.
struct TakenRows {
  duckdb::unique_ptr<duckdb::ColumnDataCollection> rows;
  uint64_t bytes = 0;
};

class PartitionBuffer {
 public:
  PartitionBuffer(const FileMaking& making, PartitionKey key) : file_(making, std::move(key)) {}

  struct Growth {
    // False: the buffer is closed and has not taken the rows.
    bool taken = false;
    uint64_t bytes = 0;
    // Of all rows that wait.
    uint64_t rows = 0;
    uint64_t all_bytes = 0;
  };
  // `rows` are the table's data columns.
  Growth Append(duckdb::ClientContext& context, duckdb::DataChunk& rows);
  // All that wait; none if there are none.
  TakenRows Take();
  TakenRows Close();

  // The memory of the rows that wait, as of a moment ago.
  [[nodiscard]] uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  [[nodiscard]] PartitionFile& file() { return file_; }
  [[nodiscard]] const PartitionKey& key() const { return file_.key(); }

  // When rows of the partition were met last, in rows of the statement.
  void Meet(uint64_t now_rows) { met_at_.store(now_rows, std::memory_order_relaxed); }
  [[nodiscard]] uint64_t met_at() const { return met_at_.load(std::memory_order_relaxed); }

 private:
  TakenRows TakeLocked();

  std::mutex mutex_;
  duckdb::unique_ptr<duckdb::ColumnDataCollection> rows_;
  duckdb::ColumnDataAppendState append_;
  bool closed_ = false;
  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<uint64_t> met_at_ = 0;
  PartitionFile file_;
};

}  // namespace laguna::catalog
