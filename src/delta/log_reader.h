// SPDX-License-Identifier: Apache-2.0
// Reads the log of one table out of its store: listings, commits, and whole snapshots.
//
// A snapshot is made from the newest usable checkpoint and the commits behind it. _last_checkpoint
// only says where a listing may begin; what it says wrong costs a second listing, never a wrong
// answer. A checkpoint or compacted file that cannot be read is left out and the next way taken:
// an older checkpoint, or the commits alone. Keeps nothing between calls; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/log_segment.h"
#include "delta/ports.h"
#include "delta/snapshot.h"
#include "io/object_store.h"

namespace laguna::delta {

class LogReader {
 public:
  // `store` and `parquet` outlive the reader. Without `parquet` no checkpoint is read.
  LogReader(io::ObjectStore& store, std::string root, ParquetPort* parquet = nullptr);

  // One try; nothing when there is no log. Errors: those of FindLogSegment; Corrupt and NotFound of
  // a checkpoint when nothing replaces it; Unsupported ("delta.checkpoint_read") when only a
  // checkpoint leads to the version and there is no port; Unavailable (kLogChanged) when a file
  // that was listed is gone; those of LogReplay.
  SnapshotPtr Load(std::optional<int64_t> version, const io::Call& call);
  static constexpr char kLogChanged[] = "delta.log_changed";

  // The whole log.
  LogListing List(const io::Call& call);
  // What is needed for `version`, or for the newest, as far as _last_checkpoint says where that
  // begins; nothing when it does not.
  std::optional<LogListing> ListNear(std::optional<int64_t> version, const io::Call& call);

  struct CommitBytes {
    io::ObjectInfo object;
    std::string bytes;
  };
  // Nothing when there is no such version. Corrupt ("delta.empty_commit"), Exhausted
  // ("delta.commit_size").
  std::optional<CommitBytes> ReadCommit(int64_t version, const io::Call& call);
  // The commitInfo of a commit; nothing when it has none, or is no longer there.
  std::optional<CommitInfo> ReadCommitInfo(const io::ObjectInfo& object, const io::Call& call);
  // The in-commit timestamp of a version that is no longer told by a commit: by its .crc, if all
  // that stands there agrees with `state`.
  std::optional<int64_t> TimestampByChecksum(const LogListing& log, const Snapshot::State& state,
                                             const io::Call& call);

 private:
  class SnapshotLoad;
  // Of `first` and later versions; with `last`, not much beyond that.
  LogListing ListRange(int64_t first, std::optional<int64_t> last, const io::Call& call);

  io::ObjectStore& store_;
  std::string root_;
  ParquetPort* parquet_;
};

// What tells two contents of an object apart: its etag, else its size and time.
std::string FingerprintOf(const io::ObjectInfo& object);

}  // namespace laguna::delta
