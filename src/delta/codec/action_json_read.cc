// SPDX-License-Identifier: Apache-2.0
// Reading: one pass over each line with simdjson's On-Demand parser. A table for each action says
// which field goes where; what no table names is skipped without being looked at.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/error.h"
#include "delta/codec/action_json.h"
#include "delta/codec/schema_json.h"
#include "delta/data_path.h"

namespace laguna::delta {
namespace {

namespace ondemand = simdjson::ondemand;

// Thrown inside this file only; ParseLine adds file and line.
struct Mismatch {
  std::string where;
  std::string expected;
};

[[noreturn]] void Expect(std::string_view where, std::string_view expected) {
  throw Mismatch{std::string(where), std::string(expected)};
}

std::string ReadString(ondemand::value value, std::string_view where) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) Expect(where, "a string");
  return std::string(text);
}

int64_t ReadLong(ondemand::value value, std::string_view where) {
  int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS) Expect(where, "a 64-bit integer");
  return number;
}

int64_t ReadCount(ondemand::value value, std::string_view where) {
  int64_t number = ReadLong(value, where);
  if (number < 0) Expect(where, "an integer that is not negative");
  return number;
}

int32_t ReadInt(ondemand::value value, std::string_view where) {
  int64_t number = ReadLong(value, where);
  if (number < 0 || number > std::numeric_limits<int32_t>::max()) {
    Expect(where, "a 32-bit integer that is not negative");
  }
  return static_cast<int32_t>(number);
}

bool ReadBool(ondemand::value value, std::string_view where) {
  bool flag = false;
  if (value.get_bool().get(flag) != simdjson::SUCCESS) Expect(where, "true or false");
  return flag;
}

ondemand::object ReadObject(ondemand::value value, std::string_view where) {
  ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) Expect(where, "an object");
  return object;
}

std::string ReadRaw(ondemand::value value) {
  std::string_view text = simdjson::to_json_string(value).value();
  while (!text.empty() && text.back() <= ' ') text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> ReadStrings(ondemand::value value, std::string_view where) {
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) Expect(where, "an array of strings");
  std::vector<std::string> strings;
  for (ondemand::value element : array) strings.push_back(ReadString(element, where));
  return strings;
}

// Calls `visit(key, value)` for every field whose value is not null.
template <typename Visit>
void ForEachField(ondemand::object object, Visit visit) {
  for (auto field : object) {
    std::string_view key = field.unescaped_key();
    ondemand::value value = field.value();
    if (value.is_null()) continue;
    visit(key, value);
  }
}

// String values; other scalars keep their JSON text, because writers differ in what they quote.
Properties ReadProperties(ondemand::value value, std::string_view where) {
  Properties properties;
  ForEachField(ReadObject(value, where), [&](std::string_view key, ondemand::value entry) {
    bool is_string = entry.type().value() == ondemand::json_type::string;
    properties.emplace(key, is_string ? ReadString(entry, where) : ReadRaw(entry));
  });
  return properties;
}

Properties ReadRawProperties(ondemand::value value, std::string_view where) {
  Properties properties;
  ForEachField(ReadObject(value, where), [&](std::string_view key, ondemand::value entry) {
    properties.emplace(key, ReadRaw(entry));
  });
  return properties;
}

// An empty string means NULL as null does (protocol section "Partition Value Serialization").
PartitionValues ReadPartitionValues(ondemand::value value, std::string_view where) {
  PartitionValues values;
  for (auto field : ReadObject(value, where)) {
    std::string key(std::string_view(field.unescaped_key()));
    ondemand::value entry = field.value();
    std::optional<std::string> text;
    if (!entry.is_null()) text = ReadString(entry, where);
    if (text && text->empty()) text.reset();
    values.emplace(std::move(key), std::move(text));
  }
  return values;
}

std::string ReadPath(ondemand::value value, std::string_view where) {
  std::string path = DecodeDataPath(ReadString(value, where));
  if (path.empty()) Expect(where, "a path");
  return path;
}

