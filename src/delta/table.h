// SPDX-License-Identifier: Apache-2.0
// A Delta table in an object store: the handle through which its log is read and written.
//
// Owns no data but a cache of the newest snapshot it has seen, which it brings up to date by the
// commits made since: two cheap looks when there are none. A table deleted and made anew under the
// same name is noticed by the changed log file. Thread-safe. All names inside are
// keys of the store; `root` is the table's folder without a trailing slash ("bronze/t").
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "delta/action.h"
#include "delta/log_reader.h"
#include "delta/ports.h"
#include "delta/snapshot.h"
#include "io/object_store.h"

namespace laguna::delta {

// One line of DESCRIBE HISTORY.
struct HistoryEntry {
  int64_t version = 0;
  int64_t timestamp_ms = 0;
  CommitInfo commit;
};

class Table {
 public:
  // `store`, `clock` and `parquet` outlive the table. Without `parquet` a checkpoint is read by
  // nobody: a log that has lost commits is refused (Unsupported, "delta.checkpoint_read").
  Table(io::ObjectStore& store, std::string root, const base::Clock& clock,
        ParquetPort* parquet = nullptr);

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] io::ObjectStore& store() const { return store_; }
  // What reads and writes its checkpoints; null where nothing does.
  [[nodiscard]] ParquetPort* parquet() const { return parquet_; }
  // As a user would name it.
  [[nodiscard]] std::string Location() const;

  // The newest snapshot; what others committed meanwhile is seen. Nothing when there is no log.
  // Refreshes the cached one by its new commits only. Errors: Corrupt (a gap, a broken line: file
  // and line named), Unsupported (a feature, by name).
  SnapshotPtr Latest(const io::Call& call = {});
  // NotFound for a version that is not there or can no longer be rebuilt, naming the range that
  // can.
  SnapshotPtr AtVersion(int64_t version, const io::Call& call = {});
  // The last version committed at or before the time. NotFound before the first one; a time after
  // the last commit gives the last one.
  SnapshotPtr AtTimestamp(int64_t timestamp_ms, const io::Call& call = {});
  // Newest first, at most `limit`: the commits that are still in the log.
  std::vector<HistoryEntry> History(std::optional<size_t> limit = {}, const io::Call& call = {});
  // True when the folder has a log with at least one version; a cheap look.
  static bool Exists(io::ObjectStore& store, const std::string& root, const io::Call& call = {});

  // The actions of one commit; nothing when there is no such version. For conflict checks.
  struct CommitFile {
    io::ObjectInfo object;
    std::vector<Action> actions;
  };
  std::optional<CommitFile> ReadCommit(int64_t version, const io::Call& call = {});

  // True when the log's file that the snapshot rests on last is still the one it was made from: one
  // look. False: the table was dropped, made anew, or its log cleaned up beyond the snapshot.
  bool HasUnchanged(const Snapshot& snapshot, const io::Call& call = {});

  // The removed files a checkpoint keeps, as its writer told them here, so that the next one need
  // not be read back; nothing when it is not known. `table_id` is Metadata::id.
  struct CheckpointTombstones {
    std::string table_id;
    int64_t version = 0;
    std::vector<RemoveFile> files;
  };
  void RememberTombstones(CheckpointTombstones tombstones);
  std::optional<std::vector<RemoveFile>> KnownTombstones(std::string_view table_id,
                                                         int64_t version);

  // Told by Transaction after a commit, so that the next Latest need not read back what this
  // process wrote.
  void Advance(SnapshotPtr committed);

 private:
  SnapshotPtr Cached();
  // Caches `fresh` unless another thread has put something newer there since it held `before`.
  SnapshotPtr Remember(const SnapshotPtr& before, SnapshotPtr fresh);
  // `cached` plus the commits after it; null when the log is not the one it came from.
  SnapshotPtr Refresh(const SnapshotPtr& cached, const io::Call& call);
  // Null when there is no log. Tries again when the log changes under its hands.
  SnapshotPtr Load(std::optional<int64_t> version, const io::Call& call);

  io::ObjectStore& store_;
  std::string root_;
  ParquetPort* parquet_;
  LogReader log_;
  const base::Clock& clock_;
  std::mutex mutex_;
  SnapshotPtr latest_;
  CheckpointTombstones tombstones_;
};

}  // namespace laguna::delta
