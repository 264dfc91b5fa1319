// SPDX-License-Identifier: Apache-2.0
// One row per action; of a row only the columns of its action are set. The columns stand in three
// blocks (adds, removes, all else), and a batch holds rows of one block only, so that the columns
// of the other two are filled with NULLs once and stay.
#include "delta/checkpoint_write.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>

#include "base/assert.h"
#include "delta/checkpoint_columns.h"
#include "delta/codec/schema_json.h"
#include "delta/data_path.h"
#include "delta/log_path.h"
#include "delta/typed_statistics.h"

namespace laguna::delta {
namespace {

constexpr size_t kBatchRows = 2048;

// Texts made for the rows of a batch, of which there are very many: the memory of one batch is used
// for the next.
class MadeTexts {
 public:
  // Valid until Clear.
  std::string_view Keep(std::string_view text) {
    if (text.size() > kBlockBytes) return large_.emplace_back(text);
    if (used_ == 0 || blocks_[used_ - 1].size() + text.size() > kBlockBytes) Open();
    std::string& block = blocks_[used_ - 1];
    const size_t begin = block.size();
    block += text;
    return std::string_view(block).substr(begin);
  }
  void Clear() {
    used_ = 0;
    large_.clear();
  }

 private:
  static constexpr size_t kBlockBytes = size_t{256} << 10;

  // A block never grows beyond what it reserves here.
  void Open() {
    if (used_ == blocks_.size()) blocks_.emplace_back().reserve(kBlockBytes);
    blocks_[used_++].clear();
  }

  std::deque<std::string> blocks_;
  // Those in use.
  size_t used_ = 0;
  std::deque<std::string> large_;
};

// The rows of one block of a batch, one after the other. Texts made for a row are kept until the
// next batch.
class RowBlock {
 public:
  // All columns of the batch begin without rows; it gets `rows_max` at most.
  RowBlock(PortBatch& batch, size_t rows_max, size_t first, std::span<const PortColumn> columns,
           MadeTexts& made)
      : batch_(batch), rows_max_(rows_max), first_(first), columns_(columns), made_(made) {
    made_.Clear();
    for (PortValues& values : batch.columns) {
      values.valid.clear();
      values.integers.clear();
      values.texts.clear();
      values.offsets.assign(1, 0);
      values.keys.clear();
      values.entries.clear();
    }
    batch.rows = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
      Extend(At(i), columns_[i].type, rows_max_);
      if (HasEntries(columns_[i].type)) with_entries_.push_back(i);
    }
  }

  void NewRow() {
    LAGUNA_ASSERT(batch_.rows < rows_max_);
    row_ = batch_.rows++;
    for (const size_t column : with_entries_) {
      At(column).offsets[row_ + 1] = At(column).offsets[row_];
    }
  }
  void Set(size_t column, std::string_view text) {
    At(column).texts[row_] = text;
    At(column).valid[row_] = 1;
  }
  void SetMade(size_t column, std::string_view text) { Set(column, made_.Keep(text)); }
  void Set(size_t column, int64_t number) {
    At(column).integers[row_] = number;
    At(column).valid[row_] = 1;
  }
  template <typename Value>
  void SetIf(size_t column, const std::optional<Value>& value) {
    if (value) Set(column, *value);
  }
  // A map or list that is there, with no entries yet.
  void SetEmpty(size_t column) { At(column).valid[row_] = 1; }
  void AddEntry(size_t column, std::string_view key, std::optional<std::string_view> value) {
    At(column).keys.push_back(key);
    AddEntry(column, value);
  }
  void AddEntry(size_t column, std::optional<std::string_view> value) {
    At(column).entries.push_back(value);
    At(column).offsets[row_ + 1] = static_cast<uint32_t>(At(column).entries.size());
  }
  void SetMap(size_t column, const Properties& map) {
    SetEmpty(column);
    for (const auto& [key, value] : map) AddEntry(column, key, value);
  }
  void SetList(size_t column, const std::vector<std::string>& list) {
    SetEmpty(column);
    for (const std::string& entry : list) AddEntry(column, entry);
  }
  void SetVector(size_t column, const DeletionVectorDescriptor& vector) {
    SetMade(column, {&vector.storage_type, 1});
    SetMade(column + 1, vector.path_or_inline);
    if (vector.offset) Set(column + 2, int64_t{*vector.offset});
    Set(column + 3, int64_t{vector.size_bytes});
    Set(column + 4, vector.cardinality);
  }
  // The columns of other blocks are NULL in all rows.
  void Finish(std::span<const PortColumn> all) {
    for (size_t i = 0; i < all.size(); ++i) {
      Extend(batch_.columns[i], all[i].type, batch_.rows);
    }
  }

 private:
  PortValues& At(size_t column) { return batch_.columns[first_ + column]; }

