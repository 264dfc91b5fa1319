// SPDX-License-Identifier: Apache-2.0
// Which files of the log make up a snapshot (protocol sections "Checkpoints" and "Log Compaction
// Files"). Pure: from a listing to a list; thread-safe.
//
// A state begins at a checkpoint, or at version 0, and goes on by every commit behind it. The
// newest checkpoint from which the commits go on without a gap is taken; where one turns out to be
// unreadable the caller takes it out of the listing and asks again, which gives the next older one
// or the commits alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
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

// A complete checkpoint.
struct CheckpointFiles {
  int64_t version = 0;
  // Named by a UUID: one file that may name sidecars. A classic name may hide the same content; its
  // reader looks.
  bool is_v2 = false;
  // V2 with a JSON top file.
  bool is_json = false;
  // One, or all parts in their order.
  std::vector<io::ObjectInfo> parts;
};

// Several commits folded into one file (protocol section "Log Compaction Files").
struct CompactedCommits {
  int64_t first = 0;
  int64_t last = 0;
  io::ObjectInfo object;
};

// A checkpoint that cannot be one as it lies there.
struct IncompleteCheckpoint {
  int64_t version = 0;
  // "part 2 of 3 of the checkpoint at version 7 is missing"
  std::string what;
};

// What lies in a _delta_log, sorted out. Files without a byte are what a crash leaves: of
// checkpoints and compacted commits they do not count, a commit without a byte is an error of its
// own.
struct LogListing {
  // Ascending.
  std::vector<LogCommit> commits;
  // Complete ones, ascending by version. Of several at one version the last is the one to take: V2
  // after many parts after classic, as Spark prefers them (the protocol leaves the choice).
  std::vector<CheckpointFiles> checkpoints;
  // For messages only, ascending by version.
  std::vector<IncompleteCheckpoint> incomplete;
  // Ascending by their first version, then by their last.
  std::vector<CompactedCommits> compacted;
  // Version -> its .crc.
  std::map<int64_t, io::ObjectInfo> checksums;

  [[nodiscard]] bool empty() const { return commits.empty() && checkpoints.empty(); }
  // Without what could not be read: the checkpoint, or the compacted commits, that this file
  // belongs to.
  void LeaveOut(std::string_view key);
};

struct LogSegment {
  // Where the state begins; nothing: at version 0.
  std::optional<CheckpointFiles> checkpoint;
  // The commit of the checkpoint's version, where it is still there: it has the time of that
  // version.
  std::optional<LogCommit> checkpoint_commit;
  // Ascending without gaps, from the one behind the checkpoint to the version of the snapshot;
  // empty when the checkpoint is that version. Every commit is here, those a compaction file
  // replaces too.
  std::vector<LogCommit> commits;
  // To be read in place of the commits they cover; disjoint, ascending, within `commits`.
  std::vector<CompactedCommits> compacted;
  [[nodiscard]] int64_t version() const;
};

[[nodiscard]] LogListing SortLog(std::span<const io::ObjectInfo> listing);

// The versions that can be rebuilt, ascending, each with the file that has its time: its commit, or
// a checkpoint where the commit was cleaned up. Nothing is said of gaps.
[[nodiscard]] std::vector<LogCommit> RebuildableVersions(const LogListing& log);

// The segment that ends at `version`, or at the newest there is; nothing when no checkpoint and no
// beginning leads there.
[[nodiscard]] std::optional<LogSegment> SegmentTo(const LogListing& log,
                                                  std::optional<int64_t> version);

// The same, from a listing of the whole log; nothing when it holds neither commits nor checkpoints.
// `table` is for messages.
// Errors: NotFound ("delta.version") for a version to come, or one that was cleaned up, naming the
// versions that can be rebuilt; Corrupt ("delta.log_gap") when a commit is missing that nothing
// replaces, naming it, and the incomplete checkpoint that would have.
[[nodiscard]] std::optional<LogSegment> FindLogSegment(const LogListing& log,
                                                       std::optional<int64_t> version,
                                                       std::string_view table);

}  // namespace laguna::delta
