// SPDX-License-Identifier: Apache-2.0
// Reading: one pass over each line with simdjson's On-Demand parser. A table for each action says
// which field goes where (json_fields.h). The buffer of the whole file is walked line by line, so
// that an error can name its line.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "delta/codec/action_json.h"
#include "delta/codec/file_action_json.h"
#include "delta/codec/json_fields.h"
#include "delta/codec/schema_json.h"
#include "delta/column_mapping.h"

namespace laguna::delta {
namespace {

using Value = JsonValue;
using Place = JsonPlace;

constexpr std::array<FieldReader<Protocol>, 4> kProtocolFields{{
    {"minReaderVersion",
     [](Protocol& into, Value v, Place p) { into.min_reader_version = ReadInt(v, p); }, true},
    {"minWriterVersion",
     [](Protocol& into, Value v, Place p) { into.min_writer_version = ReadInt(v, p); }, true},
    {"readerFeatures",
     [](Protocol& into, Value v, Place p) { into.reader_features = ReadStrings(v, p); }},
    {"writerFeatures",
     [](Protocol& into, Value v, Place p) { into.writer_features = ReadStrings(v, p); }},
}};

void ReadFormat(Metadata&, Value value, Place place) {
  ForEachField(ReadObject(value, place), [&](std::string_view key, Value entry) {
    if (key != "provider" || ReadString(entry, place) == "parquet") return;
    throw base::Error(base::ErrorKind::kUnsupported, "delta.file_format",
                      "The table's data files are not Parquet, the one format Laguna reads.");
  });
}

constexpr std::array<FieldReader<Metadata>, 8> kMetadataFields{{
    {"id", [](Metadata& m, Value v, Place p) { m.id = ReadString(v, p); }, true},
    {"name", [](Metadata& m, Value v, Place p) { m.name = ReadString(v, p); }},
    {"description", [](Metadata& m, Value v, Place p) { m.description = ReadString(v, p); }},
    {"format", ReadFormat},
    // Old writers left it out for tables without columns.
    {"schemaString",
     [](Metadata& m, Value v, Place p) { m.schema = ParseSchema(ReadString(v, p)); }},
    {"partitionColumns",
     [](Metadata& m, Value v, Place p) { m.partition_columns = ReadStrings(v, p); }},
    {"configuration",
     [](Metadata& m, Value v, Place p) { m.configuration = ReadProperties(v, p); }},
    {"createdTime", [](Metadata& m, Value v, Place p) { m.created_time_ms = ReadLong(v, p); }},
}};

constexpr std::array<FieldReader<SetTransaction>, 3> kTransactionFields{{
    {"appId", [](SetTransaction& t, Value v, Place p) { t.app_id = ReadString(v, p); }, true},
    {"version", [](SetTransaction& t, Value v, Place p) { t.version = ReadLong(v, p); }, true},
    {"lastUpdated",
     [](SetTransaction& t, Value v, Place p) { t.last_updated_ms = ReadLong(v, p); }},
}};

constexpr std::array<FieldReader<DomainMetadata>, 3> kDomainFields{{
    {"domain", [](DomainMetadata& d, Value v, Place p) { d.domain = ReadString(v, p); }, true},
    {"configuration",
     [](DomainMetadata& d, Value v, Place p) { d.configuration = ReadString(v, p); }},
    {"removed", [](DomainMetadata& d, Value v, Place p) { d.removed = ReadBool(v, p); }, true},
}};

constexpr std::array<FieldReader<CheckpointMetadata>, 2> kCheckpointFields{{
    {"version", [](CheckpointMetadata& c, Value v, Place p) { c.version = ReadLong(v, p); }, true},
    {"tags", [](CheckpointMetadata& c, Value v, Place p) { c.tags = ReadProperties(v, p); }},
}};

// Provenance is for people: a field of an unexpected type is kept as text instead of refused.
bool ReadKnownInfo(CommitInfo& info, std::string_view key, Value value) {
  using Type = simdjson::ondemand::json_type;
  Type type = value.type().value();
  Place place{"commitInfo", key};
  auto text = [&](auto& into) {
    if (type != Type::string) return false;
    into = ReadString(value, place);
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
    info.is_blind_append = ReadBool(value, place);
    return true;
  }
  if (type != Type::object) return false;
  if (key == "operationParameters") {
    info.operation_parameters = ReadRawProperties(value, place);
    return true;
  }
  if (key != "operationMetrics") return false;
  info.operation_metrics = ReadProperties(value, place);
  return true;
}

CommitInfo ReadCommitInfo(JsonObject object) {
  CommitInfo info;
  ForEachField(object, [&](std::string_view key, Value value) {
    if (!ReadKnownInfo(info, key, value)) info.other.emplace(key, ReadRaw(value));
  });
  return info;
}

Metadata ReadMetadata(JsonObject object) {
  Metadata metadata = ReadFields(object, "metaData", kMetadataFields);
  DropUnusedMapping(metadata);
  return metadata;
}

// The protocol's names of actions; what else stands in a commit is of the future.
constexpr std::array<std::string_view, 10> kActionNames{
    "add", "remove", "commitInfo", "protocol",           "metaData",
    "txn", "cdc",    "sidecar",    "checkpointMetadata", "domainMetadata"};

bool IsActionName(std::string_view name) {
  return std::find(kActionNames.begin(), kActionNames.end(), name) != kActionNames.end();
}

// Of every kind but files of the table.
std::optional<Action> ReadAction(std::string_view name, JsonObject object) {
  if (name == "commitInfo") return ReadCommitInfo(object);
  if (name == "protocol") return ReadFields(object, name, kProtocolFields);
  if (name == "metaData") return ReadMetadata(object);
  if (name == "txn") return ReadFields(object, name, kTransactionFields);
  if (name == "domainMetadata") return ReadFields(object, name, kDomainFields);
  if (name == "cdc") return ReadCdc(object);
  if (name == "checkpointMetadata") return ReadFields(object, name, kCheckpointFields);
  if (name == "sidecar") return ReadSidecar(object);
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

  // Hands the actions of one line to `receiver`: one by the protocol, but none when it is unknown.
  template <typename Receiver>
  void Parse(std::string_view line, Receiver& receiver) {
    try {
      size_t room = bytes_.size() - static_cast<size_t>(line.data() - bytes_.data());
      simdjson::ondemand::document document =
          parser_.iterate(simdjson::padded_string_view(line.data(), line.size(), room));
      ForEachField(document.get_object(), [&](std::string_view name, Value value) {
        if (IsActionName(name)) Hand(name, ReadObject(value, {name}), receiver);
      });
      const char* rest = nullptr;
      if (document.current_location().get(rest) == simdjson::SUCCESS) {
        throw JsonMismatch{"the end of the line", "one JSON object alone"};
      }
    } catch (const simdjson::simdjson_error& error) {
      BrokenLine(file_, number_, fmt::format("this is no JSON object ({}).", error.what()));
    } catch (const JsonMismatch& mismatch) {
      BrokenLine(file_, number_,
                 fmt::format("expected {} at {}.", mismatch.expected, mismatch.where));
    } catch (base::Error& error) {
      throw std::move(error).Within(fmt::format("{}, line {}", file_, number_));
    }
  }

 private:
  template <typename Receiver>
  void Hand(std::string_view name, JsonObject object, Receiver& receiver) {
    if (name == "add") {
      receiver.Add(adds_.Read(object));
    } else if (name == "remove") {
      receiver.Remove(object);
    } else if (std::optional<Action> action = ReadAction(name, object)) {
      receiver.Take(std::move(*action));
    }
  }

  std::string bytes_;
  std::string file_;
  size_t size_ = 0;
  size_t position_ = 0;
  int number_ = 0;
  simdjson::ondemand::parser parser_;
  AddReader adds_;
};

struct ActionList {
  void Add(const FileRow& file) { actions.emplace_back(OwnedFile(file)); }
  void Remove(JsonObject object) { actions.emplace_back(ReadRemove(object)); }
  void Take(Action action) { actions.push_back(std::move(action)); }
  std::vector<Action> actions;
};

struct SinkFeed {
  void Add(const FileRow& file) { sink.Add(file); }
  void Remove(JsonObject object) {
    RemovedName removed = ReadRemovedName(object);
    sink.Remove(removed.path, removed.deletion_vector_id);
  }
  void Take(Action action) { sink.Take(std::move(action)); }
  CommitSink& sink;
};

struct InfoOnly {
  void Add(const FileRow&) {}
  void Remove(JsonObject) {}
  void Take(Action action) {
    if (auto* found = std::get_if<CommitInfo>(&action)) info = std::move(*found);
  }
  std::optional<CommitInfo> info;
};

}  // namespace

std::vector<Action> ParseCommit(std::string bytes, std::string_view file) {
  ActionList list;
  list.actions.reserve(static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1);
  LineReader lines(std::move(bytes), file);
  while (std::optional<std::string_view> line = lines.Next()) lines.Parse(*line, list);
  return std::move(list.actions);
}

void ParseCommit(std::string bytes, std::string_view file, CommitSink& sink) {
  SinkFeed feed{sink};
  LineReader lines(std::move(bytes), file);
  while (std::optional<std::string_view> line = lines.Next()) lines.Parse(*line, feed);
}

std::optional<CommitInfo> ParseCommitInfo(std::string bytes, std::string_view file) {
  InfoOnly only;
  LineReader lines(std::move(bytes), file);
  while (std::optional<std::string_view> line = lines.Next()) {
    if (line->find("\"commitInfo\"") == std::string_view::npos) continue;
    lines.Parse(*line, only);
    if (only.info) return std::move(only.info);
  }
  return std::nullopt;
}

}  // namespace laguna::delta
