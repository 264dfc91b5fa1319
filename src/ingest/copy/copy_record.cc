// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/iso_time.h"
#include "base/json.h"
#include "ingest/stable_hash.h"

namespace laguna::ingest {
namespace {

using base::ErrorKind;
using base::Json;
using base::JsonView;

// Readers refuse what they do not know.
constexpr int64_t kFormat = 1;
constexpr base::JsonLimits kLimits{.bytes_max = size_t{256} << 20};

uint64_t BytesOf(const JsonView& view) {
  const int64_t bytes = view.AsInteger();
  if (bytes < 0) throw view.Problem("is negative");
  return static_cast<uint64_t>(bytes);
}

std::optional<std::string> TextOf(const JsonView& view, std::string_view name) {
  const auto member = view.Find(name);
  return member ? std::optional(member->AsString()) : std::nullopt;
}

std::optional<FileStamp> FindStamp(const JsonView& view, std::string_view name) {
  const auto member = view.Find(name);
  return member ? std::optional(StampFromJson(*member)) : std::nullopt;
}

int64_t TimeOf(const JsonView& view) {
  const auto time_ms = base::ParseIsoMs(view.AsString());
  if (!time_ms) throw view.Problem("is no point in time");
  return *time_ms;
}

Json PlannedToJson(const PlannedFile& file) {
  Json json{{"key", file.key}};
  if (!file.from.empty()) json["from"] = file.from;
  if (file.source) json["source"] = StampToJson(*file.source);
  if (file.replaced) json["replaced"] = StampToJson(*file.replaced);
  if (file.rows) json["rows"] = *file.rows;
  if (!file.fingerprint.empty()) json["fingerprint"] = file.fingerprint;
  return json;
}

PlannedFile PlannedFromJson(const JsonView& view) {
  PlannedFile file;
  file.key = view.Require("key").AsString();
  file.from = TextOf(view, "from").value_or("");
  file.source = FindStamp(view, "source");
  file.replaced = FindStamp(view, "replaced");
  if (const auto rows = view.Find("rows")) file.rows = rows->AsInteger();
  file.fingerprint = TextOf(view, "fingerprint").value_or("");
  return file;
}

Json CursorToJson(const CursorState& cursor) {
  Json json{{"type", cursor.type}};
  if (cursor.from) json["from"] = *cursor.from;
  if (cursor.to) json["to"] = *cursor.to;
  if (cursor.window_from) json["window_from"] = *cursor.window_from;
  json["window"] = cursor.window;
  json["rows_without_cursor"] = cursor.rows_without_cursor;
  return json;
}

CursorState CursorFromJson(const JsonView& view) {
  CursorState cursor;
  cursor.type = view.Require("type").AsString();
  cursor.from = TextOf(view, "from");
  cursor.to = TextOf(view, "to");
  cursor.window_from = TextOf(view, "window_from");
  cursor.window = view.Require("window").AsString();
  cursor.rows_without_cursor = view.Require("rows_without_cursor").AsInteger();
  return cursor;
}

void CheckFormat(const JsonView& view) {
  const JsonView format = view.Require("format");
  if (format.AsInteger() != kFormat) throw format.Problem("is of a newer version of this program");
}

}  // namespace

Json StampToJson(const FileStamp& stamp) {
  return Json{{"bytes", stamp.bytes}, {"modified_ms", stamp.modified_ms}, {"etag", stamp.etag}};
}

FileStamp StampFromJson(const JsonView& view) {
  return {.bytes = BytesOf(view.Require("bytes")),
          .modified_ms = view.Require("modified_ms").AsInteger(),
          .etag = view.Require("etag").AsString()};
}

// A NUL byte keeps the parts apart. A collision is found when the record is read.
std::string CopyIdOf(const CopyIdentity& identity) {
  std::string parts;
  for (const std::string* part : {&identity.from, &identity.to, &identity.mode, &identity.cursor}) {
    parts.append(*part).push_back('\0');
  }
  return StableHash(parts);
}

FileStamp StampOf(const io::ObjectInfo& info) {
  return {.bytes = info.size_bytes, .modified_ms = info.modified_ms, .etag = info.etag};
}

std::string IntentToJson(const CopyIntent& intent) {
  Json files = Json::array();
  for (const PlannedFile& file : intent.files) files.push_back(PlannedToJson(file));
  Json json{{"format", kFormat},
            {"from", intent.copy.from},
            {"to", intent.copy.to},
            {"mode", intent.copy.mode},
            {"cursor_column", intent.copy.cursor},
            {"started", base::FormatIsoMs(intent.started_ms)},
            {"writer", intent.writer},
            {"files", std::move(files)}};
  if (intent.cursor) json["cursor"] = CursorToJson(*intent.cursor);
  return base::DumpJson(json, true);
}

CopyIntent IntentFromJson(std::string_view text, const std::string& file) {
  const Json json = base::ParseJson(text, file, ErrorKind::kCorrupt, kLimits);
  const JsonView view(json, file, ErrorKind::kCorrupt);
  CheckFormat(view);
  CopyIntent intent;
  intent.copy = {.from = view.Require("from").AsString(),
                 .to = view.Require("to").AsString(),
                 .mode = view.Require("mode").AsString(),
                 .cursor = view.Require("cursor_column").AsString()};
  intent.started_ms = TimeOf(view.Require("started"));
  intent.writer = view.Require("writer").AsString();
  for (const JsonView& planned : view.Require("files").Elements()) {
    intent.files.push_back(PlannedFromJson(planned));
  }
  if (const auto cursor = view.Find("cursor")) intent.cursor = CursorFromJson(*cursor);
  return intent;
}

std::string OutcomeToJson(const CopyOutcome& outcome) {
  Json files = Json::array();
  for (const FinishedFile& file : outcome.files) {
    files.push_back(Json{{"key", file.key}, {"target", StampToJson(file.target)}});
  }
  return base::DumpJson(Json{{"format", kFormat},
                             {"finished", base::FormatIsoMs(outcome.finished_ms)},
                             {"recovered", outcome.recovered},
                             {"files", std::move(files)}},
                        true);
}

CopyOutcome OutcomeFromJson(std::string_view text, const std::string& file) {
  const Json json = base::ParseJson(text, file, ErrorKind::kCorrupt, kLimits);
  const JsonView view(json, file, ErrorKind::kCorrupt);
  CheckFormat(view);
  CopyOutcome outcome;
  outcome.finished_ms = TimeOf(view.Require("finished"));
  outcome.recovered = view.Require("recovered").AsBoolean();
  for (const JsonView& finished : view.Require("files").Elements()) {
    outcome.files.push_back({.key = finished.Require("key").AsString(),
                             .target = StampFromJson(finished.Require("target"))});
  }
  return outcome;
}

std::string RunFileName(std::string_view stem, int64_t started_ms, int64_t number,
                        std::string_view copy_id, std::string_view format) {
  // "2013-01-01T00:00:00.000Z" without its fraction and marks.
  std::string time = base::FormatIsoMs(started_ms).substr(0, 19);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("{}_{}Z_{}_{}.{}", stem, time, number, copy_id, format);
}

}  // namespace laguna::ingest
