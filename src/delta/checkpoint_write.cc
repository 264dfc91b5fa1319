// SPDX-License-Identifier: Apache-2.0
// One row per action; of a row only the columns of its action are set. The columns stand in three
// blocks (adds, removes, all else), and a batch holds rows of one block only, so that the columns
// of the other two are filled with NULLs once and stay.
#include "delta/checkpoint_write.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <utility>

#include "delta/checkpoint_columns.h"
#include "delta/codec/schema_json.h"
#include "delta/data_path.h"
#include "delta/log_path.h"

namespace laguna::delta {
namespace {

constexpr size_t kBatchRows = 2048;

// The rows of one block of a batch, one after the other. Texts made for a row are kept until the
// next batch.
class RowBlock {
 public:
  // All columns of the batch begin without rows.
  RowBlock(PortBatch& batch, size_t first, std::span<const PortColumn> columns)
      : batch_(batch), first_(first), columns_(columns) {
    for (PortValues& values : batch.columns) {
      values.valid.clear();
      values.integers.clear();
      values.texts.clear();
      values.offsets.assign(1, 0);
      values.keys.clear();
      values.entries.clear();
    }
    batch.rows = 0;
  }

  void NewRow() {
    ++batch_.rows;
    for (size_t i = 0; i < columns_.size(); ++i) Extend(At(i), columns_[i].type, batch_.rows);
  }
  void Set(size_t column, std::string_view text) {
    At(column).texts.back() = text;
    At(column).valid.back() = 1;
  }
  void SetMade(size_t column, std::string text) {
    Set(column, made_.emplace_back(std::move(text)));
  }
  void Set(size_t column, int64_t number) {
    At(column).integers.back() = number;
    At(column).valid.back() = 1;
  }
  template <typename Value>
  void SetIf(size_t column, const std::optional<Value>& value) {
    if (value) Set(column, *value);
  }
  // A map or list that is there, with no entries yet.
  void SetEmpty(size_t column) { At(column).valid.back() = 1; }
  void AddEntry(size_t column, std::string_view key, std::optional<std::string_view> value) {
    At(column).keys.push_back(key);
    AddEntry(column, value);
  }
  void AddEntry(size_t column, std::optional<std::string_view> value) {
    At(column).entries.push_back(value);
    At(column).offsets.back() = static_cast<uint32_t>(At(column).entries.size());
  }
  void SetMap(size_t column, const Properties& map) {
    SetEmpty(column);
    for (const auto& [key, value] : map) AddEntry(column, key, value);
  }
  void SetList(size_t column, const std::vector<std::string>& list) {
    SetEmpty(column);
    for (const std::string& entry : list) AddEntry(column, entry);
  }
  void SetVector(size_t column, DeletionVectorDescriptor vector) {
    SetMade(column, std::string(1, vector.storage_type));
    SetMade(column + 1, std::move(vector.path_or_inline));
    if (vector.offset) Set(column + 2, int64_t{*vector.offset});
    Set(column + 3, int64_t{vector.size_bytes});
    Set(column + 4, vector.cardinality);
  }
  // The columns of other blocks are NULL in all rows.
  void Finish(std::span<const PortColumn> all) {
    for (size_t i = 0; i < all.size(); ++i) {
      const bool own = i >= first_ && i < first_ + columns_.size();
      if (!own) Extend(batch_.columns[i], all[i].type, batch_.rows);
    }
  }

 private:
  PortValues& At(size_t column) { return batch_.columns[first_ + column]; }

  // NULLs up to `rows`.
  static void Extend(PortValues& values, PortType type, size_t rows) {
    values.valid.resize(rows, 0);
    switch (type) {
      case PortType::kText:
      case PortType::kJson:
        values.texts.resize(rows);
        break;
      case PortType::kTextMap:
      case PortType::kTextList:
        values.offsets.resize(rows + 1, values.offsets.back());
        break;
      default:
        values.integers.resize(rows, 0);
    }
  }

