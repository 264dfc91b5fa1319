// SPDX-License-Identifier: Apache-2.0
// What is certain about the values of one column in one file.
//
// The engine trusts statistics: a bound that is not true gives wrong rows. So every bound made here
// holds for sure or is absent: texts that are not exactly a value of the type give none. Delta's
// timestamps (cut to milliseconds), decimals that may have passed through a double, and doubles
// that were floats are widened. Floating point has no upper bound unless its writer says that NaN
// counts (most leave NaN out, which sorts highest). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "delta/schema.h"
#include "delta/statistics.h"
#include "duckdb/storage/statistics/base_statistics.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct ColumnBounds {
  duckdb::LogicalType type;
  // Of the values that are not NULL, inclusive.
  std::optional<duckdb::Value> min;
  std::optional<duckdb::Value> max;
  // False: certainly no row is NULL.
  bool may_be_null = true;
  // False: certainly all rows are NULL (or there are none).
  bool may_be_value = true;
};

// Nothing known.
ColumnBounds UnknownBounds(const duckdb::LogicalType& type);
// Every row has this value.
ColumnBounds ConstantBounds(const duckdb::Value& value);
// From the log; `statistics` may be null. `nan_counts`: no upper bound stands where NaN is.
ColumnBounds BoundsFromStatistics(const delta::StructField& field, const duckdb::LogicalType& type,
                                  const delta::ColumnStatistics* statistics,
                                  std::optional<int64_t> record_count, bool nan_counts = false);

// The engine's form, for filters it evaluates itself; null for types it keeps no numbers of.
duckdb::unique_ptr<duckdb::BaseStatistics> ToStatistics(const ColumnBounds& bounds);

}  // namespace laguna::catalog
