// SPDX-License-Identifier: Apache-2.0
#include "ingest/json_read.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/sql_text.h"
#include "ingest/batch_plan.h"
#include "ingest/strict_type.h"

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

// Lines as rows (path, line): `path` as the engine knows it. Without the strict mode line ends of
// either kind may be mixed; there are no quotes it could be lenient about. No JSON has a byte 1 in
// it: what stands behind one comes as a second column and spoils the line.
std::string RawLinesText(const FileReach& reach, const std::vector<FileRecord>& files,
                         const std::string& reader_options) {
  return fmt::format(
      "(SELECT {0}, CASE WHEN rest IS NULL THEN line ELSE line || chr(1) || rest END AS line FROM "
      "read_csv({1}, columns={{'line': 'VARCHAR', 'rest': 'VARCHAR'}}, auto_detect=false, "
      "header=false, delim=chr(1), quote='', escape='', strict_mode=false, null_padding=true, "
      "hive_partitioning=false, filename='{0}'{2}))",
      kPathColumn, ListText(reach, files), reader_options);
}

std::string TooDeepText() {
  return fmt::format("{}(line) > {}", kJsonDepthFunction, kJsonDepthMax);
}

// Rows (path, line, fields): a line and the texts of its pinned keys, NULL unless it is an object.
std::string LinesText(const FileReach& reach, const std::vector<FileRecord>& files,
                      const PinnedFiles& pinned, const std::string& reader_options) {
  base::Json structure = base::Json::object();
  for (const SourceColumn& column : pinned.columns) structure[column.name] = "VARCHAR";
  // CASE asks in its order, so no JSON function sees what is too deep for it.
  return fmt::format(
      "(SELECT {0} AS path, line, CASE WHEN {1} THEN NULL WHEN json_valid(line) THEN CASE WHEN "
      "json_type(line) = 'OBJECT' THEN json_transform(line, {2}) END END AS fields FROM {3} WHERE "
      "trim(line) <> '')",
      PathText(reach, kPathColumn), TooDeepText(), QuotedText(base::DumpJson(structure)),
      RawLinesText(reach, files, reader_options));
}

std::string FieldText(const SourceColumn& column) {
  return "fields." + QuotedName(column.name);
}

// Whether the column's value does not go into its type as it is: one that would be rounded, cut or
// made infinite does not.
std::string MisfitText(const SourceColumn& column) {
  const std::string field = FieldText(column);
  const std::string strict = ReaderType(column.type, {});
  std::string misfit =
      fmt::format("{0} IS NOT NULL AND (TRY_CAST({0} AS {1}) IS NULL", field, strict);
  if (column.type.starts_with("DECIMAL")) {
    misfit += fmt::format(" OR TRY_CAST({0} AS DECIMAL(38,18)) <> TRY_CAST({0} AS {1})", field,
                          column.type);
  } else if (column.type == "DOUBLE" || column.type == "FLOAT") {
    misfit += fmt::format(" OR (isinf(TRY_CAST({0} AS {1})) AND NOT contains(lower({0}), 'inf'))",
                          field, column.type);
  }
  return misfit + ")";
}

// Keys beyond the pinned ones.
std::string ExtraKeysText(const PinnedFiles& pinned) {
  std::string names;
  for (const SourceColumn& column : pinned.columns) {
    names += (names.empty() ? "" : ", ") + QuotedText(column.name);
  }
  // Without an object there are none.
  return fmt::format(
      "CASE WHEN fields IS NOT NULL THEN list_filter(json_keys(line), lambda k: NOT "
      "list_contains([{}], k)) ELSE [] END",
      names);
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
      {TooDeepText(), "NULL",
       QuotedText(fmt::format("The line is nested deeper than {} levels.", kJsonDepthMax))},
      {"fields IS NULL", "NULL",
       QuotedText("The line is no JSON object. A file has one object a line; arrays and objects "
                  "over several lines are not read.")},
      {"CASE WHEN fields IS NOT NULL THEN len(json_keys(line)) > "
       "len(list_distinct(json_keys(line))) ELSE false END",
       "NULL", QuotedText("A key stands twice in the object.")}};
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

