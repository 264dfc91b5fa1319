// SPDX-License-Identifier: Apache-2.0
#include "delta/checkpoint_columns.h"

#include <fmt/format.h>

namespace laguna::delta {

std::span<const PortColumn> ActionColumns() {
  static const std::vector<PortColumn> columns = {
      {"protocol.minReaderVersion", PortType::kInteger},
      {"protocol.minWriterVersion", PortType::kInteger},
      {"protocol.readerFeatures", PortType::kTextList},
      {"protocol.writerFeatures", PortType::kTextList},
      {"metaData.id", PortType::kText},
      {"metaData.name", PortType::kText},
      {"metaData.description", PortType::kText},
      {"metaData.format.provider", PortType::kText},
      {"metaData.format.options", PortType::kTextMap},
      {"metaData.schemaString", PortType::kText},
      {"metaData.partitionColumns", PortType::kTextList},
      {"metaData.configuration", PortType::kTextMap},
      {"metaData.createdTime", PortType::kLong},
      {"txn.appId", PortType::kText},
      {"txn.version", PortType::kLong},
      {"txn.lastUpdated", PortType::kLong},
      {"domainMetadata.domain", PortType::kText},
      {"domainMetadata.configuration", PortType::kText},
      {"domainMetadata.removed", PortType::kBoolean},
      {"sidecar.path", PortType::kText},
      {"sidecar.sizeInBytes", PortType::kLong},
      {"sidecar.modificationTime", PortType::kLong},
  };
  return columns;
}

std::span<const PortColumn> V2Columns() {
  static const std::vector<PortColumn> columns = {
      {"checkpointMetadata.version", PortType::kLong},
      {"checkpointMetadata.tags", PortType::kTextMap},
      {"sidecar.path", PortType::kText},
      {"sidecar.sizeInBytes", PortType::kLong},
      {"sidecar.modificationTime", PortType::kLong},
      {"sidecar.tags", PortType::kTextMap},
  };
  return columns;
}

std::span<const PortColumn> AddColumns() {
  static const std::vector<PortColumn> columns = {
      {"add.path", PortType::kText},
      {"add.partitionValues", PortType::kTextMap},
      {"add.size", PortType::kLong},
      {"add.modificationTime", PortType::kLong},
      {"add.dataChange", PortType::kBoolean},
      {"add.stats", PortType::kText},
      {"add.tags", PortType::kTextMap},
      {"add.deletionVector.storageType", PortType::kText},
      {"add.deletionVector.pathOrInlineDv", PortType::kText},
      {"add.deletionVector.offset", PortType::kInteger},
      {"add.deletionVector.sizeInBytes", PortType::kInteger},
      {"add.deletionVector.cardinality", PortType::kLong},
      {"add.baseRowId", PortType::kLong},
      {"add.defaultRowCommitVersion", PortType::kLong},
      {"add.clusteringProvider", PortType::kText},
      {"add.stats_parsed", PortType::kJson, "add.stats"},
  };
  return columns;
}

std::span<const PortColumn> RemoveColumns() {
  static const std::vector<PortColumn> columns = {
      {"remove.path", PortType::kText},
      {"remove.deletionTimestamp", PortType::kLong},
      {"remove.dataChange", PortType::kBoolean},
      {"remove.extendedFileMetadata", PortType::kBoolean},
      {"remove.partitionValues", PortType::kTextMap},
      {"remove.size", PortType::kLong},
      {"remove.deletionVector.storageType", PortType::kText},
      {"remove.deletionVector.pathOrInlineDv", PortType::kText},
      {"remove.deletionVector.offset", PortType::kInteger},
      {"remove.deletionVector.sizeInBytes", PortType::kInteger},
      {"remove.deletionVector.cardinality", PortType::kLong},
      {"remove.baseRowId", PortType::kLong},
      {"remove.defaultRowCommitVersion", PortType::kLong},
      {"remove.tags", PortType::kTextMap},
  };
  return columns;
}

base::Error BrokenCheckpoint(const std::string& location, const std::string& what) {
  return base::Error(base::ErrorKind::kCorrupt, "delta.checkpoint",
                     fmt::format("Checkpoint {} is broken: {}.", location, what))
      .With("path", location);
}

std::optional<DeletionVectorDescriptor> VectorAt(const CheckpointRow& row, size_t first,
                                                 const std::string& location) {
  if (!row.Has(first)) return std::nullopt;
  DeletionVectorDescriptor vector;
  std::string_view storage_type = row.Text(first);
  if (storage_type.size() != 1)
    throw BrokenCheckpoint(location, "a deletion vector has no storage type");
  vector.storage_type = storage_type.front();
  vector.path_or_inline = row.String(first + 1);
  vector.offset = row.OptionalInt(first + 2);
  vector.size_bytes = row.OptionalInt(first + 3).value_or(0);
  vector.cardinality = row.Long(first + 4);
  return vector;
}

}  // namespace laguna::delta
