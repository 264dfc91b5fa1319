// SPDX-License-Identifier: Apache-2.0
#include "delta/file_view.h"

#include <utility>

#include "delta/file_chunk.h"

namespace laguna::delta {
namespace {

std::string_view ReadName(VarintReader& reader, const FileDictionary& dictionary) {
  const auto number = static_cast<size_t>(reader.Number());
  return number == 0 ? reader.Text() : std::string_view(dictionary.names[number - 1]);
}

void ReadPartitionValues(const FileRecord& record, const FileDictionary& dictionary,
                         std::vector<FileRow::PartitionValue>& values) {
  for (VarintReader reader(record.partition_values); !reader.done();) {
    const std::string_view name = ReadName(reader, dictionary);
    values.push_back({name, reader.OptionalText()});
  }
}

// What stands behind the partition values.
struct Rest {
  Rest(const FileRecord& record, const FileDictionary& dictionary) {
    VarintReader reader = record.rest;
    if (record.Has(FileRecord::kDeletionVector)) deletion_vector = ReadDeletionVector(reader);
    if (record.Has(FileRecord::kBaseRowId)) base_row_id = reader.Signed();
    if (record.Has(FileRecord::kRowCommitVersion)) row_commit_version = reader.Signed();
    if (record.Has(FileRecord::kClusteringProvider)) clustering_provider = reader.Text();
    if (!record.Has(FileRecord::kTags)) return;
    while (!reader.done()) {
      const std::string_view key = ReadName(reader, dictionary);
      tags.push_back({key, reader.OptionalText().value_or("")});
    }
  }

  static DeletionVectorDescriptor ReadDeletionVector(VarintReader& reader) {
    DeletionVectorDescriptor vector;
    vector.storage_type = reader.Byte();
    vector.path_or_inline = reader.Text();
    const bool has_offset = reader.Number() != 0;
    const auto offset = static_cast<int32_t>(reader.Signed());
    if (has_offset) vector.offset = offset;
    vector.size_bytes = static_cast<int32_t>(reader.Signed());
    vector.cardinality = reader.Signed();
    return vector;
  }

