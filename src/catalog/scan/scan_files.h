// SPDX-License-Identifier: Apache-2.0
// The files one scan may read: a table view's, with their locations and statistics.
//
// Shared by all copies of a scan's file list, which differ only in the files they keep. A file's
// number is its index in the view, so it stays the same however many files are pruned; it is half
// of a row's identity. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catalog/table_view.h"
#include "delta/deletion_vector.h"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace laguna::catalog {

class ScanRead;

// Rows of one file, in the place of what its deletion vector leaves.
struct RowChoice {
  std::shared_ptr<const delta::DeletionVector> rows;
  // These rows and no others; else all but these.
  bool only = false;
};

class ScanFiles {
 public:
  // `owned_store` is set when `store` has no other owner.
  ScanFiles(TableViewPtr view, io::ObjectStore& store,
            std::shared_ptr<io::ObjectStore> owned_store = nullptr);
  // Scans these rows; one choice for each file.
  void Choose(std::vector<RowChoice> choices) { choices_ = std::move(choices); }
  // What the scan reads is told here; may be null.
  void TellRead(std::shared_ptr<ScanRead> read) { read_ = std::move(read); }
  [[nodiscard]] const std::shared_ptr<ScanRead>& read() const { return read_; }

  [[nodiscard]] const TableView& view() const { return *view_; }
  [[nodiscard]] size_t size() const { return view_->files.size(); }
  // Where the engine opens the file: an absolute path or URL. Corrupt for a path that leaves the
  // table's folder.
  [[nodiscard]] std::string LocationOf(size_t number) const;
  // Live rows; nothing when the log does not say.
  [[nodiscard]] std::optional<uint64_t> RowsOf(size_t number) const {
    return view_->files.at(number).LiveRows();
  }

  // The rows to read of a file; nothing: all. Deletion vectors are read from where the log says
  // they stand; errors as LoadDeletionVector gives them.
  [[nodiscard]] std::optional<RowChoice> RowsToRead(size_t number) const;

  // Whether the column (an index of the schema or a virtual one) is a partition column.
  [[nodiscard]] bool IsPartitionColumn(size_t column) const {
    return column < is_partition_column_.size() && is_partition_column_[column];
  }
  // The partition value of a column (an index of the schema), cast to its type; nothing when the
  // column is no partition column. Corrupt when the value is missing or of another type.
  std::optional<duckdb::Value> PartitionValue(size_t number, size_t column) const;

 private:
  TableViewPtr view_;
  io::ObjectStore& store_;
  std::shared_ptr<io::ObjectStore> owned_store_;
  // Empty: what the deletion vectors leave.
  std::vector<RowChoice> choices_;
  std::shared_ptr<ScanRead> read_;
  // Per column of the schema.
  std::vector<bool> is_partition_column_;
};

}  // namespace laguna::catalog
