// SPDX-License-Identifier: Apache-2.0
// The live files of a snapshot.
//
// An immutable value that shares its storage with the tables it was derived from, so that a commit
// that adds one file to a table of 300,000 costs the one file. Files keep their order: older first,
// and a file keeps its relative place as long as it lives. Thread-safe: nothing changes after
// construction.
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

namespace laguna::delta {

class FileTable {
 public:
  FileTable();

  [[nodiscard]] size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  // Valid as long as any FileTable that shares the file.
  [[nodiscard]] const AddFile& at(size_t index) const;
  [[nodiscard]] int64_t total_bytes() const;
  // The index of the live file with that path and deletion vector id (empty: none); nothing when it
  // is not live.
  [[nodiscard]] std::optional<size_t> Find(std::string_view path,
                                           std::string_view deletion_vector_id) const;

  // This table less `removed` (by path and deletion vector id; absent ones are ignored), then
  // `added`. An added file whose path and vector id are already live replaces the old entry.
  [[nodiscard]] FileTable With(std::span<const RemoveFile> removed,
                               std::span<const AddFile> added) const;

 private:
  friend class FileTableEdit;
  struct Storage;
  explicit FileTable(std::shared_ptr<const Storage> storage);
  std::shared_ptr<const Storage> storage_;
};

// Changes to a table one after another, as a log tells them, and the table they lead to. Costs what
// the changes cost, not what the table holds. Belongs to one thread.
class FileTableEdit {
 public:
  explicit FileTableEdit(FileTable base = {});
  FileTableEdit(FileTableEdit&&) noexcept;
  FileTableEdit& operator=(FileTableEdit&&) noexcept;
  ~FileTableEdit();

  // Nothing happens when the file is not live.
  void Remove(std::string_view path, std::string_view deletion_vector_id);
  // Replaces the entry of a live file with the same path and vector id, which keeps its place.
  void Add(AddFile file);
  // The table as it is now; the edit is spent.
  [[nodiscard]] FileTable Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace laguna::delta
