// SPDX-License-Identifier: Apache-2.0
// What a commit leaves to do for the log: its checksum, a checkpoint when one is due
// (delta.checkpointInterval), and the removal of what is older than the table keeps
// (delta.logRetentionDuration, delta.enableExpiredLogCleanup).
//
// None of it changes the table, so none of it can make a commit fail: what goes wrong is told and
// done again after a later commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "delta/snapshot.h"
#include "delta/table.h"
#include "io/object_store.h"

namespace laguna::delta {

struct UpkeepReport {
  std::optional<int64_t> checkpoint_version;
  size_t deleted_log_files = 0;
  // Full sentences.
  std::vector<std::string> warnings;
};

// After the commit that made `committed`. Without a Parquet port only the checksum is written.
UpkeepReport KeepUpLog(Table& table, const SnapshotPtr& committed, const base::Clock& clock,
                       const io::Call& call = {}) noexcept;

}  // namespace laguna::delta
