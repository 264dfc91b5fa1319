// SPDX-License-Identifier: Apache-2.0
// The live files of a snapshot, in little memory.
//
// An immutable value that shares its storage with the tables it was derived from, so that a commit
// that adds one file to a table of 300,000 costs little more than the one file. Files keep their
// order: older first, and a file keeps its place relative to others as long as it lives; one that
// is added again, live or not, goes to the end.
//
// Memory: a file costs its path, its partition values and the values of its statistics, one byte
// each to tell their lengths, and about 25 bytes; keys and names are held once for thousands of
// files. With usual paths and statistics of five columns that is less than 300 bytes. Thread-safe:
// nothing changes after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/file_view.h"

namespace laguna::delta {

// What tells the files of a table apart (protocol section "Action Reconciliation").
struct FileId {
  std::string_view path;
  // DeletionVectorDescriptor::UniqueId; empty without a deletion vector.
  std::string_view deletion_vector_id;
};

class FileTable {
 public:
  FileTable();

  [[nodiscard]] size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  // Valid as long as any FileTable that holds the file. Takes the time of a binary search over a
  // few dozen numbers.
  [[nodiscard]] FileView at(size_t index) const;
  [[nodiscard]] int64_t total_bytes() const;
  // Live rows of all files; nothing when one file does not say, or for more than an int64 holds.
  // Known, not counted.
  [[nodiscard]] std::optional<int64_t> total_rows() const;
  // Files with a deletion vector. Known, not counted.
  [[nodiscard]] size_t deletion_vector_count() const;

  // The index of the live file with that path and deletion vector id (empty: none); nothing when it
  // is not live. Looks at a hash of every file (0.1 ms for 300,000): for many files use FindAll.
  [[nodiscard]] std::optional<size_t> Find(std::string_view path,
                                           std::string_view deletion_vector_id) const;
  // The same for many at once, in their order, for the price of little more than one.
  [[nodiscard]] std::vector<std::optional<size_t>> FindAll(std::span<const FileId> wanted) const;

  // This table less `removed` (by path and deletion vector id; absent ones are ignored), then
  // `added`. An added file whose path and vector id are already live takes the place of the old
  // entry, at the end.
  [[nodiscard]] FileTable With(std::span<const RemoveFile> removed,
                               std::span<const AddFile> added) const;

  // What this table keeps in memory, what it shares with others included.
  [[nodiscard]] size_t bytes_in_memory() const;

 private:
  friend class FileTableBuilder;
  friend class FileTableEdit;
  struct Storage;
  explicit FileTable(std::shared_ptr<const Storage> storage);
  std::shared_ptr<const Storage> storage_;
};

// Fills an empty table with files that are known to be different, such as those of a checkpoint: no
// look-ups. Belongs to one thread.
class FileTableBuilder {
 public:
  FileTableBuilder();
  FileTableBuilder(FileTableBuilder&&) noexcept;
  FileTableBuilder& operator=(FileTableBuilder&&) noexcept;
  ~FileTableBuilder();

  // Nothing of the row is kept.
  void Append(const FileRow& row);
  // The table; the builder is spent.
  [[nodiscard]] FileTable Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Changes to a table one after another, as a log tells them, and the table they lead to. Costs what
// the changes cost and, once, a look at a hash of every file of the base. Belongs to one thread.
class FileTableEdit {
 public:
  explicit FileTableEdit(FileTable base = {});
  FileTableEdit(FileTableEdit&&) noexcept;
  FileTableEdit& operator=(FileTableEdit&&) noexcept;
  ~FileTableEdit();

  // Nothing happens when the file is not live.
  void Remove(std::string_view path, std::string_view deletion_vector_id);
  // Takes the place of a live file with the same path and vector id, at the end. Nothing of the
  // file is kept.
  void Add(const FileRow& row);
  void Add(const AddFile& file);
  // The table as it is now; the edit is spent.
  [[nodiscard]] FileTable Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace laguna::delta
