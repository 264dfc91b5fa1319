// SPDX-License-Identifier: Apache-2.0
// The rows that a commit on its way claims, by the files they are in now.
//
// Others go in first. One who deletes rows gives their file a longer deletion vector: the claims
// stay, unless they name one of those rows. One who writes files anew without changing data
// (OPTIMIZE of any writer) takes the claimed rows along: they are looked for by value in the new
// files, where the claims stand from then on. Which of several equal rows is found makes no
// difference. A file that the commit removes is a claim on all of its rows.
//
// No I/O but what the caller's functions do. Belongs to one thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/deletion_vector.h"
#include "delta/snapshot.h"

namespace laguna::delta {

// Rows of one file that stays.
struct RowClaim {
  DeletionVector deleted;
  // Not deleted, but what the transaction did depends on them.
  DeletionVector depended_on;
};
// By path, canonical (delta/data_path.h).
using RowClaims = std::map<std::string, RowClaim>;

// Rows of a file that is gone, as it was.
struct OldRows {
  AddFile file;
  RowClaim rows;
};
// Where rows equal to these are among the live rows of `files`, each in a place of its own; nothing
// when one of them is not found, or nobody can tell.
using FindRows =
    std::function<std::optional<RowClaims>(std::span<const OldRows>, std::span<const AddFile>)>;

// A file with claimed rows that others changed or made meanwhile.
struct MovedFile {
  // As the log has it now.
  AddFile entry;
  // Its rows that are deleted in the log now.
  DeletionVector deleted;
};

// What a commit did to files, by path.
struct FileActions {
  std::map<std::string_view, const AddFile*> added;
  std::map<std::string_view, const RemoveFile*> removed;
};

class ClaimedRows {
 public:
  using LoadVector = std::function<DeletionVector(const DeletionVectorDescriptor&)>;
  struct Plan {
    SnapshotPtr read;
    RowClaims rows;
    // Files that go.
    std::set<std::string> removed;
    // Rows of a file may go while it stays.
    bool marks_rows = false;
    // Empty: files that others write anew are a conflict.
    FindRows find;
  };

  // `load` gives deletion vectors of the table; it may throw, as Plan::find may.
  ClaimedRows(Plan plan, LoadVector load) : plan_(std::move(plan)), load_(std::move(load)) {}

  // The next commit. A full sentence when the claims cannot stand beside it.
  [[nodiscard]] std::optional<std::string> Meet(const FileActions& winner);

  [[nodiscard]] const RowClaims& rows() const { return plan_.rows; }
  // Those of which rows are to be deleted.
  [[nodiscard]] const std::map<std::string, MovedFile>& moved() const { return moved_; }
  // Files that are gone, and whose claimed rows are in others now.
  [[nodiscard]] const std::set<std::string>& left() const { return left_; }

 private:
  using Reason = std::optional<std::string>;
  // What another commit wrote anew of one partition.
  struct Rewrite {
    std::vector<const RemoveFile*> inputs;
    std::vector<AddFile> outputs;
    // Of the inputs, those with claimed rows.
    std::vector<std::string> claimed;
  };

  Reason FollowRewrites(const FileActions& winner);
  [[nodiscard]] std::vector<std::string> RewrittenClaims(const FileActions& winner) const;
  [[nodiscard]] std::map<std::string, AddFile> EntriesOf(
      const std::vector<std::string>& paths) const;
  [[nodiscard]] std::optional<RowClaims> WhereRowsAre(
      const Rewrite& rewrite, const std::map<std::string, AddFile>& entries) const;
  [[nodiscard]] std::optional<RowClaims> AllRowsOf(
      const Rewrite& rewrite, const std::map<std::string, AddFile>& entries) const;
  [[nodiscard]] std::optional<RowClaims> Find(const Rewrite& rewrite,
                                              const std::map<std::string, AddFile>& entries) const;
  [[nodiscard]] std::optional<DeletionVector> LiveRowsOf(const AddFile& file) const;
  [[nodiscard]] bool CanGo(const AddFile& file, const DeletionVector& rows) const;
  Reason CheckRows(const std::string& path, const RowClaim& claim, const FileActions& winner);

  // As the last winner left it.
  Plan plan_;
  const LoadVector load_;
  std::map<std::string, MovedFile> moved_;
  std::set<std::string> left_;
  // Of files in which claimed rows were found.
  std::map<std::string, AddFile> found_;
};

}  // namespace laguna::delta
