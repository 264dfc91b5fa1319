// SPDX-License-Identifier: Apache-2.0
// Two passes. The first reads the few rows that are no files: protocol, metadata, transactions,
// domains and the names of sidecars. The second reads the rows of files, of the top file and all
// sidecars as one, and packs them batch by batch; it asks for nothing but what a FileTable keeps.
#include "delta/checkpoint_read.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

#include "base/error.h"
#include "delta/checkpoint_columns.h"
#include "delta/codec/action_json.h"
#include "delta/codec/schema_json.h"
#include "delta/column_mapping.h"
#include "delta/data_path.h"
#include "delta/log_path.h"

namespace laguna::delta {
namespace {

// A JSON top file names sidecars; one that holds the files themselves is written for small tables.
constexpr uint64_t kJsonCheckpointBytesMax = uint64_t{1} << 30;

// --- What is no file ---

Protocol ProtocolAt(const CheckpointRow& row) {
  Protocol protocol;
  protocol.min_reader_version = row.OptionalInt(kMinReader).value_or(0);
  protocol.min_writer_version = row.OptionalInt(kMinWriter).value_or(0);
  protocol.reader_features = row.List(kReaderFeatures);
  protocol.writer_features = row.List(kWriterFeatures);
  return protocol;
}

Metadata MetadataAt(const CheckpointRow& row, const std::string& location) {
  Metadata metadata;
  metadata.id = row.String(kMetadataId);
  metadata.name = row.OptionalString(kMetadataName);
  metadata.description = row.OptionalString(kMetadataDescription);
  if (!row.Has(kSchemaString)) throw BrokenCheckpoint(location, "its metaData has no schemaString");
  metadata.schema = ParseSchema(row.Text(kSchemaString));
  metadata.partition_columns = row.List(kPartitionColumns);
  metadata.configuration = row.Map(kConfiguration);
  metadata.created_time_ms = row.OptionalLong(kCreatedTime);
  DropUnusedMapping(metadata);
  return metadata;
}

// Folds what is no file into `contents`; sidecars are kept for the second pass.
class SmallActions {
 public:
  SmallActions(CheckpointContents& contents, std::vector<Sidecar>& sidecars)
      : contents_(contents), sidecars_(sidecars) {}

  void Take(const CheckpointRow& row, const std::string& location) {
    if (row.Has(kMinReader)) Take(ProtocolAt(row));
    if (row.Has(kMetadataId)) Take(MetadataAt(row, location));
    if (row.Has(kAppId)) {
      Take(SetTransaction{row.String(kAppId), row.Long(kAppVersion),
                          row.OptionalLong(kLastUpdated)});
    }
    if (row.Has(kDomain)) {
      Take(DomainMetadata{row.String(kDomain), row.String(kDomainConfiguration),
                          row.Flag(kDomainRemoved)});
    }
    if (row.Has(kSidecarPath)) {
      Take(Sidecar{row.String(kSidecarPath), row.Long(kSidecarSize), row.Long(kSidecarTime), {}});
    }
  }
  void Take(Protocol protocol) { contents_.protocol = std::move(protocol); }
  void Take(Metadata metadata) { contents_.metadata = std::move(metadata); }
  void Take(SetTransaction transaction) {
    contents_.transactions.insert_or_assign(transaction.app_id, std::move(transaction));
  }
  void Take(DomainMetadata domain) {
    if (domain.removed) return;
    contents_.domains.insert_or_assign(domain.domain, std::move(domain));
  }
  void Take(Sidecar sidecar) { sidecars_.push_back(std::move(sidecar)); }

 private:
  CheckpointContents& contents_;
  std::vector<Sidecar>& sidecars_;
};

// --- Files ---

// Packs the rows of files; what a row is made of is kept from one to the next.
class FilePacker {
 public:
  explicit FilePacker(std::string location) : location_(std::move(location)) {}

  void Append(const PortBatch& batch) {
    for (size_t i = 0; i < batch.rows; ++i) Append(CheckpointRow(batch, i));
  }
  void Append(const AddFile& file) { builder_.Append(RowOf(file)); }
  FileTable Finish() { return builder_.Finish(); }

