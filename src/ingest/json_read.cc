// SPDX-License-Identifier: Apache-2.0
#include "ingest/json_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "engine/sql_text.h"
#include "ingest/batch_plan.h"
#include "ingest/file_function.h"
#include "ingest/strict_type.h"
#include "ingest/text_records.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

constexpr size_t kFilesToLookAt = 10;

std::string RecordsText(const FileReach& reach, const std::vector<FileRecord>& files) {
  std::vector<std::string> paths;
  for (const FileRecord& file : files) paths.push_back(reach.AbsolutePath(file.path));
  return JsonRecordsText(paths);
}

bool IsScalar(const std::string& type) {
  return type.find('(') == std::string::npos && type.find('[') == std::string::npos &&
         type != "JSON" && type != "MAP";
}

std::string TooDeepText() {
  return fmt::format("{}(text) > {}", kJsonDepthFunction, kJsonDepthMax);
}

// Rows (path, line, byte_offset, text, problem, fields): a record and the texts of its pinned keys,
// NULL unless it is an object.
std::string ObjectsText(const FileReach& reach, const std::vector<FileRecord>& files,
                        const PinnedFiles& pinned) {
  base::Json structure = base::Json::object();
  for (const SourceColumn& column : pinned.columns) structure[column.name] = "VARCHAR";
  // CASE asks in its order, so no JSON function sees what is too deep for it.
  return fmt::format(
      "(SELECT {} AS path, line, byte_offset, text, reason AS problem, CASE WHEN reason IS NOT "
      "NULL OR {} THEN NULL WHEN json_valid(text) THEN CASE WHEN json_type(text) = 'OBJECT' THEN "
      "json_transform(text, {}) END END AS fields FROM {} r)",
      PathText(reach, "r.path"), TooDeepText(), QuotedText(base::DumpJson(structure)),
      RecordsText(reach, files));
}

std::string FieldText(const SourceColumn& column) {
  return "fields." + QuotedName(column.name);
}

// The value, as it was read: NULL for one that would be rounded, cut or made infinite.
std::string StrictText(const SourceColumn& column) {
  return fmt::format("TRY_CAST({} AS {})", FieldText(column), ReaderType(column, {}));
}

// Whether the column's value does not go into its type as it is.
std::string MisfitText(const SourceColumn& column) {
  return fmt::format("{0} IS NOT NULL AND ({1} IS NULL OR {0} = '')", FieldText(column),
                     StrictText(column));
}

// Keys beyond the pinned ones.
std::string ExtraKeysText(const PinnedFiles& pinned) {
  std::string names;
  for (const SourceColumn& column : pinned.columns) {
    names += (names.empty() ? "" : ", ") + QuotedText(column.name);
  }
  // Without an object there are none.
  return fmt::format(
      "CASE WHEN fields IS NOT NULL THEN list_filter(json_keys(text), lambda k: NOT "
      "list_contains([{}], k)) ELSE [] END",
      names);
}