  PortBatch& batch_;
  size_t first_;
  std::span<const PortColumn> columns_;
  std::deque<std::string> made_;
};

// Gives the batches of a checkpoint, block after block.
class CheckpointRows {
 public:
  explicit CheckpointRows(const CheckpointJob& job)
      : job_(job), files_(job.snapshot->files()), partition_names_(PartitionNames(job)) {
    first_add_ = Append(ActionColumns().first(kSidecarPath));
    first_remove_ = first_add_ + Append(AddColumns().first(kAddParsedStatistics));
    Append(RemoveColumns());
    for (const auto& [id, transaction] : job.snapshot->state().transactions) {
      const int64_t updated_ms = transaction.last_updated_ms.value_or(INT64_MAX);
      if (updated_ms >= job.transactions_not_before_ms) transactions_.push_back(&transaction);
    }
  }

  [[nodiscard]] std::span<const PortColumn> columns() const { return columns_; }
  [[nodiscard]] int64_t action_count() const {
    return static_cast<int64_t>(2 + transactions_.size() + job_.snapshot->state().domains.size() +
                                files_.size() + job_.tombstones.size());
  }

  // True when another batch follows.
  bool Next(PortBatch& batch) {
    batch.columns.resize(columns_.size());
    if (!actions_done_) {
      FillActions(batch);
    } else if (next_file_ < files_.size()) {
      FillFiles(batch);
    } else {
      FillTombstones(batch);
    }
    return next_file_ < files_.size() || next_tombstone_ < job_.tombstones.size();
  }

 private:
  static std::vector<std::string> PartitionNames(const CheckpointJob& job) {
    std::vector<std::string> names;
    const Metadata& metadata = job.snapshot->metadata();
    for (const std::string& column : metadata.partition_columns) {
      const StructField* field = metadata.schema.Find(column);
      names.push_back(field == nullptr ? column : field->PhysicalName());
    }
    return names;
  }
  size_t Append(std::span<const PortColumn> columns) {
    columns_.insert(columns_.end(), columns.begin(), columns.end());
    return columns.size();
  }

  void FillActions(PortBatch& batch) {
    block_.emplace(batch, 0, columns().first(first_add_));
    PutProtocol(job_.snapshot->protocol());
    PutMetadata(job_.snapshot->metadata());
    for (const SetTransaction* transaction : transactions_) {
      block_->NewRow();
      block_->Set(kAppId, transaction->app_id);
      block_->Set(kAppVersion, transaction->version);
      block_->SetIf(kLastUpdated, transaction->last_updated_ms);
    }
    for (const auto& [name, domain] : job_.snapshot->state().domains) {
      block_->NewRow();
      block_->Set(kDomain, domain.domain);
      block_->Set(kDomainConfiguration, domain.configuration);
      block_->Set(kDomainRemoved, int64_t{0});
    }
    block_->Finish(columns_);
    actions_done_ = true;
  }
  void PutProtocol(const Protocol& protocol) {
    block_->NewRow();
    block_->Set(kMinReader, int64_t{protocol.min_reader_version});
    block_->Set(kMinWriter, int64_t{protocol.min_writer_version});
    if (protocol.min_reader_version >= 3) {
      block_->SetList(kReaderFeatures, protocol.reader_features);
    }
    if (protocol.min_writer_version >= 7) {
      block_->SetList(kWriterFeatures, protocol.writer_features);
    }
  }
  void PutMetadata(const Metadata& metadata) {
    block_->NewRow();
    block_->Set(kMetadataId, metadata.id);
    block_->SetIf(kMetadataName, metadata.name);
    block_->SetIf(kMetadataDescription, metadata.description);
    block_->Set(kFormatProvider, "parquet");
    block_->SetEmpty(kFormatOptions);
    block_->SetMade(kSchemaString, WriteSchema(metadata.schema));
    block_->SetList(kPartitionColumns, metadata.partition_columns);
    block_->SetMap(kConfiguration, metadata.configuration);
    block_->SetIf(kCreatedTime, metadata.created_time_ms);
  }