 private:
  void Append(const CheckpointRow& row) {
    FileRow file;
    file.path = row.Text(kAddPath);
    if (file.path.find('%') != std::string_view::npos) {
      decoded_path_ = DecodeDataPath(file.path);
      file.path = decoded_path_;
    }
    file.size_bytes = row.Long(kAddSize);
    if (file.size_bytes < 0) throw BrokenCheckpoint(location_, "a file has a negative size");
    file.modification_time_ms = row.Long(kAddTime);
    file.data_change = false;
    partition_values_.clear();
    row.ForEachEntry(kAddPartitionValues, [this](std::string_view name, auto value) {
      // The empty text is NULL (protocol section "Partition Value Serialization").
      if (value && value->empty()) value.reset();
      partition_values_.push_back({name, value});
    });
    file.partition_values = partition_values_;
    tags_.clear();
    row.ForEachEntry(kAddTags, [this](std::string_view key, const auto& value) {
      tags_.push_back({key, value.value_or(std::string_view())});
    });
    file.tags = tags_;
    file.statistics_json =
        row.Text(row.Has(kAddStatistics) ? kAddStatistics : kAddParsedStatistics);
    vector_ = VectorAt(row, kAddVector, location_);
    file.deletion_vector = vector_ ? &*vector_ : nullptr;
    file.base_row_id = row.OptionalLong(kAddBaseRowId);
    file.default_row_commit_version = row.OptionalLong(kAddRowCommitVersion);
    if (row.Has(kAddClusteringProvider))
      file.clustering_provider = row.Text(kAddClusteringProvider);
    builder_.Append(file);
  }

  FileRow RowOf(const AddFile& file) {
    partition_values_.clear();
    for (const auto& [name, value] : file.partition_values) {
      partition_values_.push_back({name, value});
    }
    tags_.clear();
    for (const auto& [key, value] : file.tags) tags_.push_back({key, value});
    return {.path = file.path,
            .size_bytes = file.size_bytes,
            .modification_time_ms = file.modification_time_ms,
            .data_change = false,
            .partition_values = partition_values_,
            .statistics_json = file.statistics_json,
            .deletion_vector = file.deletion_vector ? &*file.deletion_vector : nullptr,
            .base_row_id = file.base_row_id,
            .default_row_commit_version = file.default_row_commit_version,
            .clustering_provider = file.clustering_provider,
            .tags = tags_};
  }

  std::string location_;
  FileTableBuilder builder_;
  std::string decoded_path_;
  std::vector<FileRow::PartitionValue> partition_values_;
  std::vector<FileRow::Tag> tags_;
  std::optional<DeletionVectorDescriptor> vector_;
};

// --- Both passes ---

class CheckpointReader {
 public:
  CheckpointReader(const CheckpointFiles& checkpoint, io::ObjectStore& store,
                   const std::string& root, ParquetPort& parquet, const io::Call& call)
      : checkpoint_(checkpoint),
        store_(store),
        root_(root),
        parquet_(parquet),
        call_(call),
        location_(store.Locate(checkpoint.parts.front().key)),
        packer_(location_) {
    contents_.version = checkpoint.version;
  }

  CheckpointContents Read() {
    if (checkpoint_.is_json) {
      ReadJson();
    } else {
      ReadSmallActions();
    }
    ParquetRead files{FileLocations(), {AddColumns().begin(), AddColumns().end()}, {"add.path"}};
    if (!files.locations.empty()) {
      parquet_.Read(
          files, [this](const PortBatch& batch) { packer_.Append(batch); }, call_);
    }
    contents_.files = packer_.Finish();
    return std::move(contents_);
  }

  // Where rows of files lie, besides a JSON top file.
  std::vector<std::string> FileLocations() {
    std::vector<std::string> locations;
    if (!checkpoint_.is_json) {
      for (const io::ObjectInfo& part : checkpoint_.parts) {
        locations.push_back(store_.Locate(part.key));
      }
    }
    for (std::string& location : SidecarLocations()) locations.push_back(std::move(location));
    return locations;
  }
  [[nodiscard]] std::vector<std::string> SidecarLocations() const {
    std::vector<std::string> locations;
    for (const Sidecar& sidecar : sidecars_) locations.push_back(Locate(sidecar));
    return locations;
  }

  // Only the names of sidecars, for what looks at other rows of files.
  void ReadSidecars() {
    if (checkpoint_.is_json) {
      ReadJson();
    } else {
      ReadSmallActions();
    }
  }
  [[nodiscard]] const std::string& location() const { return location_; }
  std::vector<RemoveFile>& json_tombstones() { return json_tombstones_; }

 private:
  void ReadSmallActions() {
    SmallActions small(contents_, sidecars_);
    ParquetRead read;
    for (const io::ObjectInfo& part : checkpoint_.parts) {
      read.locations.push_back(store_.Locate(part.key));
    }
    read.columns.assign(ActionColumns().begin(), ActionColumns().end());
    for (size_t column : {kMinReader, kMetadataId, kAppId, kDomain, kSidecarPath}) {
      read.any_set.push_back(ActionColumns()[column].path);
    }
    parquet_.Read(
        read,
        [&](const PortBatch& batch) {
          for (size_t i = 0; i < batch.rows; ++i) small.Take(CheckpointRow(batch, i), location_);
        },
        call_);
  }