template <typename T>
struct FieldReader {
  std::string_view key;
  void (*read)(T& into, ondemand::value value, std::string_view where);
  bool required = false;
};

// Reads `object` by the table `fields` and checks that the required ones were there.
template <typename T, size_t kCount>
T ReadFields(ondemand::object object, std::string_view action,
             const std::array<FieldReader<T>, kCount>& fields) {
  T result;
  std::array<bool, kCount> seen{};
  ForEachField(object, [&](std::string_view key, ondemand::value value) {
    for (size_t i = 0; i < kCount; ++i) {
      if (fields[i].key != key) continue;
      fields[i].read(result, value, fmt::format("\"{}.{}\"", action, key));
      seen[i] = true;
      return;
    }
  });
  for (size_t i = 0; i < kCount; ++i) {
    if (fields[i].required && !seen[i]) {
      Expect(fmt::format("\"{}\"", action), fmt::format("the field \"{}\"", fields[i].key));
    }
  }
  return result;
}

using Value = ondemand::value;
using Where = std::string_view;

constexpr std::array<FieldReader<Protocol>, 4> kProtocolFields{{
    {"minReaderVersion",
     [](Protocol& p, Value v, Where w) { p.min_reader_version = ReadInt(v, w); }, true},
    {"minWriterVersion",
     [](Protocol& p, Value v, Where w) { p.min_writer_version = ReadInt(v, w); }, true},
    {"readerFeatures",
     [](Protocol& p, Value v, Where w) { p.reader_features = ReadStrings(v, w); }},
    {"writerFeatures",
     [](Protocol& p, Value v, Where w) { p.writer_features = ReadStrings(v, w); }},
}};

void ReadFormat(Metadata&, Value value, Where where) {
  ForEachField(ReadObject(value, where), [&](std::string_view key, Value entry) {
    if (key != "provider" || ReadString(entry, where) == "parquet") return;
    throw base::Error(base::ErrorKind::kUnsupported, "delta.file_format",
                      "The table's data files are not Parquet, the one format Laguna reads.");
  });
}

constexpr std::array<FieldReader<Metadata>, 8> kMetadataFields{{
    {"id", [](Metadata& m, Value v, Where w) { m.id = ReadString(v, w); }, true},
    {"name", [](Metadata& m, Value v, Where w) { m.name = ReadString(v, w); }},
    {"description", [](Metadata& m, Value v, Where w) { m.description = ReadString(v, w); }},
    {"format", ReadFormat},
    // Old writers left it out for tables without columns.
    {"schemaString",
     [](Metadata& m, Value v, Where w) { m.schema = ParseSchema(ReadString(v, w)); }},
    {"partitionColumns",
     [](Metadata& m, Value v, Where w) { m.partition_columns = ReadStrings(v, w); }},
    {"configuration",
     [](Metadata& m, Value v, Where w) { m.configuration = ReadProperties(v, w); }},
    {"createdTime", [](Metadata& m, Value v, Where w) { m.created_time_ms = ReadLong(v, w); }},
}};

constexpr std::array<FieldReader<DeletionVectorDescriptor>, 5> kVectorFields{{
    {"storageType",
     [](DeletionVectorDescriptor& d, Value v, Where w) {
       std::string type = ReadString(v, w);
       if (type != "u" && type != "i" && type != "p") Expect(w, "\"u\", \"i\" or \"p\"");
       d.storage_type = type[0];
     },
     true},
    {"pathOrInlineDv",
     [](DeletionVectorDescriptor& d, Value v, Where w) { d.path_or_inline = ReadString(v, w); },
     true},
    {"offset", [](DeletionVectorDescriptor& d, Value v, Where w) { d.offset = ReadInt(v, w); }},
    {"sizeInBytes",
     [](DeletionVectorDescriptor& d, Value v, Where w) { d.size_bytes = ReadInt(v, w); }, true},
    {"cardinality",
     [](DeletionVectorDescriptor& d, Value v, Where w) { d.cardinality = ReadCount(v, w); }, true},
}};

