// SPDX-License-Identifier: Apache-2.0
#include "ingest/offset_entry.h"

#include <fmt/format.h>

#include "base/json.h"
#include "ingest/stream_object.h"

namespace laguna::ingest {
namespace {

using base::Json;
using base::JsonView;

// Of this format; a later program may write another.
constexpr int64_t kFormat = 1;
constexpr size_t kBytesMax = size_t{256} << 20;

Json ToJson(const FileRecord& file) {
  Json json = Json::object();
  json["path"] = file.path;
  json["size"] = file.size_bytes;
  json["modified_ms"] = file.modified_ms;
  if (!file.etag.empty()) json["etag"] = file.etag;
  if (!file.content_hash.empty()) json["hash"] = file.content_hash;
  return json;
}

Json ToJson(const std::vector<FileRecord>& files) {
  Json json = Json::array();
  for (const FileRecord& file : files) json.push_back(ToJson(file));
  return json;
}

Json ToJson(const SourceRange& range) {
  Json json = Json::object();
  if (const auto* table = std::get_if<TableRange>(&range)) {
    json["table"] = table->table;
    json["table_id"] = table->table_id;
    json["from"] = table->from;
    json["to"] = table->to;
    if (!table->commit_hash.empty()) json["commit_hash"] = table->commit_hash;
    return json;
  }
  const auto& files = std::get<FileRange>(range);
  json["files"] = ToJson(files.files);
  if (!files.restamped.empty()) json["restamped"] = ToJson(files.restamped);
  return json;
}

int64_t AtLeast(const JsonView& view, int64_t min) {
  const int64_t number = view.AsInteger();
  if (number < min) throw view.Problem(fmt::format("has to be {} or more", min));
  return number;
}

FileRecord FileFrom(const JsonView& view) {
  const std::vector<std::string> names = {"path", "size", "modified_ms", "etag", "hash"};
  view.RefuseUnknown(names);
  FileRecord file;
  file.path = view.Require("path").AsString();
  if (file.path.empty()) throw view.Problem("names no file");
  file.size_bytes = AtLeast(view.Require("size"), 0);
  file.modified_ms = view.Require("modified_ms").AsInteger();
  if (const auto etag = view.Find("etag")) file.etag = etag->AsString();
  if (const auto hash = view.Find("hash")) file.content_hash = hash->AsString();
  return file;
}

std::vector<FileRecord> FilesFrom(const JsonView& view) {
  std::vector<FileRecord> files;
  for (const JsonView& file : view.Elements()) files.push_back(FileFrom(file));
  return files;
}

SourceRange RangeFrom(const JsonView& view) {
  if (const auto files = view.Find("files")) {
    const std::vector<std::string> names = {"files", "restamped"};
    view.RefuseUnknown(names);
    FileRange range;
    range.files = FilesFrom(*files);
    if (const auto restamped = view.Find("restamped")) range.restamped = FilesFrom(*restamped);
    return range;
  }
  const std::vector<std::string> names = {"table", "table_id", "from", "to", "commit_hash"};
  view.RefuseUnknown(names);
  TableRange range;
  range.table = view.Require("table").AsString();
  range.table_id = view.Require("table_id").AsString();
  range.from = AtLeast(view.Require("from"), -1);
  range.to = AtLeast(view.Require("to"), range.from);
  if (const auto hash = view.Find("commit_hash")) range.commit_hash = hash->AsString();
  return range;
}

}  // namespace

bool IsSameObject(const FileRecord& one, const FileRecord& other) {
  return one.path == other.path && one.size_bytes == other.size_bytes &&
         one.modified_ms == other.modified_ms && one.etag == other.etag;
}

std::string ToText(const OffsetEntry& entry) {
  Json json = Json::object();
  json["format"] = kFormat;
  json["batch"] = entry.batch;
  if (entry.replaces) json["replaces"] = *entry.replaces;
  if (!entry.definition.empty()) json["definition"] = entry.definition;
  json["sources"] = Json::array();
  for (const SourceRange& range : entry.sources) json["sources"].push_back(ToJson(range));
  return base::DumpJson(json) + "\n";
}

OffsetEntry ParseOffsetEntry(std::string_view text, const std::string& file, int64_t batch) {
  const base::JsonLimits limits{.bytes_max = kBytesMax};
  const Json json = base::ParseJson(text, file, base::ErrorKind::kCorrupt, limits);
  const JsonView view(json, file, base::ErrorKind::kCorrupt);
  const int64_t format = view.Require("format").AsInteger();
  if (format != kFormat) throw NewerFormat(file, format, kFormat);
  const std::vector<std::string> names = {"format", "batch", "replaces", "definition", "sources"};
  view.RefuseUnknown(names);
  OffsetEntry entry;
  entry.batch = AtLeast(view.Require("batch"), 0);
  if (entry.batch != batch) throw view.Problem(fmt::format("is batch {}", entry.batch));
  if (const auto replaces = view.Find("replaces")) {
    entry.replaces = AtLeast(*replaces, 0);
    if (*entry.replaces >= batch) throw replaces->Problem("has to be an earlier batch");
  }
  if (const auto definition = view.Find("definition")) entry.definition = definition->AsString();
  for (const JsonView& range : view.Require("sources").Elements()) {
    entry.sources.push_back(RangeFrom(range));
  }
  if (entry.sources.empty()) throw view.Problem("has no sources");
  return entry;
}

}  // namespace laguna::ingest
