// SPDX-License-Identifier: Apache-2.0
// Which rows of a table one statement takes out: for each data file the positions of the rows that
// it deletes and of those that it writes anew.
//
// A row is known by its file's number in the statement's view and its position in the file. Any
// number of threads mark at once; files are shared out over locks, and a lock is taken once for a
// run of rows of one file. Memory: compressed bitmaps of the marked rows.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "delta/deletion_vector.h"

namespace laguna::catalog {

struct RowId {
  size_t file = 0;
  uint64_t row = 0;
};

struct FileMarks {
  size_t file = 0;
  // No row is in both.
  delta::DeletionVector deleted;
  delta::DeletionVector updated;
  // Rows that a source row met, those above among them; only where meetings are counted.
  delta::DeletionVector met;
  // All live rows are deleted, whatever `deleted` says.
  bool whole = false;
};

class RowMarks {
 public:
  enum class Kind { kDeleted, kUpdated };

  // Marking a row twice as the same kind is marking it once.
  void Mark(Kind kind, std::span<const RowId> rows);
  void MarkWholeFile(size_t file);
  // Notes that the rows were met. Gives the index of one that was met before, if any.
  std::optional<size_t> Meet(std::span<const RowId> rows);

  // All files with a mark or a meeting, by their number. No thread marks any more.
  [[nodiscard]] std::vector<FileMarks> Take();

 private:
  static constexpr size_t kShares = 64;
  struct Share {
    std::mutex mutex;
    std::unordered_map<size_t, FileMarks> files;
  };

  FileMarks& MarksOf(Share& share, size_t file);
  // Calls `visit` with the marks of a file and its rows, locked, run by run.
  template <class Visit>
  void ForEachRun(std::span<const RowId> rows, Visit visit);

  std::array<Share, kShares> shares_;
};

}  // namespace laguna::catalog
