// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/file_action_json.h"

#include <optional>
#include <utility>

#include "delta/data_path.h"

namespace laguna::delta {
namespace {

using Value = JsonValue;
using Place = JsonPlace;
using Draft = AddReader::Draft;

// An empty string means NULL as null does (protocol section "Partition Value Serialization").
template <typename Visit>
void ForEachPartitionValue(Value value, Place place, Visit visit) {
  for (auto field : ReadObject(value, place)) {
    std::string_view key = field.unescaped_key();
    Value entry = field.value();
    std::optional<std::string_view> text;
    if (!entry.is_null()) text = ReadText(entry, place);
    if (text && text->empty()) text.reset();
    visit(key, text);
  }
}

PartitionValues ReadPartitionValues(Value value, Place place) {
  PartitionValues values;
  ForEachPartitionValue(value, place, [&](std::string_view key, const auto& text) {
    values.emplace(key, text ? std::optional<std::string>(*text) : std::nullopt);
  });
  return values;
}

std::string ReadPath(Value value, Place place) {
  std::string path = DecodeDataPath(ReadText(value, place));
  if (path.empty()) ExpectJson(place, "a path");
  return path;
}

constexpr std::array<FieldReader<DeletionVectorDescriptor>, 5> kVectorFields{{
    {"storageType",
     [](DeletionVectorDescriptor& d, Value v, Place p) {
       std::string_view type = ReadText(v, p);
       if (type != "u" && type != "i" && type != "p") ExpectJson(p, "\"u\", \"i\" or \"p\"");
       d.storage_type = type[0];
     },
     true},
    {"pathOrInlineDv",
     [](DeletionVectorDescriptor& d, Value v, Place p) { d.path_or_inline = ReadString(v, p); },
     true},
    {"offset", [](DeletionVectorDescriptor& d, Value v, Place p) { d.offset = ReadInt(v, p); }},
    {"sizeInBytes",
     [](DeletionVectorDescriptor& d, Value v, Place p) { d.size_bytes = ReadInt(v, p); }, true},
    {"cardinality",
     [](DeletionVectorDescriptor& d, Value v, Place p) { d.cardinality = ReadCount(v, p); }, true},
}};

DeletionVectorDescriptor ReadVector(Value value, Place place) {
  return ReadFields(ReadObject(value, place), "deletionVector", kVectorFields);
}

// Most paths have nothing to decode.
void ReadRowPath(Draft& draft, Value value, Place place) {
  std::string_view path = ReadText(value, place);
  if (path.empty()) ExpectJson(place, "a path");
  draft.row.path = path;
  if (path.find('%') == std::string_view::npos) return;
  draft.path = DecodeDataPath(path);
  draft.row.path = draft.path;
}

// A name that stands twice counts once, as in a map.
void ReadRowPartitionValues(Draft& draft, Value value, Place place) {
  draft.partition_values.clear();
  ForEachPartitionValue(value, place, [&](std::string_view key, const auto& text) {
    for (const FileRow::PartitionValue& held : draft.partition_values) {
      if (held.name == key) return;
    }
    draft.partition_values.push_back({key, text});
  });
}

void ReadRowTags(Draft& draft, Value value, Place place) {
  draft.tags.clear();
  ForEachField(ReadObject(value, place), [&](std::string_view key, Value entry) {
    for (const FileRow::Tag& held : draft.tags) {
      if (held.key == key) return;
    }
    draft.tags.push_back({key, ReadProperty(entry, place)});
  });
}

constexpr std::array<FieldReader<Draft>, 11> kAddFields{{
    {"path", ReadRowPath, true},
    {"partitionValues", ReadRowPartitionValues, true},
    {"size", [](Draft& d, Value v, Place p) { d.row.size_bytes = ReadCount(v, p); }, true},
    {"modificationTime",
     [](Draft& d, Value v, Place p) { d.row.modification_time_ms = ReadLong(v, p); }, true},
    {"dataChange", [](Draft& d, Value v, Place p) { d.row.data_change = ReadBool(v, p); }},
    {"stats", [](Draft& d, Value v, Place p) { d.row.statistics_json = ReadText(v, p); }},
    {"tags", ReadRowTags},
    {"deletionVector",
     [](Draft& d, Value v, Place p) {
       d.vector = ReadVector(v, p);
       d.row.deletion_vector = &d.vector;
     }},
    {"baseRowId", [](Draft& d, Value v, Place p) { d.row.base_row_id = ReadLong(v, p); }},
    {"defaultRowCommitVersion",
     [](Draft& d, Value v, Place p) { d.row.default_row_commit_version = ReadLong(v, p); }},
    {"clusteringProvider",
     [](Draft& d, Value v, Place p) { d.row.clustering_provider = ReadText(v, p); }},
}};

constexpr std::array<FieldReader<RemoveFile>, 10> kRemoveFields{{
    {"path", [](RemoveFile& r, Value v, Place p) { r.path = ReadPath(v, p); }, true},
    {"deletionTimestamp",
     [](RemoveFile& r, Value v, Place p) { r.deletion_timestamp_ms = ReadLong(v, p); }},
    {"dataChange", [](RemoveFile& r, Value v, Place p) { r.data_change = ReadBool(v, p); }},
    {"extendedFileMetadata",
     [](RemoveFile& r, Value v, Place p) { r.extended_file_metadata = ReadBool(v, p); }},
    {"partitionValues",
     [](RemoveFile& r, Value v, Place p) { r.partition_values = ReadPartitionValues(v, p); }},
    {"size", [](RemoveFile& r, Value v, Place p) { r.size_bytes = ReadCount(v, p); }},
    {"tags", [](RemoveFile& r, Value v, Place p) { r.tags = ReadProperties(v, p); }},
    {"deletionVector",
     [](RemoveFile& r, Value v, Place p) { r.deletion_vector = ReadVector(v, p); }},
    {"baseRowId", [](RemoveFile& r, Value v, Place p) { r.base_row_id = ReadLong(v, p); }},
    {"defaultRowCommitVersion",
     [](RemoveFile& r, Value v, Place p) { r.default_row_commit_version = ReadLong(v, p); }},
}};

constexpr std::array<FieldReader<RemovedName>, 2> kRemovedNameFields{{
    {"path", [](RemovedName& r, Value v, Place p) { r.path = ReadPath(v, p); }, true},
    {"deletionVector",
     [](RemovedName& r, Value v, Place p) { r.deletion_vector_id = ReadVector(v, p).UniqueId(); }},
}};

constexpr std::array<FieldReader<AddCdcFile>, 4> kCdcFields{{
    {"path", [](AddCdcFile& c, Value v, Place p) { c.path = ReadPath(v, p); }, true},
    {"partitionValues",
     [](AddCdcFile& c, Value v, Place p) { c.partition_values = ReadPartitionValues(v, p); }},
    {"size", [](AddCdcFile& c, Value v, Place p) { c.size_bytes = ReadCount(v, p); }},
    {"tags", [](AddCdcFile& c, Value v, Place p) { c.tags = ReadProperties(v, p); }},
}};

constexpr std::array<FieldReader<Sidecar>, 4> kSidecarFields{{
    {"path", [](Sidecar& s, Value v, Place p) { s.path = ReadPath(v, p); }, true},
    {"sizeInBytes", [](Sidecar& s, Value v, Place p) { s.size_bytes = ReadCount(v, p); }, true},
    {"modificationTime",
     [](Sidecar& s, Value v, Place p) { s.modification_time_ms = ReadLong(v, p); }},
    {"tags", [](Sidecar& s, Value v, Place p) { s.tags = ReadProperties(v, p); }},
}};

}  // namespace

const FileRow& AddReader::Read(JsonObject object) {
  draft_.row = {};
  draft_.partition_values.clear();
  draft_.tags.clear();
  ReadFields(draft_, object, "add", kAddFields);
  draft_.row.partition_values = draft_.partition_values;
  draft_.row.tags = draft_.tags;
  return draft_.row;
}

AddFile OwnedFile(const FileRow& row) {
  AddFile file;
  file.path = row.path;
  for (const FileRow::PartitionValue& held : row.partition_values) {
    file.partition_values.emplace(
        held.name, held.value ? std::optional<std::string>(*held.value) : std::nullopt);
  }
  file.size_bytes = row.size_bytes;
  file.modification_time_ms = row.modification_time_ms;
  file.data_change = row.data_change;
  file.statistics_json = row.statistics_json;
  for (const FileRow::Tag& tag : row.tags) file.tags.emplace(tag.key, tag.value);
  if (row.deletion_vector != nullptr) file.deletion_vector = *row.deletion_vector;
  file.base_row_id = row.base_row_id;
  file.default_row_commit_version = row.default_row_commit_version;
  if (row.clustering_provider) file.clustering_provider = std::string(*row.clustering_provider);
  return file;
}

RemoveFile ReadRemove(JsonObject object) {
  return ReadFields(object, "remove", kRemoveFields);
}

AddCdcFile ReadCdc(JsonObject object) {
  return ReadFields(object, "cdc", kCdcFields);
}

Sidecar ReadSidecar(JsonObject object) {
  return ReadFields(object, "sidecar", kSidecarFields);
}

RemovedName ReadRemovedName(JsonObject object) {
  return ReadFields(object, "remove", kRemovedNameFields);
}

}  // namespace laguna::delta
