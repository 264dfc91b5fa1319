// SPDX-License-Identifier: Apache-2.0
// Which leaves of a table's schema have statistics in its files: the first 32 of the data columns,
// or as the properties delta.dataSkippingNumIndexedCols and delta.dataSkippingStatsColumns say.
// Arrays and maps count as one leaf without bounds. Pure; thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/schema.h"
#include "delta/statistics.h"

namespace laguna::delta {

struct IndexedLeaf {
  ColumnPath path;
  DataType type;
};

// What a list names that is not there counts as not said.
[[nodiscard]] std::vector<IndexedLeaf> IndexedLeavesOf(const Metadata& metadata);

// For a delta.dataSkippingStatsColumns that somebody gives: InvalidInput "delta.statistics_column"
// for a column that is not there (with the nearest name), stands in no data file, is named twice or
// is of a type without bounds. Spark refuses every change of the definition of such a table.
// `table` is for the messages.
void CheckStatisticsColumns(const Metadata& metadata, std::string_view table);

}  // namespace laguna::delta
