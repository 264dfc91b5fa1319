// SPDX-License-Identifier: Apache-2.0
// Per-file statistics (protocol section "Per-file Statistics"), keyed by physical column path.
//
// Bounds are kept as text in the form Delta's JSON gives them ("12", "1.50", "2024-02-29",
// "2024-02-29T12:34:56.123Z", plain strings unquoted), because only the reader of a column knows
// its type. A bound is a true bound or absent, with two reservations the format leaves to its
// reader: timestamps may have been cut down to milliseconds, and writers differ in whether NaN
// counts for the maximum of a floating-point column.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/schema.h"

namespace laguna::delta {

struct ColumnStatistics {
  std::optional<std::string> min;
  std::optional<std::string> max;
  std::optional<int64_t> null_count;
  bool operator==(const ColumnStatistics&) const = default;
};

// Physical names from the root to a leaf: {"address", "city"}.
using ColumnPath = std::vector<std::string>;

struct FileStatistics {
  std::optional<int64_t> num_records;
  // False: the bounds hold but may be wider than the live rows (files with deletion vectors).
  bool tight_bounds = true;
  std::map<ColumnPath, ColumnStatistics> columns;
  bool operator==(const FileStatistics&) const = default;
};

// Reads the JSON of an add action; the schema says which leaves exist and how their values are
// spelled. Malformed or unexpected parts are left out (statistics are optional by protocol), never
// guessed.
FileStatistics ParseStatistics(const Schema& schema, std::string_view json);
// Only numRecords: cheap.
std::optional<int64_t> ParseRecordCount(std::string_view json);
// How JSON spells the bounds of a column of that type: true for strings, else for numbers when
// `number`, a JSON number, is one of the type (whole, without an exponent where decimal).
bool HasTextBounds(const DataType& type);
bool IsBoundNumber(const DataType& type, std::string_view number);
// The JSON text for an add action. Numbers and booleans unquoted, all else quoted. Columns that are
// not leaves of `schema` are a broken invariant.
std::string WriteStatistics(const Schema& schema, const FileStatistics& statistics);

// The same statistics of a file that loses rows to a deletion vector: what was exact of all rows is
// now a bound. A text that is no JSON object becomes one that only says so.
std::string LoosenBounds(std::string_view json);

// How many leading code points of a string bound are kept where the table does not say, and the
// rules to cut to `length`: the minimum is a prefix, the maximum a prefix followed by a code point
// that makes it an upper bound again, or nothing when none does. With 0 only "" is a bound.
inline constexpr size_t kStringPrefixLength = 32;
std::optional<std::string> TruncateMin(std::string_view value, size_t length);
std::optional<std::string> TruncateMax(std::string_view value, size_t length);

}  // namespace laguna::delta