DeletionVectorDescriptor ReadVector(Value value, Where where) {
  return ReadFields(ReadObject(value, where), "deletionVector", kVectorFields);
}

constexpr std::array<FieldReader<AddFile>, 11> kAddFields{{
    {"path", [](AddFile& a, Value v, Where w) { a.path = ReadPath(v, w); }, true},
    {"partitionValues",
     [](AddFile& a, Value v, Where w) { a.partition_values = ReadPartitionValues(v, w); }, true},
    {"size", [](AddFile& a, Value v, Where w) { a.size_bytes = ReadCount(v, w); }, true},
    {"modificationTime",
     [](AddFile& a, Value v, Where w) { a.modification_time_ms = ReadLong(v, w); }, true},
    {"dataChange", [](AddFile& a, Value v, Where w) { a.data_change = ReadBool(v, w); }},
    {"stats", [](AddFile& a, Value v, Where w) { a.statistics_json = ReadString(v, w); }},
    {"tags", [](AddFile& a, Value v, Where w) { a.tags = ReadProperties(v, w); }},
    {"deletionVector", [](AddFile& a, Value v, Where w) { a.deletion_vector = ReadVector(v, w); }},
    {"baseRowId", [](AddFile& a, Value v, Where w) { a.base_row_id = ReadLong(v, w); }},
    {"defaultRowCommitVersion",
     [](AddFile& a, Value v, Where w) { a.default_row_commit_version = ReadLong(v, w); }},
    {"clusteringProvider",
     [](AddFile& a, Value v, Where w) { a.clustering_provider = ReadString(v, w); }},
}};

constexpr std::array<FieldReader<RemoveFile>, 10> kRemoveFields{{
    {"path", [](RemoveFile& r, Value v, Where w) { r.path = ReadPath(v, w); }, true},
    {"deletionTimestamp",
     [](RemoveFile& r, Value v, Where w) { r.deletion_timestamp_ms = ReadLong(v, w); }},
    {"dataChange", [](RemoveFile& r, Value v, Where w) { r.data_change = ReadBool(v, w); }},
    {"extendedFileMetadata",
     [](RemoveFile& r, Value v, Where w) { r.extended_file_metadata = ReadBool(v, w); }},
    {"partitionValues",
     [](RemoveFile& r, Value v, Where w) { r.partition_values = ReadPartitionValues(v, w); }},
    {"size", [](RemoveFile& r, Value v, Where w) { r.size_bytes = ReadCount(v, w); }},
    {"tags", [](RemoveFile& r, Value v, Where w) { r.tags = ReadProperties(v, w); }},
    {"deletionVector",
     [](RemoveFile& r, Value v, Where w) { r.deletion_vector = ReadVector(v, w); }},
    {"baseRowId", [](RemoveFile& r, Value v, Where w) { r.base_row_id = ReadLong(v, w); }},
    {"defaultRowCommitVersion",
     [](RemoveFile& r, Value v, Where w) { r.default_row_commit_version = ReadLong(v, w); }},
}};

constexpr std::array<FieldReader<AddCdcFile>, 4> kCdcFields{{
    {"path", [](AddCdcFile& c, Value v, Where w) { c.path = ReadPath(v, w); }, true},
    {"partitionValues",
     [](AddCdcFile& c, Value v, Where w) { c.partition_values = ReadPartitionValues(v, w); }},
    {"size", [](AddCdcFile& c, Value v, Where w) { c.size_bytes = ReadCount(v, w); }},
    {"tags", [](AddCdcFile& c, Value v, Where w) { c.tags = ReadProperties(v, w); }},
}};

constexpr std::array<FieldReader<SetTransaction>, 3> kTransactionFields{{
    {"appId", [](SetTransaction& t, Value v, Where w) { t.app_id = ReadString(v, w); }, true},
    {"version", [](SetTransaction& t, Value v, Where w) { t.version = ReadLong(v, w); }, true},
    {"lastUpdated",
     [](SetTransaction& t, Value v, Where w) { t.last_updated_ms = ReadLong(v, w); }},
}};