  std::optional<DeletionVectorDescriptor> deletion_vector;
  std::optional<int64_t> base_row_id;
  std::optional<int64_t> row_commit_version;
  std::optional<std::string_view> clustering_provider;
  std::vector<FileRow::Tag> tags;
};

}  // namespace

std::string_view FileView::path() const {
  return FileRecord(chunk_->Record(position_)).path;
}
int64_t FileView::size_bytes() const {
  return FileRecord(chunk_->Record(position_)).size_bytes;
}
int64_t FileView::modification_time_ms() const {
  return FileRecord(chunk_->Record(position_)).modification_time_ms;
}
bool FileView::data_change() const {
  return FileRecord(chunk_->Record(position_)).Has(FileRecord::kDataChange);
}
bool FileView::has_deletion_vector() const {
  return FileRecord(chunk_->Record(position_)).Has(FileRecord::kDeletionVector);
}

std::optional<std::optional<std::string_view>> FileView::PartitionValue(
    std::string_view physical_name) const {
  const FileRecord record(chunk_->Record(position_));
  for (VarintReader reader(record.partition_values); !reader.done();) {
    const bool found = ReadName(reader, chunk_->dictionary()) == physical_name;
    const std::optional<std::string_view> value = reader.OptionalText();
    if (found) return value;
  }
  return std::nullopt;
}

std::vector<FileRow::PartitionValue> FileView::partition_values() const {
  std::vector<FileRow::PartitionValue> values;
  ReadPartitionValues(FileRecord(chunk_->Record(position_)), chunk_->dictionary(), values);
  return values;
}

bool FileView::has_tags() const {
  return FileRecord(chunk_->Record(position_)).Has(FileRecord::kTags);
}

std::vector<FileRow::Tag> FileView::tags() const {
  if (!has_tags()) return {};
  return Rest(FileRecord(chunk_->Record(position_)), chunk_->dictionary()).tags;
}

std::optional<std::string_view> FileView::Tag(std::string_view key) const {
  for (const FileRow::Tag& tag : tags()) {
    if (tag.key == key) return tag.value;
  }
  return std::nullopt;
}

std::optional<DeletionVectorDescriptor> FileView::deletion_vector() const {
  const FileRecord record(chunk_->Record(position_));
  if (!record.Has(FileRecord::kDeletionVector)) return std::nullopt;
  VarintReader reader = record.rest;
  return Rest::ReadDeletionVector(reader);
}

std::string FileView::DeletionVectorId() const {
  const std::optional<DeletionVectorDescriptor> vector = deletion_vector();
  return vector ? vector->UniqueId() : std::string();
}

std::optional<int64_t> FileView::RecordCount() const {
  const FileRecord record(chunk_->Record(position_));
  if (!record.Has(FileRecord::kStatistics)) return std::nullopt;
  return chunk_->dictionary().shapes.RecordCount(record.shape, record.packed_statistics);
}

std::optional<uint64_t> FileView::LiveRows() const {
  const std::optional<DeletionVectorDescriptor> vector = deletion_vector();
  return LiveRowsOf(RecordCount(), vector ? vector->cardinality : 0);
}

bool FileView::HasTightBounds() const {
  const FileRecord record(chunk_->Record(position_));
  return chunk_->dictionary().shapes.HasTightBounds(record.shape, record.packed_statistics);
}

ColumnStatistics FileView::StatisticsOf(const ColumnPath& path, const DataType& type) const {
  const FileRecord record(chunk_->Record(position_));
  if (!record.Has(FileRecord::kStatistics)) return {};
  return chunk_->dictionary().shapes.Column(record.shape, record.packed_statistics, path, type);
}

FileStatistics FileView::Statistics(const Schema& schema) const {
  const FileRecord record(chunk_->Record(position_));
  return chunk_->dictionary().shapes.All(record.shape, record.packed_statistics, schema);
}

std::string FileView::StatisticsJson() const {
  const FileRecord record(chunk_->Record(position_));
  return chunk_->dictionary().shapes.Unpack(record.shape, record.packed_statistics);
}

std::optional<int64_t> FileView::base_row_id() const {
  return Rest(FileRecord(chunk_->Record(position_)), chunk_->dictionary()).base_row_id;
}

std::optional<int64_t> FileView::default_row_commit_version() const {
  return Rest(FileRecord(chunk_->Record(position_)), chunk_->dictionary()).row_commit_version;
}

std::optional<std::string_view> FileView::clustering_provider() const {
  return Rest(FileRecord(chunk_->Record(position_)), chunk_->dictionary()).clustering_provider;
}

AddFile FileView::ToAddFile() const {
  const FileRecord record(chunk_->Record(position_));
  Rest rest(record, chunk_->dictionary());
  AddFile file;
  file.path = record.path;
  file.size_bytes = record.size_bytes;
  file.modification_time_ms = record.modification_time_ms;
  file.data_change = record.Has(FileRecord::kDataChange);
  file.statistics_json = StatisticsJson();
  for (const auto& [name, value] : partition_values()) file.partition_values.emplace(name, value);
  for (const auto& [key, value] : rest.tags) file.tags.emplace(key, value);
  file.deletion_vector = std::move(rest.deletion_vector);
  file.base_row_id = rest.base_row_id;
  file.default_row_commit_version = rest.row_commit_version;
  if (rest.clustering_provider) file.clustering_provider = *rest.clustering_provider;
  return file;
}

FileRow FileView::ToRow(FileRowBuffer& buffer) const {
  const FileDictionary& dictionary = chunk_->dictionary();
  const FileRecord record(chunk_->Record(position_));
  Rest rest(record, dictionary);
  buffer.partition_values.clear();
  ReadPartitionValues(record, dictionary, buffer.partition_values);
  dictionary.shapes.Unpack(record.shape, record.packed_statistics, buffer.statistics_json);
  buffer.tags = std::move(rest.tags);
  buffer.deletion_vector = std::move(rest.deletion_vector);
  FileRow row;
  row.path = record.path;
  row.size_bytes = record.size_bytes;
  row.modification_time_ms = record.modification_time_ms;
  row.data_change = record.Has(FileRecord::kDataChange);
  row.partition_values = buffer.partition_values;
  row.statistics_json = buffer.statistics_json;
  row.deletion_vector = buffer.deletion_vector ? &*buffer.deletion_vector : nullptr;
  row.base_row_id = rest.base_row_id;
  row.default_row_commit_version = rest.row_commit_version;
  row.clustering_provider = rest.clustering_provider;
  row.tags = buffer.tags;
  return row;
}

}  // namespace laguna::delta
