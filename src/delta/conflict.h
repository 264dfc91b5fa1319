// SPDX-License-Identifier: Apache-2.0
// Whether a commit can still go in after another one that went in first. Pure; thread-safe.
//
// The rules are Delta's (as Spark's conflict checker has them), with two refinements that lose no
// rows: a commit that only rearranges data conflicts with nobody who does not name its files, and
// replacing a whole table without having read it takes along what blind appends added meanwhile.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/deletion_vector.h"

namespace laguna::delta {

// One look of a transaction at the rows of the table.
struct ReadScope {
  // Each row was decided alone: rows that others delete matter only where they are named
  // (CommitIntent::rows). Otherwise any that the scope may hold do.
  bool row_by_row = false;
  // Whether a row of one of these files of others might have been read. Empty: yes.
  std::function<bool(std::span<const AddFile>)> may_hold;
};

// What a transaction did and read.
struct CommitIntent {
  bool changes_metadata = false;
  // Takes every file that is live when it commits.
  bool replaces_table = false;
  // Its rows depend on the rows of the table.
  bool reads_rows = false;
  // Isolation level Serializable instead of WriteSerializable: concurrent blind appends count too.
  bool serializable = false;
  // Files it removes by name.
  std::vector<RemoveFile> removed;
  std::vector<std::string> app_ids;
};

// A full sentence that says what `winner` did that the intent cannot stand beside; nothing when the
// intent may be committed on top of it.
[[nodiscard]] std::optional<std::string> FindConflict(const CommitIntent& intent,
                                                      std::span<const Action> winner);

// The commitInfo among the actions; an empty one when there is none.
[[nodiscard]] CommitInfo CommitInfoOf(std::span<const Action> actions);

}  // namespace laguna::delta
