// SPDX-License-Identifier: Apache-2.0
// Whether a commit can still go in after others that went in first. No I/O but what the caller's
// functions do; a ConflictCheck belongs to one thread.
//
// The rules are Delta's (as Spark's conflict checker has them), with refinements that lose no rows:
// - Two transactions that change different rows of one file may both go in. The later one takes the
//   earlier one's deletion vector and adds its own rows to it.
// - Whether files that others added or removed matter is asked of the scope that read (statistics,
//   then values), not of partitions alone.
// - A commit that only rearranges data conflicts with nobody who does not change or name its files.
// - Replacing a whole table without having read it takes along what blind appends added meanwhile.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/deletion_vector.h"
#include "delta/snapshot.h"

namespace laguna::delta {

// One look of a transaction at the rows of the table.
struct ReadScope {
  // Each row was decided alone: rows that others delete matter only where they are named
  // (CommitIntent::rows). Otherwise any that the scope may hold do.
  bool row_by_row = false;
  // Whether a row of one of these files might have been read, had it been there or not been there.
  // Empty: yes. The files are such as others added, or as they were before others removed them or
  // deleted rows of them; those that the read snapshot does not have may lack statistics.
  std::function<bool(std::span<const AddFile>)> may_hold;
};

// Rows of one file that stays.
struct RowClaim {
  DeletionVector deleted;
  // Not deleted, but what the transaction did depends on them.
  DeletionVector depended_on;
};

enum class Isolation {
  // Blind appends of others may come before or after what this transaction read.
  kWriteSerializable,
  kSerializable,
  // Nothing that others add matters: for commits that only rearrange data.
  kSnapshot,
};

// What a transaction did and read. Paths are canonical (delta/data_path.h).
struct CommitIntent {
  bool changes_metadata = false;
  bool changes_protocol = false;
  // Takes every file that is live when it commits.
  bool replaces_table = false;
  Isolation isolation = Isolation::kWriteSerializable;
  std::vector<ReadScope> reads;
  // Files it removes by name.
  std::set<std::string> removed;
  // By path.
  std::map<std::string, RowClaim> rows;
  std::vector<std::string> app_ids;
  std::vector<std::string> domains;
};

// A file of which the intent deletes rows and that others changed meanwhile.
struct MovedFile {
  // As the log has it now.
  AddFile entry;
  // Its rows that are deleted in the log now.
  DeletionVector deleted;
};

class ConflictCheck {
 public:
  using LoadVector = std::function<DeletionVector(const DeletionVectorDescriptor&)>;

  // `load` gives deletion vectors of the table; it may throw, as may_hold may.
  ConflictCheck(const CommitIntent& intent, SnapshotPtr read, LoadVector load);

  // The next commit after those of the read snapshot and of earlier calls. A full sentence that
  // says what it did that the intent cannot stand beside; nothing when the intent may be committed
  // on top of it.
  [[nodiscard]] std::optional<std::string> Meet(std::span<const Action> winner);

  // By path.
  [[nodiscard]] const std::map<std::string, MovedFile>& moved() const { return moved_; }

 private:
  struct Winner;
  using Reason = std::optional<std::string>;

  Reason CheckDefinition(const Winner& winner);
  Reason CheckProgress(const Winner& winner) const;
  Reason CheckChangedFiles(const Winner& winner);
  Reason CheckRows(const std::string& path, const RowClaim& claim, const Winner& winner);
  Reason CheckAdded(const Winner& winner) const;
  Reason CheckRemoved(const Winner& winner) const;
  [[nodiscard]] std::vector<AddFile> BeforeRemoval(const Winner& winner) const;

  const CommitIntent& intent_;
  const SnapshotPtr read_;
  const LoadVector load_;
  // As the last winner left them.
  Protocol protocol_;
  Metadata metadata_;
  std::map<std::string, MovedFile> moved_;
};

// The commitInfo among the actions; an empty one when there is none.
[[nodiscard]] CommitInfo CommitInfoOf(std::span<const Action> actions);

}  // namespace laguna::delta
