// SPDX-License-Identifier: Apache-2.0
#include "delta/file_chunk.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "base/assert.h"
#include "delta/data_path.h"

namespace laguna::delta {
namespace {

uint8_t FlagsOf(const FileRow& row) {
  unsigned flags = 0;
  const auto set = [&flags](bool present, FileRecord::Flag flag) {
    if (present) flags |= flag;
  };
  set(row.data_change, FileRecord::kDataChange);
  set(!row.statistics_json.empty(), FileRecord::kStatistics);
  set(!row.partition_values.empty(), FileRecord::kPartitionValues);
  set(row.deletion_vector != nullptr, FileRecord::kDeletionVector);
  set(row.base_row_id.has_value(), FileRecord::kBaseRowId);
  set(row.default_row_commit_version.has_value(), FileRecord::kRowCommitVersion);
  set(row.clustering_provider.has_value(), FileRecord::kClusteringProvider);
  set(!row.tags.empty(), FileRecord::kTags);
  return static_cast<uint8_t>(flags);
}

void AppendDeletionVector(std::string& out, const DeletionVectorDescriptor& vector) {
  out += vector.storage_type;
  AppendText(out, vector.path_or_inline);
  AppendVarint(out, vector.offset.has_value() ? 1 : 0);
  AppendSigned(out, vector.offset.value_or(0));
  AppendSigned(out, vector.size_bytes);
  AppendSigned(out, vector.cardinality);
}

template <class Container>
void Trim(Container& container) {
  if (container.capacity() - container.size() > container.size() / 16) container.shrink_to_fit();
}

}  // namespace

size_t FileDictionary::bytes_in_memory() const {
  size_t bytes = sizeof(*this) + shapes.bytes_in_memory() + names.capacity() * sizeof(names[0]);
  for (const std::string& name : names) bytes += name.capacity();
  return bytes;
}

uint32_t FileHash(std::string_view path, std::string_view deletion_vector_id) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
  uint64_t hash = std::hash<std::string_view>()(CanonicalPath(path));
  if (!deletion_vector_id.empty()) {
    hash ^= std::hash<std::string_view>()(deletion_vector_id) * kOdd;
  }
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

bool IsFile(const FileView& file, std::string_view path, std::string_view deletion_vector_id) {
  return CanonicalPath(file.path()) == CanonicalPath(path) &&
         file.DeletionVectorId() == deletion_vector_id;
}

std::optional<uint64_t> LiveRowsOf(std::optional<int64_t> rows, int64_t deleted) {
  if (!rows || deleted < 0 || deleted > *rows) return std::nullopt;
  return static_cast<uint64_t>(*rows - deleted);
}

// --- Totals ---

void FileTotals::Add(const File& file) {
  bytes_ += static_cast<uint64_t>(file.size_bytes);
  rows_low_ += file.live_rows.value_or(0);
  if (rows_low_ < file.live_rows.value_or(0)) ++rows_high_;
  if (!file.live_rows) ++without_rows_;
  if (file.has_deletion_vector) ++deletion_vectors_;
}

void FileTotals::Subtract(const File& file) {
  bytes_ -= static_cast<uint64_t>(file.size_bytes);
  if (rows_low_ < file.live_rows.value_or(0)) --rows_high_;
  rows_low_ -= file.live_rows.value_or(0);
  if (!file.live_rows) --without_rows_;
  if (file.has_deletion_vector) --deletion_vectors_;
}

void FileTotals::Add(const FileTotals& other) {
  bytes_ += other.bytes_;
  rows_low_ += other.rows_low_;
  rows_high_ += other.rows_high_ + (rows_low_ < other.rows_low_ ? 1 : 0);
  without_rows_ += other.without_rows_;
  deletion_vectors_ += other.deletion_vectors_;
}

std::optional<int64_t> FileTotals::rows() const {
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (without_rows_ > 0 || rows_high_ > 0 || rows_low_ > kMax) return std::nullopt;
  return static_cast<int64_t>(rows_low_);
}

// --- Records ---

FileRecord::FileRecord(std::string_view record) : rest(record) {
  flags = static_cast<uint8_t>(rest.Byte());
  path = rest.Text();
  size_bytes = rest.Signed();
  modification_time_ms = rest.Signed();
  if (Has(kStatistics)) {
    shape = static_cast<uint32_t>(rest.Number());
    packed_statistics = rest.Text();
  }
  if (Has(kPartitionValues)) partition_values = rest.Text();
}

// --- Chunks ---

std::string_view FileChunk::Record(size_t position) const {
  const size_t begin = starts_[position];
  const size_t end = position + 1 < starts_.size() ? starts_[position + 1] : bytes_.size();
  return std::string_view(bytes_).substr(begin, end - begin);
}

size_t FileChunk::bytes_in_memory() const {
  return sizeof(*this) + bytes_.capacity() +
         (starts_.capacity() + hashes_.capacity()) * sizeof(uint32_t);
}

// --- Writing ---

FileChunkWriter::FileChunkWriter(std::shared_ptr<const FileDictionary> dictionary)
    : shared_(std::move(dictionary)) {}

FileChunkWriter::Place FileChunkWriter::Append(const FileRow& row, uint32_t hash) {
  if (own_ == nullptr) own_ = std::make_shared<FileDictionary>(*shared_);
  Open();
  std::string& out = open_->bytes_;
  const size_t start = out.size();
  out += static_cast<char>(FlagsOf(row));
  AppendText(out, row.path);
  AppendSigned(out, row.size_bytes);
  AppendSigned(out, row.modification_time_ms);
  row_count_.reset();
  if (!row.statistics_json.empty()) AppendStatistics(row.statistics_json);
  if (!row.partition_values.empty()) AppendPartitionValues(row);
  if (row.deletion_vector != nullptr) AppendDeletionVector(out, *row.deletion_vector);
  if (row.base_row_id) AppendSigned(out, *row.base_row_id);
  if (row.default_row_commit_version) AppendSigned(out, *row.default_row_commit_version);
  if (row.clustering_provider) AppendText(out, *row.clustering_provider);
  if (!row.tags.empty()) AppendTags(row);
  const bool has_vector = row.deletion_vector != nullptr;
  const int64_t deleted = has_vector ? row.deletion_vector->cardinality : 0;
  totals_.Add({row.size_bytes, LiveRowsOf(row_count_, deleted), has_vector});
  return EndRecord(start, hash);
}

void FileChunkWriter::AppendCopy(const FileChunk& chunk, size_t position) {
  Open();
  const size_t start = open_->bytes_.size();
  open_->bytes_ += chunk.Record(position);
  EndRecord(start, chunk.hashes_[position]);
}

void FileChunkWriter::AppendStatistics(std::string_view json) {
  section_.clear();
  const uint32_t shape = own_->shapes.Pack(json, section_);
  AppendVarint(open_->bytes_, shape);
  AppendText(open_->bytes_, section_);
  row_count_ = own_->shapes.RecordCount(shape, section_);
}

void FileChunkWriter::AppendPartitionValues(const FileRow& row) {
  section_.clear();
  for (const FileRow::PartitionValue& entry : row.partition_values) {
    AppendName(section_, entry.name);
    AppendOptionalText(section_, entry.value);
  }
  AppendText(open_->bytes_, section_);
}

void FileChunkWriter::AppendTags(const FileRow& row) {
  for (const FileRow::Tag& tag : row.tags) {
    AppendName(open_->bytes_, tag.key);
    AppendOptionalText(open_->bytes_, tag.value);
  }
}

// Names come in the same order file after file, so the next one is where the last search ended.
void FileChunkWriter::AppendName(std::string& out, std::string_view name) {
  std::vector<std::string>& names = own_->names;
  for (size_t tried = 0; tried < names.size(); ++tried, ++name_hint_) {
    if (name_hint_ >= names.size()) name_hint_ = 0;
    if (names[name_hint_] != name) continue;
    AppendVarint(out, ++name_hint_);
    return;
  }
  const bool room = names.size() < FileDictionary::kNamesMax;
  if (room && name.size() <= FileDictionary::kNameBytesMax) {
    names.emplace_back(name);
    AppendVarint(out, names.size());
  } else {
    AppendVarint(out, 0);
    AppendText(out, name);
  }
}

void FileChunkWriter::Open() {
  if (open_ != nullptr && open_->size() == FileChunk::kFilesMax) Seal();
  if (open_ != nullptr) return;
  open_ = std::make_unique<FileChunk>();
  // Until the chunk is sealed; the dictionary outlives it.
  open_->dictionary_ = own_ == nullptr ? shared_ : own_;
  if (sealed_.empty()) return;
  const FileChunk& last = *sealed_.back();
  open_->bytes_.reserve(last.bytes_.size() + last.bytes_.size() / 16);
  open_->starts_.reserve(last.size());
  open_->hashes_.reserve(last.size());
}

FileChunkWriter::Place FileChunkWriter::EndRecord(size_t start, uint32_t hash) {
  if (open_->bytes_.size() > FileChunk::kBytesMax && start > 0) {
    const std::string record = open_->bytes_.substr(start);
    open_->bytes_.resize(start);
    Seal();
    Open();
    open_->bytes_ = record;
    start = 0;
  }
  open_->starts_.push_back(static_cast<uint32_t>(start));
  open_->hashes_.push_back(hash);
  return {static_cast<uint32_t>(sealed_.size()), static_cast<uint32_t>(open_->size() - 1)};
}

void FileChunkWriter::Seal() {
  open_->dictionary_ = dictionary();
  Trim(open_->bytes_);
  Trim(open_->starts_);
  Trim(open_->hashes_);
  sealed_.emplace_back(std::move(open_));
}

FileView FileChunkWriter::At(Place place) const {
  LAGUNA_ASSERT(place.chunk <= sealed_.size());
  return {place.chunk < sealed_.size() ? *sealed_[place.chunk] : *open_, place.position};
}

std::vector<FileChunkPtr> FileChunkWriter::Finish() {
  if (open_ != nullptr) Seal();
  return std::move(sealed_);
}

std::shared_ptr<const FileDictionary> FileChunkWriter::dictionary() {
  const bool grown = own_ != nullptr && (own_->names.size() != shared_->names.size() ||
                                         own_->shapes.size() != shared_->shapes.size());
  if (grown) shared_ = std::make_shared<const FileDictionary>(*own_);
  return shared_;
}

}  // namespace laguna::delta
