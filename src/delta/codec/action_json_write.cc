// SPDX-License-Identifier: Apache-2.0
// Writing: by hand, in Spark's order of fields. Optional fields are left out, not null.
#include <fmt/format.h>

#include "delta/codec/action_json.h"
#include "delta/codec/json_text.h"
#include "delta/codec/schema_json.h"
#include "delta/data_path.h"

namespace laguna::delta {
namespace {

// One JSON object, field by field.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  ~ObjectWriter() { out_ += '}'; }

  std::string& Key(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    AppendJsonString(out_, key);
    out_ += ':';
    return out_;
  }
  void Text(std::string_view key, std::string_view value) { AppendJsonString(Key(key), value); }
  void OptionalText(std::string_view key, const std::optional<std::string>& value) {
    if (value) Text(key, *value);
  }
  void Long(std::string_view key, int64_t value) { Key(key) += std::to_string(value); }
  void OptionalLong(std::string_view key, const std::optional<int64_t>& value) {
    if (value) Long(key, *value);
  }
  void Bool(std::string_view key, bool value) { Key(key) += value ? "true" : "false"; }
  void Raw(std::string_view key, std::string_view json) { Key(key) += json; }

 private:
  std::string& out_;
  bool first_ = true;
};

void AppendProperties(std::string& out, const Properties& properties) {
  ObjectWriter object(out);
  for (const auto& [key, value] : properties) object.Text(key, value);
}

void AppendRawProperties(std::string& out, const Properties& properties) {
  ObjectWriter object(out);
  for (const auto& [key, json] : properties) object.Raw(key, json);
}

void AppendPartitionValues(std::string& out, const PartitionValues& values) {
  ObjectWriter object(out);
  for (const auto& [column, value] : values) {
    if (value)
      object.Text(column, *value);
    else
      object.Raw(column, "null");
  }
}

void AppendStrings(std::string& out, const std::vector<std::string>& strings) {
  out += '[';
  for (size_t i = 0; i < strings.size(); ++i) {
    if (i > 0) out += ',';
    AppendJsonString(out, strings[i]);
  }
  out += ']';
}

void AppendVector(ObjectWriter& parent, const std::optional<DeletionVectorDescriptor>& vector) {
  if (!vector) return;
  ObjectWriter object(parent.Key("deletionVector"));
  object.Text("storageType", std::string_view(&vector->storage_type, 1));
  object.Text("pathOrInlineDv", vector->path_or_inline);
  if (vector->offset) object.Long("offset", int64_t{*vector->offset});
  object.Long("sizeInBytes", int64_t{vector->size_bytes});
  object.Long("cardinality", vector->cardinality);
}

void AppendBody(std::string& out, const CommitInfo& info) {
  ObjectWriter object(out);
  object.OptionalLong("timestamp", info.timestamp_ms);
  object.OptionalLong("inCommitTimestamp", info.in_commit_timestamp_ms);
  object.OptionalText("userName", info.user_name);
  object.Text("operation", info.operation);
  AppendRawProperties(object.Key("operationParameters"), info.operation_parameters);
  object.OptionalLong("readVersion", info.read_version);
  object.OptionalText("isolationLevel", info.isolation_level);
  if (info.is_blind_append) object.Bool("isBlindAppend", *info.is_blind_append);
  AppendProperties(object.Key("operationMetrics"), info.operation_metrics);
  object.OptionalText("userMetadata", info.user_metadata);
  object.OptionalText("engineInfo", info.engine_info);
  object.OptionalText("txnId", info.txn_id);
  for (const auto& [key, json] : info.other) object.Raw(key, json);
}

void AppendBody(std::string& out, const Protocol& protocol) {
  ObjectWriter object(out);
  object.Long("minReaderVersion", int64_t{protocol.min_reader_version});
  object.Long("minWriterVersion", int64_t{protocol.min_writer_version});
  if (protocol.min_reader_version >= 3) {
    AppendStrings(object.Key("readerFeatures"), protocol.reader_features);
  }
  if (protocol.min_writer_version >= 7) {
    AppendStrings(object.Key("writerFeatures"), protocol.writer_features);
  }
}

void AppendBody(std::string& out, const Metadata& metadata) {
  ObjectWriter object(out);
  object.Text("id", metadata.id);
  object.OptionalText("name", metadata.name);
  object.OptionalText("description", metadata.description);
  object.Raw("format", R"({"provider":"parquet","options":{}})");
  object.Text("schemaString", WriteSchema(metadata.schema));
  AppendStrings(object.Key("partitionColumns"), metadata.partition_columns);
  AppendProperties(object.Key("configuration"), metadata.configuration);
  object.OptionalLong("createdTime", metadata.created_time_ms);
}

void AppendBody(std::string& out, const AddFile& file) {
  ObjectWriter object(out);
  object.Text("path", EncodeDataPath(file.path));
  AppendPartitionValues(object.Key("partitionValues"), file.partition_values);
  object.Long("size", file.size_bytes);
  object.Long("modificationTime", file.modification_time_ms);
  object.Bool("dataChange", file.data_change);
  if (!file.statistics_json.empty()) object.Text("stats", file.statistics_json);
  if (!file.tags.empty()) AppendProperties(object.Key("tags"), file.tags);
  AppendVector(object, file.deletion_vector);
  object.OptionalLong("baseRowId", file.base_row_id);
  object.OptionalLong("defaultRowCommitVersion", file.default_row_commit_version);
  object.OptionalText("clusteringProvider", file.clustering_provider);
}

void AppendBody(std::string& out, const RemoveFile& file) {
  ObjectWriter object(out);
  object.Text("path", EncodeDataPath(file.path));
  object.OptionalLong("deletionTimestamp", file.deletion_timestamp_ms);
  object.Bool("dataChange", file.data_change);
  if (file.extended_file_metadata) {
    object.Bool("extendedFileMetadata", true);
    AppendPartitionValues(object.Key("partitionValues"), file.partition_values);
  }
  object.OptionalLong("size", file.size_bytes);
  if (!file.tags.empty()) AppendProperties(object.Key("tags"), file.tags);
  AppendVector(object, file.deletion_vector);
  object.OptionalLong("baseRowId", file.base_row_id);
  object.OptionalLong("defaultRowCommitVersion", file.default_row_commit_version);
}

void AppendBody(std::string& out, const AddCdcFile& file) {
  ObjectWriter object(out);
  object.Text("path", EncodeDataPath(file.path));
  AppendPartitionValues(object.Key("partitionValues"), file.partition_values);
  object.Long("size", file.size_bytes);
  object.Bool("dataChange", false);
  if (!file.tags.empty()) AppendProperties(object.Key("tags"), file.tags);
}

void AppendBody(std::string& out, const SetTransaction& transaction) {
  ObjectWriter object(out);
  object.Text("appId", transaction.app_id);
  object.Long("version", transaction.version);
  object.OptionalLong("lastUpdated", transaction.last_updated_ms);
}

void AppendBody(std::string& out, const DomainMetadata& domain) {
  ObjectWriter object(out);
  object.Text("domain", domain.domain);
  object.Text("configuration", domain.configuration);
  object.Bool("removed", domain.removed);
}

void AppendBody(std::string& out, const CheckpointMetadata& checkpoint) {
  ObjectWriter object(out);
  object.Long("version", checkpoint.version);
  AppendProperties(object.Key("tags"), checkpoint.tags);
}

void AppendBody(std::string& out, const Sidecar& sidecar) {
  ObjectWriter object(out);
  object.Text("path", EncodeDataPath(sidecar.path));
  object.Long("sizeInBytes", sidecar.size_bytes);
  object.Long("modificationTime", sidecar.modification_time_ms);
  AppendProperties(object.Key("tags"), sidecar.tags);
}

std::string_view NameOf(const Action& action) {
  constexpr std::string_view kNames[] = {
      "commitInfo", "protocol",       "metaData",           "add",    "remove", "cdc",
      "txn",        "domainMetadata", "checkpointMetadata", "sidecar"};
  static_assert(std::size(kNames) == std::variant_size_v<Action>);
  return kNames[action.index()];
}

}  // namespace

void AppendAction(std::string& out, const Action& action) {
  ObjectWriter line(out);
  line.Key(NameOf(action));
  std::visit([&out](const auto& body) { AppendBody(out, body); }, action);
}

std::string WriteCommit(std::span<const Action> actions) {
  std::string out;
  for (const Action& action : actions) {
    AppendAction(out, action);
    out += '\n';
  }
  return out;
}

}  // namespace laguna::delta
