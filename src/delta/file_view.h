// SPDX-License-Identifier: Apache-2.0
// One file of a table: as its maker hands it over (FileRow), and as the table shows it (FileView).
//
// Both are looks at memory of someone else and are cheap to copy. A row is valid while its maker
// says so; a view as long as any FileTable that holds the file. What a view gives as a
// std::string_view points into the table. Views are thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delta/action.h"
#include "delta/statistics.h"

namespace laguna::delta {

// An add action with nothing owned, so that the rows of a checkpoint go into a table as they are.
struct FileRow {
  struct PartitionValue {
    // Physical column name.
    std::string_view name;
    // Nothing: NULL.
    std::optional<std::string_view> value;
  };
  struct Tag {
    std::string_view key;
    std::string_view value;
  };

  // As AddFile::path: decoded.
  std::string_view path;
  int64_t size_bytes = 0;
  int64_t modification_time_ms = 0;
  bool data_change = true;
  std::span<const PartitionValue> partition_values;
  // Empty where there are none.
  std::string_view statistics_json;
  // Null where the file has none.
  const DeletionVectorDescriptor* deletion_vector = nullptr;
  std::optional<int64_t> base_row_id;
  std::optional<int64_t> default_row_commit_version;
  std::optional<std::string_view> clustering_provider;
  std::span<const Tag> tags;
};

class FileChunk;

// What a row that was made from a view points to, beside the table.
struct FileRowBuffer {
  std::vector<FileRow::PartitionValue> partition_values;
  std::vector<FileRow::Tag> tags;
  std::string statistics_json;
  std::optional<DeletionVectorDescriptor> deletion_vector;
};

class FileView {
 public:
  // File `position` of `chunk`; made by FileTable.
  FileView(const FileChunk& chunk, size_t position) : chunk_(&chunk), position_(position) {}

  // As AddFile::path.
  [[nodiscard]] std::string_view path() const;
  [[nodiscard]] int64_t size_bytes() const;
  [[nodiscard]] int64_t modification_time_ms() const;
  [[nodiscard]] bool data_change() const;

  // The serialised value of a partition column by its physical name: nothing when the file has no
  // such entry, an empty inner optional for NULL.
  [[nodiscard]] std::optional<std::optional<std::string_view>> PartitionValue(
      std::string_view physical_name) const;
  [[nodiscard]] std::vector<FileRow::PartitionValue> partition_values() const;
  [[nodiscard]] std::optional<std::string_view> Tag(std::string_view key) const;
  [[nodiscard]] bool has_tags() const;
  [[nodiscard]] std::vector<FileRow::Tag> tags() const;

  [[nodiscard]] bool has_deletion_vector() const;
  [[nodiscard]] std::optional<DeletionVectorDescriptor> deletion_vector() const;
  // Of the deletion vector (DeletionVectorDescriptor::UniqueId); empty where there is none.
  [[nodiscard]] std::string DeletionVectorId() const;

  // Rows in the file, deleted ones included; nothing when the log does not say.
  [[nodiscard]] std::optional<int64_t> RecordCount() const;
  // RecordCount less the rows the deletion vector takes away; nothing when the log does not say or
  // takes away more than there are.
  [[nodiscard]] std::optional<uint64_t> LiveRows() const;
  // False when the bounds may be wider than the live rows.
  [[nodiscard]] bool HasTightBounds() const;
  // One column, without a parse; what ParseStatistics would say of it. `path` holds physical names,
  // `type` is the column's.
  [[nodiscard]] ColumnStatistics StatisticsOf(const ColumnPath& path, const DataType& type) const;
  [[nodiscard]] FileStatistics Statistics(const Schema& schema) const;
  // Byte for byte what came in; empty where there are none.
  [[nodiscard]] std::string StatisticsJson() const;

  [[nodiscard]] std::optional<int64_t> base_row_id() const;
  [[nodiscard]] std::optional<int64_t> default_row_commit_version() const;
  [[nodiscard]] std::optional<std::string_view> clustering_provider() const;
  [[nodiscard]] AddFile ToAddFile() const;
  // Everything at once: for those who go over all files. Valid until the buffer is used again.
  [[nodiscard]] FileRow ToRow(FileRowBuffer& buffer) const;

 private:
  const FileChunk* chunk_;
  size_t position_;
};

}  // namespace laguna::delta