constexpr std::array<FieldReader<DomainMetadata>, 3> kDomainFields{{
    {"domain", [](DomainMetadata& d, Value v, Where w) { d.domain = ReadString(v, w); }, true},
    {"configuration",
     [](DomainMetadata& d, Value v, Where w) { d.configuration = ReadString(v, w); }},
    {"removed", [](DomainMetadata& d, Value v, Where w) { d.removed = ReadBool(v, w); }, true},
}};

constexpr std::array<FieldReader<CheckpointMetadata>, 2> kCheckpointFields{{
    {"version", [](CheckpointMetadata& c, Value v, Where w) { c.version = ReadLong(v, w); }, true},
    {"tags", [](CheckpointMetadata& c, Value v, Where w) { c.tags = ReadProperties(v, w); }},
}};

constexpr std::array<FieldReader<Sidecar>, 4> kSidecarFields{{
    {"path", [](Sidecar& s, Value v, Where w) { s.path = ReadPath(v, w); }, true},
    {"sizeInBytes", [](Sidecar& s, Value v, Where w) { s.size_bytes = ReadCount(v, w); }, true},
    {"modificationTime",
     [](Sidecar& s, Value v, Where w) { s.modification_time_ms = ReadLong(v, w); }},
    {"tags", [](Sidecar& s, Value v, Where w) { s.tags = ReadProperties(v, w); }},
}};

// Provenance is for people: a field of an unexpected type is kept as text instead of refused.
bool ReadKnownInfo(CommitInfo& info, std::string_view key, Value value) {
  using Type = ondemand::json_type;
  Type type = value.type().value();
  auto text = [&](auto& into) {
    if (type != Type::string) return false;
    into = ReadString(value, key);
    return true;
  };
  auto integer = [&](std::optional<int64_t>& into) {
    int64_t number = 0;
    if (type != Type::number || value.get_int64().get(number) != simdjson::SUCCESS) return false;
    into = number;
    return true;
  };
  if (key == "timestamp") return integer(info.timestamp_ms);
  if (key == "inCommitTimestamp") return integer(info.in_commit_timestamp_ms);
  if (key == "readVersion") return integer(info.read_version);
  if (key == "operation") return text(info.operation);
  if (key == "isolationLevel") return text(info.isolation_level);
  if (key == "txnId") return text(info.txn_id);
  if (key == "engineInfo") return text(info.engine_info);
  if (key == "userMetadata") return text(info.user_metadata);
  if (key == "userName") return text(info.user_name);
  if (key == "isBlindAppend" && type == Type::boolean) {
    info.is_blind_append = ReadBool(value, key);
    return true;
  }
  if (type != Type::object) return false;
  if (key == "operationParameters") {
    info.operation_parameters = ReadRawProperties(value, key);
    return true;
  }
  if (key != "operationMetrics") return false;
  info.operation_metrics = ReadProperties(value, key);
  return true;
}

CommitInfo ReadCommitInfo(ondemand::object object) {
  CommitInfo info;
  ForEachField(object, [&](std::string_view key, Value value) {
    if (!ReadKnownInfo(info, key, value)) info.other.emplace(key, ReadRaw(value));
  });
  return info;
}

// The protocol's names of actions; what else stands in a commit is of the future.
constexpr std::array<std::string_view, 10> kActionNames{
    "add", "remove", "commitInfo", "protocol",           "metaData",
    "txn", "cdc",    "sidecar",    "checkpointMetadata", "domainMetadata"};

bool IsActionName(std::string_view name) {
  return std::find(kActionNames.begin(), kActionNames.end(), name) != kActionNames.end();
}