  void ReadJson() {
    SmallActions small(contents_, sidecars_);
    const std::string& key = checkpoint_.parts.front().key;
    std::string bytes = io::ReadAll(store_, key, kJsonCheckpointBytesMax, call_);
    for (Action& action : ParseCommit(std::move(bytes), location_)) {
      std::visit([&](auto& body) { Take(small, body); }, action);
    }
  }
  template <typename Body>
  void Take(SmallActions& small, Body& body) {
    if constexpr (requires { small.Take(std::move(body)); }) small.Take(std::move(body));
  }
  void Take(SmallActions&, AddFile& file) { packer_.Append(file); }
  void Take(SmallActions&, RemoveFile& file) { json_tombstones_.push_back(std::move(file)); }

  // A name inside _sidecars, or absolute (protocol section "Sidecar File Information").
  std::string Locate(const Sidecar& sidecar) const {
    std::string path = DecodeDataPath(sidecar.path);
    std::string_view plain = CanonicalPath(path);
    if (plain.starts_with('/') || plain.find("://") != std::string_view::npos) {
      return std::string(plain);
    }
    std::string key = SidecarFolder(root_) + path;
    try {
      io::CheckKey(key);
    } catch (const base::Error&) {
      throw BrokenCheckpoint(location_,
                             fmt::format("\"{}\" is no name of a sidecar", sidecar.path));
    }
    return store_.Locate(key);
  }

  const CheckpointFiles& checkpoint_;
  io::ObjectStore& store_;
  const std::string& root_;
  ParquetPort& parquet_;
  const io::Call& call_;
  std::string location_;
  CheckpointContents contents_;
  std::vector<Sidecar> sidecars_;
  std::vector<RemoveFile> json_tombstones_;
  FilePacker packer_;
};

// --- Tombstones ---

RemoveFile RemoveAt(const CheckpointRow& row, const std::string& location) {
  RemoveFile file;
  file.path = DecodeDataPath(row.Text(kRemovePath));
  file.deletion_timestamp_ms = row.OptionalLong(kRemoveTime);
  file.data_change = row.Flag(kRemoveDataChange);
  file.extended_file_metadata = row.Flag(kRemoveExtended);
  file.partition_values = row.NullableMap(kRemovePartitionValues);
  file.size_bytes = row.OptionalLong(kRemoveSize);
  file.tags = row.Map(kRemoveTags);
  file.deletion_vector = VectorAt(row, kRemoveVector, location);
  file.base_row_id = row.OptionalLong(kRemoveBaseRowId);
  file.default_row_commit_version = row.OptionalLong(kRemoveRowCommitVersion);
  return file;
}

}  // namespace

CheckpointContents ReadCheckpoint(const CheckpointFiles& checkpoint, io::ObjectStore& store,
                                  const std::string& root, ParquetPort& parquet,
                                  const io::Call& call) {
  return CheckpointReader(checkpoint, store, root, parquet, call).Read();
}

std::vector<RemoveFile> ReadTombstones(const CheckpointFiles& checkpoint, int64_t not_before_ms,
                                       bool may_have_sidecars, io::ObjectStore& store,
                                       const std::string& root, ParquetPort& parquet,
                                       const io::Call& call) {
  CheckpointReader reader(checkpoint, store, root, parquet, call);
  if (may_have_sidecars) reader.ReadSidecars();
  const auto is_kept = [not_before_ms](std::optional<int64_t> deletion_timestamp_ms) {
    return deletion_timestamp_ms.value_or(0) >= not_before_ms;
  };
  std::vector<RemoveFile> tombstones = std::move(reader.json_tombstones());
  std::erase_if(tombstones,
                [&](const RemoveFile& file) { return !is_kept(file.deletion_timestamp_ms); });
  ParquetRead read{
      reader.FileLocations(), {RemoveColumns().begin(), RemoveColumns().end()}, {"remove.path"}};
  if (!read.locations.empty()) {
    parquet.Read(
        read,
        [&](const PortBatch& batch) {
          for (size_t i = 0; i < batch.rows; ++i) {
            const CheckpointRow row(batch, i);
            if (!is_kept(row.OptionalLong(kRemoveTime))) continue;
            tombstones.push_back(RemoveAt(row, reader.location()));
          }
        },
        call);
  }
  return tombstones;
}

std::vector<std::string> ReadSidecarLocations(const CheckpointFiles& checkpoint,
                                              io::ObjectStore& store, const std::string& root,
                                              ParquetPort& parquet, const io::Call& call) {
  CheckpointReader reader(checkpoint, store, root, parquet, call);
  reader.ReadSidecars();
  return reader.SidecarLocations();
}

}  // namespace laguna::delta
