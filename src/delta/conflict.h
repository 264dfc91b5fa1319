// SPDX-License-Identifier: Apache-2.0
// Whether a commit can still go in after others that went in first. No I/O but what the caller's
// functions do; a ConflictCheck belongs to one thread.
//
// The rules are Delta's (as Spark's conflict checker has them), with refinements that lose no rows:
// - Two transactions that change different rows of one file may both go in. The later one takes the
//   earlier one's deletion vector and adds its own rows to it.
// - Whether files that others added or removed matter is asked of the scope that read (statistics,
//   then values), not of partitions alone.
// - A commit that only rearranges data conflicts with nobody who does not change or name its files,
//   and not even with them where their rows can be found in its new files (delta/claimed_rows.h).
// - Replacing a whole table without having read it takes along what blind appends added meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/claimed_rows.h"
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
  RowClaims rows;
  // Rows of a file may go while it stays: the table has deletion vectors.
  bool marks_rows = false;
  // Finds rows of files that others wrote anew. Empty: such files are a conflict.
  FindRows find_rows;
  std::vector<std::string> app_ids;
  std::vector<std::string> domains;
};

class ConflictCheck {
 public:
  using LoadVector = ClaimedRows::LoadVector;

  // `load` gives deletion vectors of the table; it may throw, as may_hold and find_rows may.
  ConflictCheck(const CommitIntent& intent, SnapshotPtr read, LoadVector load);

  // The next commit after those of the read snapshot and of earlier calls. A full sentence that
  // says what it did that the intent cannot stand beside; nothing when the intent may be committed
  // on top of it.
  [[nodiscard]] std::optional<std::string> Meet(std::span<const Action> winner);

  // What the intent names in the table as the last winner left it.
  [[nodiscard]] const ClaimedRows& claims() const { return claims_; }

 private:
  struct Winner;
  using Reason = std::optional<std::string>;

  Reason CheckDefinition(const Winner& winner);
  Reason CheckProgress(const Winner& winner) const;
  Reason CheckAdded(const Winner& winner) const;
  Reason CheckRemoved(const Winner& winner) const;
  [[nodiscard]] std::vector<AddFile> BeforeRemoval(const Winner& winner) const;

  const CommitIntent& intent_;
  const SnapshotPtr read_;
  // As the last winner left them.
  Protocol protocol_;
  Metadata metadata_;
  ClaimedRows claims_;
};

// The commitInfo among the actions; an empty one when there is none.
[[nodiscard]] CommitInfo CommitInfoOf(std::span<const Action> actions);

}  // namespace laguna::delta
