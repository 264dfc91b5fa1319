// SPDX-License-Identifier: Apache-2.0
// Which files of the log make up a snapshot (protocol section "Checkpoints"). Pure: from a listing
// to a list; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "io/object_store.h"

namespace laguna::delta {

struct LogCommit {
  int64_t version = 0;
  io::ObjectInfo object;
  // The time of the commit by its file, moved forward where clocks went back, as Spark does: every
  // commit is later than the one before.
  int64_t timestamp_ms = 0;
};

struct LogSegment {
  // Ascending without gaps, from version 0 to the version of the snapshot.
  std::vector<LogCommit> commits;
  [[nodiscard]] int64_t version() const { return commits.back().version; }
};

// The commits in a listing of _delta_log, ascending, with their timestamps.
[[nodiscard]] std::vector<LogCommit> ListedCommits(std::span<const io::ObjectInfo> listing);

// What to read for `version`, or for the newest there is. Nothing when the listing holds neither
// commits nor checkpoints. `table` is for messages.
// Errors: NotFound for a version that is not there; Corrupt ("delta.log_gap") when a commit is
// missing that nothing replaces, naming it; Unsupported ("delta.checkpoint_read") when only a
// checkpoint could replace it: those are not read yet.
[[nodiscard]] std::optional<LogSegment> FindLogSegment(std::span<const io::ObjectInfo> listing,
                                                       std::optional<int64_t> version,
                                                       std::string_view table);

}  // namespace laguna::delta
