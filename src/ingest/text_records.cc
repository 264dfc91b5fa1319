// SPDX-License-Identifier: Apache-2.0
#include "ingest/text_records.h"

#include <fmt/format.h>

#include "base/json.h"
#include "engine/sql_text.h"

namespace laguna::ingest {
namespace {

std::string RecordsText(const base::Json& settings, const std::vector<std::string>& paths) {
  std::string list;
  for (const std::string& path : paths) {
    list += (list.empty() ? "" : ", ") + engine::QuotedText(path);
  }
  return fmt::format("{}({}, [{}])", kTextRecordsFunction,
                     engine::QuotedText(base::DumpJson(settings)), list);
}

}  // namespace

std::string CsvRecordsText(const std::vector<std::string>& paths, const CsvDialect& dialect,
                           size_t columns) {
  base::Json settings = base::Json::object();
  settings["dialect"] = ToJson(dialect);
  settings["columns"] = columns;
  return RecordsText(settings, paths);
}

std::string JsonRecordsText(const std::vector<std::string>& paths) {
  return RecordsText(base::Json::object(), paths);
}

}  // namespace laguna::ingest
