// SPDX-License-Identifier: Apache-2.0
// What OPTIMIZE and REORG did: as they tell it, and as DESCRIBE HISTORY shows it, both in Spark's
// words. Pure; no DuckDB but its values.
#pragma once

#include <cstdint>
#include <vector>

#include "catalog/optimize/optimize_request.h"
#include "delta/transaction.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Sizes of files in bytes.
class FileSizes {
 public:
  void Add(int64_t bytes) { bytes_.push_back(bytes); }
  void Add(const FileSizes& more);
  [[nodiscard]] size_t count() const { return bytes_.size(); }
  [[nodiscard]] int64_t total() const;
  // The smallest size that `share` (0 to 1) of the files do not exceed; 0 where there are none.
  [[nodiscard]] int64_t Quantile(double share) const;

 private:
  std::vector<int64_t> bytes_;
};

// What one commit, or all of them, took out and put in.
struct OptimizeTotals {
  FileSizes added;
  FileSizes removed;
  int64_t vectors_removed = 0;
  int64_t vector_rows_removed = 0;

  void Add(const OptimizeTotals& more);
};

struct OptimizeReport {
  OptimizeTotals totals;
  int64_t partitions_optimized = 0;
  int64_t commits = 0;
  int64_t considered_files = 0;
  int64_t considered_bytes = 0;
  // Left as they are, because other writers changed them each time.
  int64_t contended_files = 0;
  int64_t started_ms = 0;
  int64_t ended_ms = 0;
};

delta::Operation OptimizeOperation(const OptimizeRequest& request, const OptimizeTotals& totals);

// STRUCT(numFilesAdded BIGINT, numFilesRemoved BIGINT, filesAdded STRUCT(...), ...).
duckdb::LogicalType OptimizeMetricsType();
duckdb::Value OptimizeMetrics(const OptimizeRequest& request, const OptimizeReport& report);

}  // namespace laguna::catalog
