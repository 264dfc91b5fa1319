// SPDX-License-Identifier: Apache-2.0
// Which files a filter can rule out.
//
// The statistics of the files are read as a table, and the filter over rows is rewritten into one
// over that table which says whether a row of the file may match: `id = 5` becomes
// `min(id) <= 5 AND max(id) >= 5`. NOT is first moved down to the comparisons. What is not known is
// NULL, as in SQL, and a file is left out only when the condition is FALSE for certain; a part of a
// filter that is not understood is taken for "may match". Comparisons are made on the full bounds
// and not by the engine's own statistics, which keep eight bytes of a string.
//
// A filter over nothing but columns that have one value in each file (partition columns, _file) is
// decided by it, whatever its functions, and need not be looked at again for rows.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "catalog/scan/bounds_chunk.h"
#include "catalog/scan/value_range.h"
#include "duckdb/planner/expression.hpp"
#include "duckdb/planner/table_filter.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// One or more filters that have to hold together. Belongs to one thread.
class FileCondition {
 public:
  // Both outlive it.
  FileCondition(duckdb::ClientContext& context, const ScanColumns& columns);

  // Adds what the filter says about files, if anything.
  void Require(const duckdb::Expression& filter);
  void Require(const duckdb::TableFilter& filter, const duckdb::Expression& column);
  [[nodiscard]] bool empty() const { return conditions_.empty(); }

  // Those of `numbers` that may hold matching rows, in their order. Corrupt as BoundsChunk::Fill.
  [[nodiscard]] std::vector<size_t> Keep(std::span<const size_t> numbers);

 private:
  void Evaluate(const duckdb::Expression& condition, std::span<const size_t> numbers,
                std::span<bool> keep);

  duckdb::ClientContext& context_;
  const ScanColumns& columns_;
  BoundsChunk bounds_;
  std::vector<duckdb::unique_ptr<duckdb::Expression>> conditions_;
};

// Whether the filter goes by nothing but columns that have one value in each file and gives the
// same whenever it is asked.
bool IsDecidedByFile(const duckdb::Expression& filter, const ScanColumns& columns);
// Those of `numbers` whose rows match such a filter; nothing when it cannot be evaluated.
std::optional<std::vector<size_t>> FilesThatMatch(duckdb::ClientContext& context,
                                                  const duckdb::Expression& filter,
                                                  const ScanColumns& columns,
                                                  std::span<const size_t> numbers);

}  // namespace laguna::catalog
