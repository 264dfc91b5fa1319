// SPDX-License-Identifier: Apache-2.0
// From what DuckDB's Parquet writer says about a file to Delta's statistics of it (protocol section
// "Per-file Statistics").
//
// Readers trust bounds, so a value that cannot be spelled exactly in Delta's form is rounded
// outwards or left out, never guessed: NaN is above every number and takes the upper bound away,
// timestamps are cut to milliseconds away from the values, strings to the code points that the
// table keeps of them. Pure functions; no DuckDB.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/schema.h"
#include "delta/statistics.h"

namespace laguna::catalog {

// On an add action of ours: where a floating-point column has an upper bound, no row holds NaN.
// Other writers leave NaN out of their bounds, so nobody may conclude that from theirs.
inline constexpr const char* kNanCountsTag = "laguna.nanCounts";

// On an add action of ours: its strings were cut to fewer code points than readers take for
// granted, and this many. A bound that was cut is not told from a value.
inline constexpr const char* kPrefixLengthTag = "laguna.stringPrefixLength";

// One Parquet leaf column of one file; bounds as DuckDB prints the type's values, NaN left out of
// them.
struct WrittenColumn {
  std::optional<std::string> min;
  std::optional<std::string> max;
  std::optional<int64_t> null_count;
  bool has_nan = false;
};

// Keyed by DuckDB's quoted path: "st"."b".
using WrittenColumns = std::map<std::string, WrittenColumn>;

// The leaves that get statistics (delta/indexed_leaf.h).
std::vector<delta::ColumnPath> IndexedLeaves(const delta::Metadata& metadata);

// To how many code points strings are cut: 32, or what delta.dataSkippingStringPrefixLength says,
// up to 63: more than 256 bytes the Parquet writer does not tell.
size_t StringPrefixLength(const delta::Metadata& metadata);

delta::FileStatistics FileStatisticsOf(const delta::Metadata& metadata, int64_t rows,
                                       const WrittenColumns& columns);

// "st"."b", as DuckDB names the leaf.
std::string QuotedPath(const delta::ColumnPath& path);

}  // namespace laguna::catalog
