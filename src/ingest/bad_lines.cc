// SPDX-License-Identifier: Apache-2.0
#include "ingest/bad_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "catalog/session_table.h"
#include "engine/sql_text.h"
#include "ingest/file_function.h"
#include "ingest/lake_table_name.h"
#include "ingest/line_text.h"
#include "ingest/side_table.h"

namespace laguna::ingest {
namespace {

using engine::QuotedName;
using engine::QuotedText;

constexpr const char* kGathered = "laguna_bad_lines";
// Of a line in the table of errors.
constexpr size_t kContentBytesMax = 10'000;
// Where the engine cuts lines.
constexpr int kEngineLengthMax = 10'000;
constexpr const char* kNoRow =
    "SELECT CAST(NULL AS VARCHAR) AS file, CAST(NULL AS BIGINT) AS line, CAST(NULL AS BIGINT) AS "
    "byte_offset, CAST(NULL AS VARCHAR) AS column_name, CAST(NULL AS VARCHAR) AS reason, CAST(NULL "
    "AS VARCHAR) AS content WHERE false";

// In our words: the engine's name types that are ours, and count what users do not ask.
std::string ReasonText(const ColumnList& columns) {
  std::string type = "CASE e.column_name";
  for (const SourceColumn& column : columns) {
    type += fmt::format(" WHEN {} THEN {}", QuotedText(column.name), QuotedText(column.type));
  }
  if (columns.empty()) type += " WHEN NULL THEN NULL";
  return fmt::format(
      "CASE e.error_type WHEN 'CAST' THEN 'The value \"' || regexp_extract(e.error_message, "
      "'(?s)Could "
      "not convert string \"(.*?)(?:\" to ''|$)', 1) || '\" is no ' || coalesce({} END, 'such "
      "value') || "
      "'.' "
      "WHEN 'MISSING COLUMNS' THEN 'The line has too few values.' "
      "WHEN 'TOO MANY COLUMNS' THEN 'The line has too many values.' "
      "WHEN 'UNQUOTED VALUE' THEN 'A quote stands in the middle of a value, or is never closed.' "
      "WHEN 'LINE SIZE OVER MAXIMUM' THEN 'The line is longer than 2000000 bytes.' "
      "WHEN 'INVALID ENCODING' THEN 'The line has bytes that are no text in the file''s encoding; "
      "see "
      "the option encoding of read_files.' "
      "ELSE trim(replace(e.error_message, chr(10), ' ')) END",
      type);
}

// The engine writes one row per error, and all of them again when a query reads a source twice; the
// line ends of blank lines before a line, and the second half of \r\n, it takes for its beginning.
std::string RejectsQuery(const BadLinesFound& found, const FileReach& reach) {
  const RejectTables& rejects = found.rejects;
  return fmt::format(
      "SELECT {} AS file, CAST(min(e.line) AS BIGINT) AS line, CAST(e.line_byte_position AS "
      "BIGINT) - 1 + length(any_value(e.csv_line)) - length(ltrim(any_value(e.csv_line), chr(10) "
      "|| "
      "chr(13))) AS byte_offset, arg_min(e.column_name, e.column_idx) AS column_name, "
      "array_to_string(list_sort(list(DISTINCT {})), ' ') AS reason, "
      "trim(any_value(e.csv_line), chr(10) || chr(13)) AS content FROM {} e JOIN (SELECT DISTINCT "
      "scan_id, file_id, file_path FROM {}) s ON e.scan_id = s.scan_id AND e.file_id = s.file_id "
      "GROUP BY s.file_path, e.line_byte_position",
      PathText(reach, "s.file_path"), ReasonText(found.columns), QuotedName(rejects.errors),
      QuotedName(rejects.scans));
}

std::string RowText(const BadLine& line) {
  const auto number = [](int64_t value, bool known) {
    return known ? std::to_string(value) : std::string("NULL");
  };
  return fmt::format("({}, {}, {}, NULL, {}, {})", QuotedText(line.file),
                     number(line.line, line.line > 0), number(line.byte_offset, line.line > 0),
                     QuotedText(line.reason), line.content ? QuotedText(*line.content) : "NULL");
}

// What the engine itself has noticed at the end of a file needs no second row.
std::string KnownLinesQuery(const std::vector<BadLine>& lines, const std::string& rejected) {
  std::string rows;
  for (const BadLine& line : lines) rows += (rows.empty() ? "" : ", ") + RowText(line);
  return fmt::format(
      "SELECT * FROM (VALUES {}) k(file, line, byte_offset, column_name, reason, content) WHERE "
      "NOT EXISTS (FROM ({}) r WHERE r.file = k.file AND r.byte_offset >= k.byte_offset)",
      rows, rejected);
}

std::vector<engine::ResultColumn> Columns() {
  return {{"file", "VARCHAR"},        {"line", "BIGINT"},    {"byte_offset", "BIGINT"},
          {"column_name", "VARCHAR"}, {"reason", "VARCHAR"}, {"content", "VARCHAR"},
          {"_batch", "BIGINT"}};
}

// The line at `offset`: its first bytes, and how many it has.
std::string LineAt(FileReach& reach, const std::string& path, uint64_t offset) {
  constexpr size_t kChunkBytes = 1 << 16;
  const auto reader = reach.Open(path, {});
  std::vector<std::byte> buffer(kChunkBytes);
  std::string first;
  uint64_t size = 0;
  while (const size_t read = reader->ReadAt(offset + size, buffer, {})) {
    const std::string_view bytes(reinterpret_cast<const char*>(buffer.data()), read);
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    if (first.size() <= kContentBytesMax) first += line;
    size += line.size();
    if (line.size() < bytes.size()) break;
  }
  return CutText(first, kContentBytesMax, size);
}

// The engine cuts long lines and puts "?" for bytes that are no text: such lines are taken from
// their files.
void RestoreContents(engine::Session& session, FileReach& reach) {
  constexpr int kLinesMax = 1000;
  const auto rows =
      session
          .Run(fmt::format("SELECT rowid, file, byte_offset FROM {} WHERE byte_offset "
                           "IS NOT NULL AND file NOT LIKE '%.gz' AND file NOT LIKE "
                           "'%.zst' AND (length(content) = {} OR reason LIKE '%bytes "
                           "that are no text%') LIMIT {}",
                           kGathered, kEngineLengthMax, kLinesMax))
          .Drain();
  for (const engine::ValueList& row : rows) {
    const auto offset = std::get<int64_t>(row.at(2).alternatives());
    const std::string line = LineAt(reach, row.at(1).ToText(), static_cast<uint64_t>(offset));
    session.Run(fmt::format("UPDATE {} SET content = {} WHERE rowid = {}", kGathered,
                            QuotedText(line), row.at(0).ToText()));
  }
}

// Readers count records, or nothing where several threads share a file: the bytes say the line.
void NumberLines(engine::Session& session, const FileReach& reach) {
  session.Run(fmt::format(
      "UPDATE {0} SET line = n.number FROM (SELECT file, unnest(offsets) AS byte_offset, "
      "unnest({1}(CASE WHEN starts_with(file, '/') THEN file ELSE {2} || file END, offsets)) AS "
      "number FROM (SELECT file, list(DISTINCT byte_offset ORDER BY byte_offset) AS offsets FROM "
      "{0} WHERE byte_offset IS NOT NULL GROUP BY file)) n WHERE {0}.file = n.file AND "
      "{0}.byte_offset = n.byte_offset",
      kGathered, kLineNumbersFunction, QuotedText(reach.root())));
}

}  // namespace

bool HasTemporaryTable(engine::Session& session, const std::string& name) {
  try {
    session.Run(fmt::format("SELECT 1 FROM temp.main.{} LIMIT 0", QuotedName(name))).Drain();
    return true;
  } catch (const base::Error& error) {
    if (error.kind() == base::ErrorKind::kCancelled) throw;
    return false;
  }
}

int64_t GatherBadLines(engine::Session& session, FileReach& reach,
                       const std::vector<BadLinesFound>& found) {
  std::string all;
  const auto add = [&](const std::string& query) {
    all += fmt::format(
        "{}SELECT file, line, byte_offset, column_name, reason, CAST(content AS "
        "VARCHAR) AS content FROM ({})",
        all.empty() ? "" : " UNION ALL ", query);
  };
  for (const BadLinesFound& source : found) {
    std::string rejected = kNoRow;
    if (HasTemporaryTable(session, source.rejects.errors)) {
      rejected = RejectsQuery(source, reach);
      add(rejected);
    }
    if (!source.query.bad_lines.empty()) add(KnownLinesQuery(source.query.bad_lines, rejected));
    if (!source.query.bad_lines_sql.empty()) {
      add(source.query.bad_lines_sql);
    }
  }
  if (all.empty()) all = kNoRow;
  auto result =
      session.Run(fmt::format("CREATE OR REPLACE TEMPORARY TABLE {} AS {}", kGathered, all));
  while (result.Next() != nullptr) {
  }
  if (std::ranges::all_of(found,
                          [](const BadLinesFound& source) { return source.query.is_utf8; })) {
    RestoreContents(session, reach);
    NumberLines(session, reach);
  }
  const auto count = session.Run(fmt::format("SELECT count(*) FROM {}", kGathered)).Drain();
  return std::get<int64_t>(count.at(0).at(0).alternatives());
}

void StoreBadLines(engine::Session& session, const std::string& table, int64_t batch,
                   bool replace) {
  const std::string errors_table = ErrorsTableOf(table);
  const auto state = catalog::ReadTableState(session, errors_table);
  if (state) CheckSideTable(*state, table);
  if (replace || !state) {
    catalog::CreateTable(session, {.name = errors_table,
                                   .columns = Columns(),
                                   .properties = SideTableProperties(table),
                                   .replace = replace});
  }
  session.Run(
      fmt::format("INSERT INTO {} BY NAME SELECT *, CAST({} AS BIGINT) AS _batch FROM {} "
                  "ORDER BY file, byte_offset",
                  QuotedTable(errors_table), batch, kGathered));
}

}  // namespace laguna::ingest
