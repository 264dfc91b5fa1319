// SPDX-License-Identifier: Apache-2.0
// Folds commits into the state of a table (protocol section "Action Reconciliation"). Pure: no I/O;
// an object belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "delta/action.h"
#include "delta/checkpoint_read.h"
#include "delta/snapshot.h"

namespace laguna::delta {

// Where a version stands in the log.
struct LogPlace {
  int64_t version = 0;
  // When its file was written.
  int64_t file_timestamp_ms = 0;
  // Tells whether the file was replaced.
  std::string etag;
  // See Snapshot::State::log_tail_key.
  std::string tail_key;
};

class LogReplay {
 public:
  // From the beginning of a log.
  LogReplay() = default;
  // On top of a snapshot.
  explicit LogReplay(const Snapshot& base);
  // On top of a checkpoint.
  LogReplay(CheckpointContents checkpoint, LogPlace place);

  // The next commit. Versions come in ascending order; `file_timestamp_ms` is when its file was
  // written, `etag` what tells whether it was replaced.
  void Apply(int64_t version, int64_t file_timestamp_ms, std::string etag,
             std::vector<Action> actions);
  // The next commit from the bytes of `file`: no action that only tells of a file is built. Errors:
  // those of ParseCommit; then the replay is spent.
  void ApplyFile(LogPlace place, std::string bytes, std::string_view file);
  // The next several, folded into one file; `last` is the place of the last of them.
  void ApplyCompacted(LogPlace last, std::string bytes, std::string_view file);

  // True when the table has in-commit timestamps and what was folded last did not tell the one of
  // the version it led to: a checkpoint, or compacted commits.
  [[nodiscard]] bool LacksTimestamp() const;

  // The state after the last commit; the object is spent. Corrupt ("delta.no_protocol",
  // "delta.no_metadata") when no commit had one; Unsupported for what table_feature.h says we
  // cannot read.
  [[nodiscard]] Snapshot::State Finish(std::string_view table);

 private:
  class FileSink;

  void Begin(LogPlace place);
  void End(int64_t file_timestamp_ms);
  void Fold(CommitInfo info);
  void Fold(Protocol protocol);
  void Fold(Metadata metadata);
  void Fold(const AddFile& file);
  void Fold(const RemoveFile& file);
  void Fold(SetTransaction transaction);
  void Fold(DomainMetadata domain);
  // Change data is not part of the state; checkpoint actions are not allowed in commits.
  void Fold(const AddCdcFile&) {}
  void Fold(const CheckpointMetadata&) {}
  void Fold(const Sidecar&) {}

  Snapshot::State state_;
  bool has_protocol_ = false;
  bool has_metadata_ = false;
  std::optional<int64_t> in_commit_timestamp_ms_;
  FileTableEdit files_;
};

}  // namespace laguna::delta