std::string RescuedText(const PinnedFiles& pinned) {
  const std::string keys = ExtraKeysText(pinned);
  const std::string pair =
      "CAST(to_json(k) AS VARCHAR) || ':' || CAST(to_json(json_extract_string(text, '/' || "
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
      {"problem IS NOT NULL", "NULL", "problem"},
      {TooDeepText(), "NULL",
       QuotedText(fmt::format("The line is nested deeper than {} levels.", kJsonDepthMax))},
      {"fields IS NULL", "NULL",
       QuotedText("This is no JSON object. A file has one object a line, objects one behind the "
                  "other, or one array of objects.")},
      {"CASE WHEN fields IS NOT NULL THEN len(json_keys(text)) > "
       "len(list_distinct(json_keys(text))) ELSE false END",
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

// Some of the files, without those the engine must not take apart, by their shape.
std::map<std::string, std::vector<FileRecord>> FilesToLookAt(const RunText& run,
                                                             const FileReach& reach,
                                                             const std::vector<FileRecord>& files) {
  std::map<std::string, std::vector<FileRecord>> chosen;
  for (const size_t place : SpacedPlaces(files.size(), kFilesToLookAt)) {
    const std::string path = QuotedText(reach.AbsolutePath(files[place].path));
    const engine::ValueList facts =
        run(fmt::format("SELECT {}({}), coalesce(bool_or({}), false) FROM {}", kJsonShapeFunction,
                        path, TooDeepText(), RecordsText(reach, {files[place]})))
            .at(0);
    if (facts.at(1) != engine::Value(true)) chosen[facts.at(0).ToText()].push_back(files[place]);
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
      run(fmt::format("SELECT {} FROM {}", select, ObjectsText(reach, files, pinned))).at(0);
  for (size_t i = 0; i < pinned.columns.size(); ++i) {
    if (found.at(2 * i) != engine::Value(true)) continue;
    const bool all = found.at(2 * i + 1) == engine::Value(true);
    columns[*FindColumn(columns, pinned.columns[i].name)].type =
        all ? "TIMESTAMP WITH TIME ZONE" : "VARCHAR";
  }
}

Error NotUnderstood(const FileRecord& file, const Error& error) {
  const std::string why = error.sentence().substr(0, error.sentence().find('\n'));
  return Error(ErrorKind::kInvalidInput, "read_files.json",
               fmt::format("{} cannot be read as JSON: {}", file.path, why))
      .Hint("A file has one object a line, objects one behind the other, or one array of objects.")
      .With("file", file.path);
}

std::string ListText(const FileReach& reach, const std::vector<FileRecord>& files) {
  std::string list;
  for (const FileRecord& file : files) {
    list += (list.empty() ? "" : ", ") + reach.PatternText(file.path);
  }
  return "[" + list + "]";
}

ColumnList Describe(const RunText& run, const FileReach& reach,
                    const std::vector<FileRecord>& files, const std::string& shape) {
  const std::string sql = fmt::format(
      "DESCRIBE SELECT * FROM read_json({}, format={}, records=true, union_by_name=true{}, "
      "hive_partitioning=false)",
      ListText(reach, files), QuotedText(shape), shape == kJsonLines ? ", ignore_errors=true" : "");
  ColumnList columns;
  for (const engine::ValueList& row : run(sql)) {
    std::string type = row.at(1).ToText();
    // Identifiers of 20 digits.
    if (type == "HUGEINT") type = "DECIMAL(38,0)";
    columns.push_back(
        {row.at(0).ToText(), IsScalar(type) || type == "DECIMAL(38,0)" ? type : "VARCHAR"});
  }
  return columns;
}

void Combine(ColumnList& columns, const ColumnList& more) {
  for (const SourceColumn& column : more) {
    const auto at = std::ranges::find(columns, column.name, &SourceColumn::name);
    if (at == columns.end()) {
      columns.push_back(column);
    } else {
      at->type = CombinedType(at->type, column.type);
    }
  }
}

}  // namespace

ColumnList JsonColumns(const RunText& run, const FileReach& reach,
                       const std::vector<FileRecord>& files) {
  ColumnList columns;
  std::vector<FileRecord> read;
  std::optional<Error> failure;
  for (const auto& [shape, chosen] : FilesToLookAt(run, reach, files)) {
    try {
      Combine(columns, Describe(run, reach, chosen, shape));
      read.insert(read.end(), chosen.begin(), chosen.end());
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalidInput) throw Error(error).With("file", chosen[0].path);
      failure = NotUnderstood(chosen.front(), error);
    }
  }
  if (read.empty() && failure) throw Error(*failure);
  if (!read.empty()) KeepZones(run, reach, read, columns);
  return columns;
}

std::string JsonQuery(const FileReach& reach, const std::vector<FileRecord>& files,
                      const PinnedFiles& pinned, const std::optional<RejectTables>& rejects) {
  std::string select;
  for (const SourceColumn& column : pinned.columns) {
    const std::string value = FromReaderType(
        column.type == "VARCHAR" ? FieldText(column) : StrictText(column), column, {});
    select += fmt::format("{}{} AS {}", select.empty() ? "" : ", ", value, QuotedName(column.name));
  }
  if (pinned.filename) select += ", o.path AS filename";
  if (!pinned.rescued_data_column.empty()) {
    select +=
        fmt::format(", {} AS {}", RescuedText(pinned), QuotedName(pinned.rescued_data_column));
  }
  std::string where;
  for (const Misfit& misfit : Misfits(pinned)) {
    const std::string problem =
        rejects ? "false"
                : fmt::format(
                      "error(o.path || coalesce(', line ' || o.line, '') || ': ' || {} || "
                      "' ' || text)",
                      misfit.reason);
    where += fmt::format("{}CASE WHEN {} THEN {} ELSE true END", where.empty() ? "" : " AND ",
                         misfit.condition, problem);
  }
  return fmt::format("SELECT {} FROM {} o WHERE {}", select, ObjectsText(reach, files, pinned),
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
  return fmt::format(
      "SELECT path AS file, line, byte_offset, {} END AS column_name, {} END AS reason, text AS "
      "content FROM {} WHERE {}",
      column, reason, ObjectsText(reach, files, pinned), any);
}

}  // namespace laguna::ingest
