// SPDX-License-Identifier: Apache-2.0
// What OPTIMIZE and REORG are asked for, as a value.
#pragma once

#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/compaction.h"

namespace laguna::catalog {

struct OptimizeRequest {
  delta::Rewrite rewrite = delta::Rewrite::kUnfit;
  // A condition over partition columns as the user wrote it; empty: all partitions.
  std::string condition;
  // With kAll: the columns to order by, each as its parts ("address", "city").
  std::vector<std::vector<std::string>> zorder_by;
  // By the table's property, behind another statement (catalog/optimize/auto_compaction.h): only
  // where there is a good deal to do, and only once.
  bool is_automatic = false;
  // With is_automatic: the partitions that the statement wrote to.
  std::vector<delta::PartitionValues> partitions = {};
};

}  // namespace laguna::catalog