  void FillFiles(PortBatch& batch) {
    block_.emplace(batch, first_add_, columns().subspan(first_add_, first_remove_ - first_add_));
    const size_t last = std::min(files_.size(), next_file_ + kBatchRows);
    for (; next_file_ < last; ++next_file_) PutFile(files_.at(next_file_));
    block_->Finish(columns_);
  }
  void PutFile(const FileView& file) {
    block_->NewRow();
    block_->SetMade(kAddPath, EncodeDataPath(file.path()));
    block_->SetEmpty(kAddPartitionValues);
    for (const std::string& name : partition_names_) {
      if (const auto value = file.PartitionValue(name)) {
        block_->AddEntry(kAddPartitionValues, name, *value);
      }
    }
    block_->Set(kAddSize, file.size_bytes());
    block_->Set(kAddTime, file.modification_time_ms());
    block_->Set(kAddDataChange, int64_t{0});
    std::string statistics = file.StatisticsJson();
    if (!statistics.empty()) block_->SetMade(kAddStatistics, std::move(statistics));
    if (file.has_tags()) PutTags(file);
    if (auto vector = file.deletion_vector()) block_->SetVector(kAddVector, std::move(*vector));
    block_->SetIf(kAddBaseRowId, file.base_row_id());
    block_->SetIf(kAddRowCommitVersion, file.default_row_commit_version());
    block_->SetIf(kAddClusteringProvider, file.clustering_provider());
  }
  void PutTags(const FileView& file) {
    block_->SetEmpty(kAddTags);
    for (const FileRow::Tag& tag : file.tags()) block_->AddEntry(kAddTags, tag.key, tag.value);
  }

  void FillTombstones(PortBatch& batch) {
    block_.emplace(batch, first_remove_, columns().subspan(first_remove_));
    const size_t last = std::min(job_.tombstones.size(), next_tombstone_ + kBatchRows);
    for (; next_tombstone_ < last; ++next_tombstone_)
      PutTombstone(job_.tombstones[next_tombstone_]);
    block_->Finish(columns_);
  }
  void PutTombstone(const RemoveFile& file) {
    block_->NewRow();
    block_->SetMade(kRemovePath, EncodeDataPath(file.path));
    block_->SetIf(kRemoveTime, file.deletion_timestamp_ms);
    block_->Set(kRemoveDataChange, int64_t{0});
    block_->Set(kRemoveExtended, int64_t{file.extended_file_metadata});
    if (file.extended_file_metadata) {
      block_->SetEmpty(kRemovePartitionValues);
      for (const auto& [name, value] : file.partition_values) {
        block_->AddEntry(kRemovePartitionValues, name, value);
      }
      block_->SetIf(kRemoveSize, file.size_bytes);
    }
    if (!file.tags.empty()) block_->SetMap(kRemoveTags, file.tags);
    if (file.deletion_vector) block_->SetVector(kRemoveVector, *file.deletion_vector);
    block_->SetIf(kRemoveBaseRowId, file.base_row_id);
    block_->SetIf(kRemoveRowCommitVersion, file.default_row_commit_version);
  }

  const CheckpointJob& job_;
  const FileTable& files_;
  std::vector<std::string> partition_names_;
  std::vector<const SetTransaction*> transactions_;
  std::vector<PortColumn> columns_;
  size_t first_add_ = 0;
  size_t first_remove_ = 0;
  bool actions_done_ = false;
  size_t next_file_ = 0;
  size_t next_tombstone_ = 0;
  std::optional<RowBlock> block_;
};

}  // namespace

WrittenCheckpoint WriteCheckpoint(const CheckpointJob& job, io::ObjectStore& store,
                                  ParquetPort& parquet, const io::Call& call) {
  WrittenCheckpoint written;
  written.keys.push_back(CheckpointKey(job.root, job.snapshot->version()));
  CheckpointRows rows(job);
  const uint64_t size_bytes = parquet.Write(
      store.Locate(written.keys.front()), rows.columns(),
      [&rows](PortBatch& batch) { return rows.Next(batch); }, call);
  store.Sync(written.keys, call);
  written.hint.version = job.snapshot->version();
  written.hint.size = rows.action_count();
  written.hint.size_bytes = static_cast<int64_t>(size_bytes);
  written.hint.file_count = static_cast<int64_t>(job.snapshot->files().size());
  return written;
}

}  // namespace laguna::delta
