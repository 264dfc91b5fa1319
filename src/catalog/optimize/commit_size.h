// SPDX-License-Identifier: Apache-2.0
// How much OPTIMIZE and REORG write anew between two of their commits, so that what was done is
// done when they are interrupted, and the log does not fill with small commits.
//
// lake_optimize_commit_size (256MB): with so much they commit behind the partition they are at, and
// inside of one with sixteen times as much.
#pragma once

#include <cstdint>

#include "engine/duckdb.h"

namespace laguna::catalog {

struct CommitSize {
  uint64_t partition_bytes = 0;
  uint64_t bin_bytes = 0;
};

void AddOptimizeSettings(duckdb::DBConfig& config);

CommitSize CommitSizeOf(duckdb::ClientContext& context);

}  // namespace laguna::catalog
