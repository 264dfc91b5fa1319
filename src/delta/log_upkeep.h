// SPDX-License-Identifier: Apache-2.0
// What a commit leaves to do for the log: its checksum, a checkpoint when one is due
// (delta/checkpoint_rule.h), and the removal of what is older than the table keeps
// (delta.logRetentionDuration, delta.enableExpiredLogCleanup).
//
// None of it changes the table, so none of it can make a commit fail: what goes wrong is told and
// done again behind a later commit. Transaction leaves it to its caller, because nobody who waits
// for a commit has to wait for it: it may be done on another thread, when the table has newer
// versions already, or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
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

// The checksum file of the version that a commit made: small, and waits for no disk.
UpkeepReport WriteVersionChecksum(Table& table, const Snapshot& committed,
                                  const io::Call& call = {}) noexcept;

// True when KeepUpLog may have something to do behind the commit that made the snapshot.
[[nodiscard]] bool UpkeepIsDue(const Table& table, const Snapshot& committed);

// Writes the checkpoint of that version, unless the log is still short enough without, and cleans
// up behind it. Does nothing when the log is no longer the one the snapshot was made from: the
// table was dropped, or made anew. `table` has a Parquet port.
UpkeepReport KeepUpLog(Table& table, const SnapshotPtr& committed, const base::Clock& clock,
                       base::Random& random, const io::Call& call = {}) noexcept;

// The same, however short the log is.
UpkeepReport CheckpointLog(Table& table, const SnapshotPtr& snapshot, const base::Clock& clock,
                           base::Random& random, const io::Call& call = {}) noexcept;

}  // namespace laguna::delta
