// SPDX-License-Identifier: Apache-2.0
#include "ingest/pinned_source.h"

#include <fmt/format.h>

#include "ingest/decode/type_name.h"
#include "ingest/stream_object.h"

namespace laguna::ingest {
namespace {

using base::Json;
using base::JsonView;

constexpr int64_t kFormat = 1;

Json ToJson(const ColumnList& columns) {
  Json json = Json::array();
  for (const SourceColumn& column : columns) {
    json.push_back(Json::object({{"name", column.name}, {"type", column.type}}));
  }
  return json;
}

FileFormat FormatFrom(const JsonView& view) {
  for (const FileFormat format : {FileFormat::kCsv, FileFormat::kParquet, FileFormat::kJson}) {
    if (view.AsString() == NameOf(format)) return format;
  }
  throw view.Problem("is no format of files");
}

// It will stand in SQL text.
std::string TypeFrom(const JsonView& view) {
  try {
    return CanonicalType(view.AsString());
  } catch (const base::Error&) {
    throw view.Problem("names no type");
  }
}

PinnedFiles FilesFrom(const JsonView& view) {
  const std::vector<std::string> names = {"format", "dialect", "columns", "filename",
                                          "rescued_data_column"};
  view.RefuseUnknown(names);
  PinnedFiles files;
  files.format = FormatFrom(view.Require("format"));
  files.dialect = DialectFromJson(view.Require("dialect"));
  for (const JsonView& column : view.Require("columns").Elements()) {
    files.columns.push_back({column.Require("name").AsString(), TypeFrom(column.Require("type"))});
  }
  if (files.columns.empty()) throw view.Problem("has no columns");
  files.filename = view.Require("filename").AsBoolean();
  files.rescued_data_column = view.Require("rescued_data_column").AsString();
  return files;
}

}  // namespace

ColumnList ColumnsOf(const PinnedFiles& files) {
  ColumnList columns = files.columns;
  if (files.filename) columns.push_back({"filename", "VARCHAR"});
  if (!files.rescued_data_column.empty()) columns.push_back({files.rescued_data_column, "VARCHAR"});
  return columns;
}

std::string ToText(const PinnedSource& source) {
  Json json = Json::object();
  json["format"] = kFormat;
  if (!source.files) {
    json["table"] = source.table;
    return base::DumpJson(json, true) + "\n";
  }
  json["patterns"] = source.patterns;
  json["options"] = source.options;
  Json files = Json::object();
  files["format"] = NameOf(source.files->format);
  files["dialect"] = ToJson(source.files->dialect);
  files["columns"] = ToJson(source.files->columns);
  files["filename"] = source.files->filename;
  files["rescued_data_column"] = source.files->rescued_data_column;
  json["files"] = std::move(files);
  return base::DumpJson(json, true) + "\n";
}

PinnedSource ParsePinnedSource(std::string_view text, const std::string& file) {
  const Json json = base::ParseJson(text, file, base::ErrorKind::kCorrupt);
  const JsonView view(json, file, base::ErrorKind::kCorrupt);
  const int64_t format = view.Require("format").AsInteger();
  if (format != kFormat) throw NewerFormat(file, format, kFormat);
  const std::vector<std::string> names = {"format", "table", "patterns", "options", "files"};
  view.RefuseUnknown(names);
  PinnedSource source;
  if (const auto table = view.Find("table")) {
    source.table = table->AsString();
    return source;
  }
  for (const JsonView& pattern : view.Require("patterns").Elements()) {
    source.patterns.push_back(pattern.AsString());
  }
  source.options = view.Require("options").value();
  source.files = FilesFrom(view.Require("files"));
  return source;
}

}  // namespace laguna::ingest