std::optional<Action> ReadAction(std::string_view name, ondemand::object object) {
  if (name == "add") return ReadFields(object, name, kAddFields);
  if (name == "remove") return ReadFields(object, name, kRemoveFields);
  if (name == "commitInfo") return ReadCommitInfo(object);
  if (name == "protocol") return ReadFields(object, name, kProtocolFields);
  if (name == "metaData") return ReadFields(object, name, kMetadataFields);
  if (name == "txn") return ReadFields(object, name, kTransactionFields);
  if (name == "domainMetadata") return ReadFields(object, name, kDomainFields);
  if (name == "cdc") return ReadFields(object, name, kCdcFields);
  if (name == "checkpointMetadata") return ReadFields(object, name, kCheckpointFields);
  if (name == "sidecar") return ReadFields(object, name, kSidecarFields);
  return std::nullopt;
}

[[noreturn]] void BrokenLine(std::string_view file, int line, std::string sentence) {
  throw base::Error(base::ErrorKind::kCorrupt, "delta.log_line",
                    fmt::format("{}, line {}: {}", file, line, sentence))
      .Hint("The log was damaged or written by a faulty program; restore the file from a backup.")
      .At({std::string(file), line, 0, 1, ""});
}

// Walks the lines of a commit. The buffer keeps simdjson's padding behind its end, so every line
// can be parsed where it stands.
class LineReader {
 public:
  LineReader(std::string bytes, std::string_view file) : bytes_(std::move(bytes)), file_(file) {
    size_ = bytes_.size();
    bytes_.resize(size_ + simdjson::SIMDJSON_PADDING);
  }

  // The next line that is not blank; nothing at the end.
  std::optional<std::string_view> Next() {
    while (position_ < size_) {
      size_t end = std::min(bytes_.find('\n', position_), size_);
      std::string_view line(bytes_.data() + position_, end - position_);
      position_ = end + 1;
      ++number_;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
    }
    return std::nullopt;
  }

  // The actions of one line: one by the protocol, but none when it is unknown.
  template <typename Take>
  void Parse(std::string_view line, Take take) {
    try {
      size_t room = bytes_.size() - static_cast<size_t>(line.data() - bytes_.data());
      ondemand::document document =
          parser_.iterate(simdjson::padded_string_view(line.data(), line.size(), room));
      ForEachField(document.get_object(), [&](std::string_view name, Value value) {
        if (!IsActionName(name)) return;
        ondemand::object object = ReadObject(value, fmt::format("\"{}\"", name));
        if (std::optional<Action> action = ReadAction(name, object)) take(std::move(*action));
      });
      const char* rest = nullptr;
      if (document.current_location().get(rest) == simdjson::SUCCESS) {
        Expect("the end of the line", "one JSON object alone");
      }
    } catch (const simdjson::simdjson_error& error) {
      BrokenLine(file_, number_, fmt::format("this is no JSON object ({}).", error.what()));
    } catch (const Mismatch& mismatch) {
      BrokenLine(file_, number_,
                 fmt::format("expected {} at {}.", mismatch.expected, mismatch.where));
    } catch (base::Error& error) {
      throw std::move(error).Within(fmt::format("{}, line {}", file_, number_));
    }
  }

 private:
  std::string bytes_;
  std::string file_;
  size_t size_ = 0;
  size_t position_ = 0;
  int number_ = 0;
  ondemand::parser parser_;
};

}  // namespace

std::vector<Action> ParseCommit(std::string bytes, std::string_view file) {
  std::vector<Action> actions;
  actions.reserve(static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1);
  LineReader lines(std::move(bytes), file);
  while (std::optional<std::string_view> line = lines.Next()) {
    lines.Parse(*line, [&](Action action) { actions.push_back(std::move(action)); });
  }
  return actions;
}

std::optional<CommitInfo> ParseCommitInfo(std::string bytes, std::string_view file) {
  std::optional<CommitInfo> info;
  LineReader lines(std::move(bytes), file);
  while (std::optional<std::string_view> line = lines.Next()) {
    if (line->find("\"commitInfo\"") == std::string_view::npos) continue;
    lines.Parse(*line, [&](Action action) {
      if (auto* found = std::get_if<CommitInfo>(&action)) info = std::move(*found);
    });
    if (info) return info;
  }
  return info;
}

}  // namespace laguna::delta
