// SPDX-License-Identifier: Apache-2.0
// The bounds of many files as vectors of the engine: one row for each file.
//
// A filter over rows becomes a filter over these (file_condition.h), and the engine evaluates it
// for two thousand files at once. A bound that is not known is NULL. Only what was asked for is
// filled in: the lower bound of a column may be read and its count of NULLs not. Belongs to one
// thread.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/scan/scan_column.h"
#include "catalog/scan/scan_files.h"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

enum class BoundPart {
  // Of the column's type. The value itself where all rows of a file have one (NULL: it is NULL).
  kMin,
  kMax,
  // BOOLEAN, never NULL: as in ColumnBounds.
  kMayBeNull,
  kMayBeValue,
};

class BoundsChunk {
 public:
  explicit BoundsChunk(const ScanFiles& files) : files_(&files) {}
  BoundsChunk(const BoundsChunk&) = delete;
  BoundsChunk& operator=(const BoundsChunk&) = delete;

  // An expression that reads a bound of a column; asks for it to be filled in. Before the first
  // Fill.
  duckdb::unique_ptr<duckdb::Expression> Read(const ScanColumn& column, BoundPart part);
  // The same for kMin and kMax of a timestamp, moved outwards by `slack_micros`.
  duckdb::unique_ptr<duckdb::Expression> ReadWidened(const ScanColumn& column, BoundPart part,
                                                     int64_t slack_micros);

  // The rows of these files, STANDARD_VECTOR_SIZE at most; valid until the next call. Corrupt for a
  // bad partition value.
  duckdb::DataChunk& Fill(std::span<const size_t> numbers);

 private:
  static constexpr size_t kParts = 4;
  struct Source {
    ScanColumn column;
    int64_t slack_micros = 0;
    // The vector of each part; nothing when nobody reads it.
    std::array<std::optional<size_t>, kParts> places;
    // Of partition columns, by their text.
    std::unordered_map<std::string_view, duckdb::Value> values;
    std::optional<duckdb::Value> null;
  };

  duckdb::unique_ptr<duckdb::Expression> ReadPart(const ScanColumn& column, BoundPart part,
                                                  int64_t slack_micros);
  Source& SourceOf(const ScanColumn& column, int64_t slack_micros);
  duckdb::Vector* VectorOf(const Source& source, BoundPart part);
  void FillConstants(Source& source, std::span<const size_t> numbers);
  void FillPartitionValues(Source& source, std::span<const size_t> numbers);
  void FillStatistics(Source& source, std::span<const size_t> numbers);
  void FillBounds(Source& source, std::span<const size_t> numbers);
  void SetConstant(const Source& source, size_t row, const duckdb::Value& value);

  const ScanFiles* files_;
  std::vector<Source> sources_;
  duckdb::vector<duckdb::LogicalType> types_;
  std::optional<duckdb::DataChunk> chunk_;
};

}  // namespace laguna::catalog
