// SPDX-License-Identifier: Apache-2.0
// The actions of the Delta log as values (protocol section "Actions"). No I/O and no behaviour:
// codec/action_json reads and writes them, log_replay folds them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "delta/schema.h"

namespace laguna::delta {

// Physical column name -> serialised value; nothing = NULL (protocol section "Partition Value
// Serialization").
using PartitionValues = std::map<std::string, std::optional<std::string>>;
using Properties = std::map<std::string, std::string>;

struct Protocol {
  int min_reader_version = 1;
  int min_writer_version = 2;
  // Present exactly when the versions are 3 and 7.
  std::vector<std::string> reader_features;
  std::vector<std::string> writer_features;
  bool operator==(const Protocol&) const = default;
};

struct Metadata {
  std::string id;
  std::optional<std::string> name;
  std::optional<std::string> description;
  Schema schema;
  // Logical names, in partition order.
  std::vector<std::string> partition_columns;
  Properties configuration;
  std::optional<int64_t> created_time_ms;
  bool operator==(const Metadata&) const = default;
};

struct DeletionVectorDescriptor {
  // 'u' relative path with encoded uuid, 'i' inline, 'p' absolute path.
  char storage_type = 'i';
  std::string path_or_inline;
  std::optional<int32_t> offset;
  int32_t size_bytes = 0;
  int64_t cardinality = 0;
  // What identifies the vector next to its file's path in replay: storageType + pathOrInlineDv [+
  // "@" + offset].
  [[nodiscard]] std::string UniqueId() const;
  bool operator==(const DeletionVectorDescriptor&) const = default;
};

struct AddFile {
  // Percent-decoded: relative to the table root, or absolute (a URI or a path with a leading
  // slash).
  std::string path;
  PartitionValues partition_values;
  int64_t size_bytes = 0;
  int64_t modification_time_ms = 0;
  bool data_change = true;
  // The JSON text of `stats`, empty where there is none; delta/statistics.h reads it.
  std::string statistics_json;
  Properties tags;
  std::optional<DeletionVectorDescriptor> deletion_vector;
  std::optional<int64_t> base_row_id;
  std::optional<int64_t> default_row_commit_version;
  std::optional<std::string> clustering_provider;
  bool operator==(const AddFile&) const = default;
};

struct RemoveFile {
  std::string path;
  std::optional<int64_t> deletion_timestamp_ms;
  bool data_change = true;
  bool extended_file_metadata = false;
  PartitionValues partition_values;
  std::optional<int64_t> size_bytes;
  Properties tags;
  std::optional<DeletionVectorDescriptor> deletion_vector;
  std::optional<int64_t> base_row_id;
  std::optional<int64_t> default_row_commit_version;
  bool operator==(const RemoveFile&) const = default;
};

struct AddCdcFile {
  std::string path;
  PartitionValues partition_values;
  int64_t size_bytes = 0;
  Properties tags;
  bool operator==(const AddCdcFile&) const = default;
};

struct SetTransaction {
  std::string app_id;
  int64_t version = 0;
  std::optional<int64_t> last_updated_ms;
  bool operator==(const SetTransaction&) const = default;
};

struct DomainMetadata {
  std::string domain;
  std::string configuration;
  bool removed = false;
  bool operator==(const DomainMetadata&) const = default;
};

// Provenance; other writers put what they like in it, so unknown fields are kept as JSON.
struct CommitInfo {
  std::optional<int64_t> timestamp_ms;
  std::optional<int64_t> in_commit_timestamp_ms;
  std::string operation;
  // Values are JSON text, as Spark writes them ("\"[]\"", "true").
  Properties operation_parameters;
  // Values are plain text; the log holds them as JSON strings ("3").
  Properties operation_metrics;
  std::optional<int64_t> read_version;
  std::optional<std::string> isolation_level;
  std::optional<bool> is_blind_append;
  std::optional<std::string> txn_id;
  std::optional<std::string> engine_info;
  std::optional<std::string> user_metadata;
  std::optional<std::string> user_name;
  // Every other field: name -> JSON text.
  Properties other;
  bool operator==(const CommitInfo&) const = default;
};

struct CheckpointMetadata {
  int64_t version = 0;
  Properties tags;
  bool operator==(const CheckpointMetadata&) const = default;
};

struct Sidecar {
  std::string path;
  int64_t size_bytes = 0;
  int64_t modification_time_ms = 0;
  Properties tags;
  bool operator==(const Sidecar&) const = default;
};

using Action = std::variant<CommitInfo, Protocol, Metadata, AddFile, RemoveFile, AddCdcFile,
                            SetTransaction, DomainMetadata, CheckpointMetadata, Sidecar>;

}  // namespace laguna::delta
