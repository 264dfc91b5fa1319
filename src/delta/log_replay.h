// SPDX-License-Identifier: Apache-2.0
// Folds commits into the state of a table (protocol section "Action Reconciliation"). Pure: no I/O;
// an object belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/snapshot.h"

namespace laguna::delta {

class LogReplay {
 public:
  // From the beginning of a log.
  LogReplay() = default;
  // On top of a snapshot.
  explicit LogReplay(const Snapshot& base);

  // The next commit. Versions come in ascending order; `file_timestamp_ms` is when its file was
  // written, `etag` what tells whether it was replaced.
  void Apply(int64_t version, int64_t file_timestamp_ms, std::string etag,
             std::vector<Action> actions);

  // The state after the last commit; the object is spent. Corrupt ("delta.no_protocol",
  // "delta.no_metadata") when no commit had one; Unsupported for what table_feature.h says we
  // cannot read.
  [[nodiscard]] Snapshot::State Finish(std::string_view table);

 private:
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
