// SPDX-License-Identifier: Apache-2.0
#include "ingest/json_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/sql_text.h"
#include "ingest/batch_plan.h"

namespace laguna::ingest {
namespace {

using engine::QuotedName;
using engine::QuotedText;

constexpr const char* kPathColumn = "__laguna_path";
constexpr size_t kFilesToLookAt = 10;

std::string ListText(const FileReach& reach, const std::vector<FileRecord>& files) {
  std::string list;
  for (const FileRecord& file : files) {
    if (file.size_bytes == 0) continue;
    list += list.empty() ? "" : ", ";
    list += reach.PatternText(file.path);
  }
  return "[" + list + "]";
}

bool IsScalar(const std::string& type) {
  return type.find('(') == std::string::npos && type.find('[') == std::string::npos &&
         type != "JSON" && type != "MAP";
}

bool IsInteger(const std::string& type) {
  constexpr std::array<std::string_view, 5> kTypes = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT",
                                                      "HUGEINT"};
  return std::ranges::find(kTypes, type) != kTypes.end();
}

// Rows (path, line, fields): a line and the texts of its pinned keys, NULL unless it is an object.
std::string LinesText(const FileReach& reach, const std::vector<FileRecord>& files,
                      const PinnedFiles& pinned, const std::string& reader_options) {
  base::Json structure = base::Json::object();
  for (const SourceColumn& column : pinned.columns) structure[column.name] = "VARCHAR";
  // No JSON has a byte 1 in it.
  const std::string lines = fmt::format(
      "read_csv({}, columns={{'line': 'VARCHAR'}}, auto_detect=false, header=false, "
      "delim=chr(1), quote='', escape='', hive_partitioning=false, filename='{}'{})",
      ListText(reach, files), kPathColumn, reader_options);
  return fmt::format(
      "(SELECT {0} AS path, line, CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN "
      "json_transform(line, {1}) END AS fields FROM {2} WHERE trim(line) <> '')",
      PathText(reach, kPathColumn), QuotedText(base::DumpJson(structure)), lines);
}

std::string FieldText(const SourceColumn& column) {
  return "fields." + QuotedName(column.name);
}

// Whether the column's value does not go into its type.
std::string MisfitText(const SourceColumn& column) {
  const std::string field = FieldText(column);
  std::string misfit =
      fmt::format("{} IS NOT NULL AND (TRY_CAST({} AS {}) IS NULL", field, field, column.type);
  // A text with a fraction would be rounded.
  if (IsInteger(column.type)) misfit += fmt::format(" OR contains({}, '.')", field);
  return misfit + ")";
}

// Keys beyond the pinned ones.
std::string ExtraKeysText(const PinnedFiles& pinned) {
  std::string names;
  for (const SourceColumn& column : pinned.columns) {
    names += (names.empty() ? "" : ", ") + QuotedText(column.name);
  }
  return fmt::format("list_filter(json_keys(line), lambda k: NOT list_contains([{}], k))", names);
}

std::string RescuedText(const PinnedFiles& pinned) {
  const std::string keys = ExtraKeysText(pinned);
  const std::string pair =
      "CAST(to_json(k) AS VARCHAR) || ':' || CAST(to_json(json_extract_string(line, '/' || "
      "replace(replace(k, '~', '~0'), '/', '~1'))) AS VARCHAR)";
  return fmt::format(
      "CASE WHEN len({0}) > 0 THEN '{{' || array_to_string(list_transform({0}, lambda k: {1}), "
      "',') || ',\"_file\":' || CAST(to_json(path) AS VARCHAR) || '}}' END",
      keys, pair);
}

struct Misfit {
  std::string condition;
  // SQL texts.
  std::string column;
  std::string reason;
};

std::vector<Misfit> Misfits(const PinnedFiles& pinned) {
  std::vector<Misfit> misfits = {
      {"fields IS NULL", "NULL", QuotedText("The line is no JSON object.")}};
  for (const SourceColumn& column : pinned.columns) {
    if (column.type == "VARCHAR") continue;
    misfits.push_back(
        {MisfitText(column), QuotedText(column.name),
         fmt::format("'The value \"' || {} || '\" is no {}.'", FieldText(column), column.type)});
  }
  if (pinned.rescued_data_column.empty()) {
    misfits.push_back({fmt::format("len({}) > 0", ExtraKeysText(pinned)), "NULL",
                       QuotedText("The object has keys that the objects before it did not have.")});
  }
  return misfits;
}

}  // namespace

ColumnList JsonColumns(const RunText& run, const FileReach& reach,
                       const std::vector<FileRecord>& files) {
  std::vector<FileRecord> chosen;
  for (const size_t place : SpacedPlaces(files.size(), kFilesToLookAt)) {
    chosen.push_back(files[place]);
  }
  const std::string sql = fmt::format(
      "DESCRIBE SELECT * FROM read_json({}, format='newline_delimited', records=true, "
      "union_by_name=true, ignore_errors=true, hive_partitioning=false)",
      ListText(reach, chosen));
  ColumnList columns;
  for (const engine::ValueList& row : run(sql)) {
    const std::string type = row.at(1).ToText();
    columns.push_back({row.at(0).ToText(), IsScalar(type) ? type : "VARCHAR"});
  }
  return columns;
}

std::string JsonQuery(const FileReach& reach, const std::vector<FileRecord>& files,
                      const PinnedFiles& pinned, const std::optional<RejectTables>& rejects) {
  std::string select;
  for (const SourceColumn& column : pinned.columns) {
    const std::string field = FieldText(column);
    select += fmt::format(
        "{}{} AS {}", select.empty() ? "" : ", ",
        column.type == "VARCHAR" ? field : fmt::format("CAST({} AS {})", field, column.type),
        QuotedName(column.name));
  }
  if (pinned.filename) select += ", path AS filename";
  if (!pinned.rescued_data_column.empty()) {
    select +=
        fmt::format(", {} AS {}", RescuedText(pinned), QuotedName(pinned.rescued_data_column));
  }
  std::string where;
  for (const Misfit& misfit : Misfits(pinned)) {
    const std::string problem =
        rejects ? "false" : fmt::format("error(path || ': ' || {} || ' ' || line)", misfit.reason);
    where += fmt::format("{}CASE WHEN {} THEN {} ELSE true END", where.empty() ? "" : " AND ",
                         misfit.condition, problem);
  }
  const std::string kept =
      rejects ? fmt::format(", store_rejects=true, rejects_table={}, rejects_scan={}",
                            QuotedText(rejects->errors), QuotedText(rejects->scans))
              : std::string();
  return fmt::format("SELECT {} FROM {} WHERE {}", select, LinesText(reach, files, pinned, kept),
                     where);
}

std::string JsonBadLinesQuery(const FileReach& reach, const std::vector<FileRecord>& files,
                              const PinnedFiles& pinned) {
  std::string any;
  std::string column = "CASE";
  std::string reason = "CASE";
  for (const Misfit& misfit : Misfits(pinned)) {
    any += fmt::format("{}coalesce({}, false)", any.empty() ? "" : " OR ", misfit.condition);
    column += fmt::format(" WHEN {} THEN {}", misfit.condition, misfit.column);
    reason += fmt::format(" WHEN {} THEN {}", misfit.condition, misfit.reason);
  }
  // Lines the reader cannot take are in the tables of the other query.
  const std::string lines = LinesText(reach, files, pinned, ", ignore_errors=true");
  return fmt::format(
      "SELECT path AS file, {} END AS column_name, {} END AS reason, line AS content FROM {} WHERE "
      "{}",
      column, reason, lines, any);
}

}  // namespace laguna::ingest
