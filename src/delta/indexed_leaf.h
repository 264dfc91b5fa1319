// SPDX-License-Identifier: Apache-2.0
// Which leaves of a table's schema have statistics in its files: the first 32 of the data columns,
// or as the properties delta.dataSkippingNumIndexedCols and delta.dataSkippingStatsColumns say.
// Arrays and maps count as one leaf without bounds. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/schema.h"
#include "delta/statistics.h"

namespace laguna::delta {

struct IndexedLeaf {
  ColumnPath path;
  // Logical names, with dots between.
  std::string logical_name;
  DataType type;
};

[[nodiscard]] std::vector<IndexedLeaf> IndexedLeavesOf(const Metadata& metadata);

}  // namespace laguna::delta
