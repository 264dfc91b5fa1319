// SPDX-License-Identifier: Apache-2.0
#include "pipeline/view_record.h"

#include <fmt/format.h>

#include "base/json.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using base::Json;
using base::JsonView;

constexpr uint64_t kRecordBytesMax = 16 * 1024 * 1024;

std::string KeyOf(const std::string& table) {
  return fmt::format("_laguna/views/{}.json", TableKey(table));
}

Json ToJson(const TableVersion& version) {
  return Json{{"table", version.table}, {"id", version.id}, {"version", version.version}};
}

TableVersion FromJson(const JsonView& json) {
  return {json.Require("table").AsString(), json.Require("id").AsString(),
          json.Require("version").AsInteger()};
}

ViewRecord RecordOf(const JsonView& json) {
  ViewRecord record{json.Require("definition").AsString(),
                    json.Require("time_zone").AsString(),
                    FromJson(json.Require("view")),
                    {}};
  for (const JsonView& source : json.Require("sources").Elements()) {
    record.sources.push_back(FromJson(source));
  }
  return record;
}

}  // namespace

std::string ViewRecordText(const ViewRecord& record) {
  Json sources = Json::array();
  for (const TableVersion& source : record.sources) sources.push_back(ToJson(source));
  const Json json{{"definition", record.definition},
                  {"time_zone", record.time_zone},
                  {"view", ToJson(record.view)},
                  {"sources", sources}};
  return base::DumpJson(json, true);
}

std::optional<ViewRecord> ParseViewRecord(const std::string& text) {
  try {
    const Json json = base::ParseJson(text, "view record", ErrorKind::kCorrupt);
    return RecordOf(JsonView(json, "view record", ErrorKind::kCorrupt));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCorrupt) throw;
    return std::nullopt;
  }
}

std::optional<ViewRecord> ReadViewRecord(io::ObjectStore& store, const std::string& table) {
  try {
    return ParseViewRecord(io::ReadAll(store, KeyOf(table), kRecordBytesMax));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound || error.kind() == ErrorKind::kExhausted) {
      return std::nullopt;
    }
    throw;
  }
}

void WriteViewRecord(io::ObjectStore& store, const ViewRecord& record) {
  store.Put(KeyOf(record.view.table), ViewRecordText(record));
}

}  // namespace laguna::pipeline