// Some of the files, without those the engine must not take apart.
std::vector<FileRecord> FilesToLookAt(const RunText& run, const FileReach& reach,
                                      const std::vector<FileRecord>& files) {
  std::vector<FileRecord> chosen;
  for (const size_t place : SpacedPlaces(files.size(), kFilesToLookAt)) {
    chosen.push_back(files[place]);
  }
  const std::string sql =
      fmt::format("SELECT DISTINCT {} FROM {} WHERE {}", PathText(reach, kPathColumn),
                  RawLinesText(reach, chosen, ", ignore_errors=true"), TooDeepText());
  for (const engine::ValueList& row : run(sql)) {
    std::erase_if(chosen, [&](const FileRecord& file) { return file.path == row.at(0).ToText(); });
  }
  return chosen;
}

// The engine calls times with a zone TIMESTAMP as well: all with one are TIMESTAMP WITH TIME ZONE,
// some with one are text.
void KeepZones(const RunText& run, const FileReach& reach, const std::vector<FileRecord>& files,
               ColumnList& columns) {
  PinnedFiles pinned;
  std::string select;
  for (const SourceColumn& column : columns) {
    if (column.type != "TIMESTAMP") continue;
    pinned.columns.push_back(column);
    select += fmt::format(
        "{0}coalesce(bool_or(regexp_matches({1}, '{2}$')), false), "
        "coalesce(bool_and(regexp_matches({1}, '({2}|[Zz])$')), false)",
        select.empty() ? "" : ", ", FieldText(column), ":[0-9.]+ ?[+-][0-9][0-9](:?[0-9][0-9])?");
  }
  if (select.empty()) return;
  const engine::ValueList found =
      run(fmt::format("SELECT {} FROM {}", select,
                      LinesText(reach, files, pinned, ", ignore_errors=true")))
          .at(0);
  for (size_t i = 0; i < pinned.columns.size(); ++i) {
    if (found.at(2 * i) != engine::Value(true)) continue;
    const bool all = found.at(2 * i + 1) == engine::Value(true);
    columns[*FindColumn(columns, pinned.columns[i].name)].type =
        all ? "TIMESTAMP WITH TIME ZONE" : "VARCHAR";
  }
}

}  // namespace

ColumnList JsonColumns(const RunText& run, const FileReach& reach,
                       const std::vector<FileRecord>& files) {
  const std::vector<FileRecord> chosen = FilesToLookAt(run, reach, files);
  if (chosen.empty()) return {};
  const std::string sql = fmt::format(
      "DESCRIBE SELECT * FROM read_json({}, format='newline_delimited', records=true, "
      "union_by_name=true, ignore_errors=true, hive_partitioning=false)",
      ListText(reach, chosen));
  ColumnList columns;
  for (const engine::ValueList& row : run(sql)) {
    std::string type = row.at(1).ToText();
    // Identifiers of 20 digits.
    if (type == "HUGEINT") type = "DECIMAL(38,0)";
    columns.push_back(
        {row.at(0).ToText(), IsScalar(type) || type == "DECIMAL(38,0)" ? type : "VARCHAR"});
  }
  KeepZones(run, reach, chosen, columns);
  return columns;
}

std::string JsonQuery(const FileReach& reach, const std::vector<FileRecord>& files,
                      const PinnedFiles& pinned, const std::optional<RejectTables>& rejects) {
  std::string select;
  for (const SourceColumn& column : pinned.columns) {
    const std::string field = FieldText(column);
    select += fmt::format(
        "{}{} AS {}", select.empty() ? "" : ", ",
        column.type == "VARCHAR" ? field : fmt::format("TRY_CAST({} AS {})", field, column.type),
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
