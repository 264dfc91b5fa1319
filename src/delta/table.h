// SPDX-License-Identifier: Apache-2.0
// A Delta table in an object store: the handle through which its log is read and written.
//
// Owns no data but a cache of the newest snapshot it has seen. Thread-safe. All names inside are
// keys of the store; `root` is the table's folder without a trailing slash ("bronze/t").
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "delta/action.h"
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
  // `store` and `clock` outlive the table.
  Table(io::ObjectStore& store, std::string root, const base::Clock& clock);

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] io::ObjectStore& store() const { return store_; }
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
  // Newest first, at most `limit`.
  std::vector<HistoryEntry> History(std::optional<size_t> limit = {}, const io::Call& call = {});
  // True when the folder has a log with at least one version; a cheap look.
  static bool Exists(io::ObjectStore& store, const std::string& root, const io::Call& call = {});

  // Told by Transaction after a commit, so that the next Latest need not read back what this
  // process wrote.
  void Advance(SnapshotPtr committed);

 private:
  io::ObjectStore& store_;
  std::string root_;
  const base::Clock& clock_;
  std::mutex mutex_;
  SnapshotPtr latest_;
};

}  // namespace laguna::delta