  static bool HasEntries(PortType type) {
    return type == PortType::kTextMap || type == PortType::kTextList;
  }
  // NULLs up to `rows`, or no more than those.
  static void Extend(PortValues& values, PortType type, size_t rows) {
    values.valid.resize(rows, 0);
    switch (type) {
      case PortType::kText:
      case PortType::kJson:
      case PortType::kTyped:
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
  const size_t rows_max_;
  const size_t first_;
  const std::span<const PortColumn> columns_;
  MadeTexts& made_;
  // Columns of maps and lists.
  std::vector<size_t> with_entries_;
  // The last one that was begun.
  size_t row_ = 0;
};

// The file actions of a checkpoint are counted through: its files, then its tombstones.
struct FileActions {
  size_t begin = 0;
  size_t end = 0;
};

// Gives the batches of one file of a checkpoint, block after block.
class CheckpointRows {
 public:
  // Of the checkpoint itself.
  CheckpointRows(const CheckpointJob& job, FileActions range, std::span<const Sidecar> sidecars)
      : CheckpointRows(job, range) {
    sidecars_ = sidecars;
    first_v2_ = Append(ActionColumns().first(kSidecarPath));
    if (job.is_v2) Append(V2Columns());
    AppendFileColumns();
    for (const auto& [id, transaction] : job.snapshot->state().transactions) {
      const int64_t updated_ms = transaction.last_updated_ms.value_or(INT64_MAX);
      if (updated_ms >= job.transactions_not_before_ms) transactions_.push_back(&transaction);
    }
    action_count_ = 2 + transactions_.size() + job.snapshot->state().domains.size() +
                    (job.is_v2 ? 1 + sidecars.size() : 0);
  }
  static CheckpointRows OfSidecar(const CheckpointJob& job, FileActions range) {
    CheckpointRows rows(job, range);
    rows.AppendFileColumns();
    rows.actions_done_ = true;
    return rows;
  }

  [[nodiscard]] std::span<const PortColumn> columns() const { return columns_; }
  // Those that are no file actions.
  [[nodiscard]] size_t action_count() const { return action_count_; }

  // True when another batch follows.
  bool Next(PortBatch& batch) {
    batch.columns.resize(columns_.size());
    if (!actions_done_) {
      FillActions(batch);
    } else if (next_ < files_.size()) {
      FillFiles(batch);
    } else {
      FillTombstones(batch);
    }
    return next_ < end_;
  }

 private:
  CheckpointRows(const CheckpointJob& job, FileActions range)
      : job_(job),
        files_(job.snapshot->files()),
        partition_names_(PartitionNames(job)),
        next_(range.begin),
        end_(range.end) {
    if (job.writes_typed_statistics) typed_.emplace(job.snapshot->metadata());
  }

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
  void AppendFileColumns() {
    first_add_ = columns_.size();
    Append(AddColumns().first(kAddParsedStatistics));
    if (typed_) Append(typed_->columns());
    first_remove_ = columns_.size();
    Append(RemoveColumns().first(kRemoveTags));
  }

  void FillActions(PortBatch& batch) {
    block_.emplace(batch, action_count_, 0, columns().first(first_add_), made_);
    if (job_.is_v2) PutV2();
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
  void PutV2() {
    block_->NewRow();
    block_->Set(first_v2_ + kCheckpointVersion, job_.snapshot->version());
    block_->SetEmpty(first_v2_ + kCheckpointTags);
    for (const Sidecar& sidecar : sidecars_) {
      block_->NewRow();
      block_->Set(first_v2_ + kV2SidecarPath, sidecar.path);
      block_->Set(first_v2_ + kV2SidecarSize, sidecar.size_bytes);
      block_->Set(first_v2_ + kV2SidecarTime, sidecar.modification_time_ms);
      block_->SetEmpty(first_v2_ + kV2SidecarTags);
    }
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
    const size_t last = std::min({files_.size(), end_, next_ + kBatchRows});
    block_.emplace(batch, last - next_, first_add_,
                   columns().subspan(first_add_, first_remove_ - first_add_), made_);
    for (; next_ < last; ++next_) PutFile(files_.at(next_));
    block_->Finish(columns_);
  }
  void PutFile(const FileView& view) {
    const FileRow file = view.ToRow(buffer_);
    block_->NewRow();
    block_->SetMade(kAddPath, EncodeDataPath(file.path));
    PutPartitionValues(file);
    block_->Set(kAddSize, file.size_bytes);
    block_->Set(kAddTime, file.modification_time_ms);
    block_->Set(kAddDataChange, int64_t{0});
    if (job_.writes_statistics && !file.statistics_json.empty()) {
      block_->SetMade(kAddStatistics, file.statistics_json);
    }
    if (typed_) PutTypedStatistics(view);
    if (!file.tags.empty()) PutTags(file);
    if (file.deletion_vector != nullptr) block_->SetVector(kAddVector, *file.deletion_vector);
    block_->SetIf(kAddBaseRowId, file.base_row_id);
    block_->SetIf(kAddRowCommitVersion, file.default_row_commit_version);
    block_->SetIf(kAddClusteringProvider, file.clustering_provider);
  }
  // Those of columns the table has, in their order.
  void PutPartitionValues(const FileRow& file) {
    block_->SetEmpty(kAddPartitionValues);
    for (const std::string& name : partition_names_) {
      const auto found =
          std::ranges::find(file.partition_values, name, &FileRow::PartitionValue::name);
      if (found != file.partition_values.end()) {
        block_->AddEntry(kAddPartitionValues, name, found->value);
      }
    }
  }
  void PutTypedStatistics(const FileView& file) {
    size_t column = kAddParsedStatistics;
    for (const TypedStatistics::Cell& cell : typed_->CellsOf(file)) {
      if (cell.text) block_->SetMade(column, *cell.text);
      block_->SetIf(column, cell.number);
      ++column;
    }
  }
  void PutTags(const FileRow& file) {
    block_->SetEmpty(kAddTags);
    for (const FileRow::Tag& tag : file.tags) {
      block_->AddEntry(kAddTags, tag.key, tag.value);
    }
  }

  void FillTombstones(PortBatch& batch) {
    const size_t last = std::min(end_, next_ + kBatchRows);
    block_.emplace(batch, last - next_, first_remove_, columns().subspan(first_remove_), made_);
    for (; next_ < last; ++next_) PutTombstone(job_.tombstones[next_ - files_.size()]);
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
    if (file.deletion_vector) block_->SetVector(kRemoveVector, *file.deletion_vector);
    block_->SetIf(kRemoveBaseRowId, file.base_row_id);
    block_->SetIf(kRemoveRowCommitVersion, file.default_row_commit_version);
  }

  const CheckpointJob& job_;
  const FileTable& files_;
  std::vector<std::string> partition_names_;
  std::optional<TypedStatistics> typed_;
  std::span<const Sidecar> sidecars_;
  std::vector<const SetTransaction*> transactions_;
  std::vector<PortColumn> columns_;
  size_t first_v2_ = 0;
  size_t first_add_ = 0;
  size_t first_remove_ = 0;
  size_t action_count_ = 0;
  bool actions_done_ = false;
  size_t next_;
  size_t end_;
  MadeTexts made_;
  FileRowBuffer buffer_;
  std::optional<RowBlock> block_;
};

class CheckpointFilesWriter {
 public:
  CheckpointFilesWriter(const CheckpointJob& job, io::ObjectStore& store, ParquetPort& parquet,
                        base::Random& random, const io::Call& call)
      : job_(job), store_(store), parquet_(parquet), random_(random), call_(call) {}

  WrittenCheckpoint Write() {
    const size_t file_actions = job_.snapshot->files().size() + job_.tombstones.size();
    FileActions own{0, file_actions};
    if (job_.is_v2 && file_actions > job_.file_actions_max) {
      WriteSidecars(file_actions);
      own = {};
    }
    CheckpointRows rows(job_, own, sidecars_);
    const std::string key = CheckpointKey(job_.root, job_.snapshot->version());
    size_bytes_ += WriteFile(key, rows);
    keys_.push_back(key);
    store_.Sync({&key, 1}, call_);
    LastCheckpoint hint;
    hint.version = job_.snapshot->version();
    hint.size = static_cast<int64_t>(rows.action_count() + file_actions);
    hint.size_bytes = size_bytes_;
    hint.file_count = static_cast<int64_t>(job_.snapshot->files().size());
    return {std::move(hint), std::move(keys_)};
  }

 private:
  // Durable before the checkpoint that names them can be seen.
  void WriteSidecars(size_t file_actions) {
    for (size_t begin = 0; begin < file_actions; begin += job_.file_actions_max) {
      const size_t end = std::min(file_actions, begin + job_.file_actions_max);
      CheckpointRows rows = CheckpointRows::OfSidecar(job_, {begin, end});
      Sidecar sidecar;
      sidecar.path = base::MakeUuid(random_) + ".parquet";
      keys_.push_back(SidecarFolder(job_.root) + sidecar.path);
      sidecar.size_bytes = WriteFile(keys_.back(), rows);
      size_bytes_ += sidecar.size_bytes;
      const std::optional<io::ObjectInfo> object = store_.Head(keys_.back(), call_);
      if (object) sidecar.modification_time_ms = object->modified_ms;
      sidecars_.push_back(std::move(sidecar));
    }
    store_.Sync(keys_, call_);
  }

  int64_t WriteFile(const std::string& key, CheckpointRows& rows) {
    return static_cast<int64_t>(parquet_.Write(
        store_.Locate(key), rows.columns(), [&rows](PortBatch& batch) { return rows.Next(batch); },
        call_));
  }

  const CheckpointJob& job_;
  io::ObjectStore& store_;
  ParquetPort& parquet_;
  base::Random& random_;
  const io::Call& call_;
  std::vector<Sidecar> sidecars_;
  std::vector<std::string> keys_;
  int64_t size_bytes_ = 0;
};

}  // namespace

WrittenCheckpoint WriteCheckpoint(const CheckpointJob& job, io::ObjectStore& store,
                                  ParquetPort& parquet, base::Random& random,
                                  const io::Call& call) {
  return CheckpointFilesWriter(job, store, parquet, random, call).Write();
}

}  // namespace laguna::delta
