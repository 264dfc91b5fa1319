// SPDX-License-Identifier: Apache-2.0
// Where a commit put new rows: what auto-compaction looks at behind it. A value.
#pragma once

#include <string>
#include <vector>

#include "delta/action.h"

namespace laguna::catalog {

struct WrittenPartitions {
  // "bronze/t".
  std::string root;
  // Each once.
  std::vector<delta::PartitionValues> partitions;
};

}  // namespace laguna::catalog
