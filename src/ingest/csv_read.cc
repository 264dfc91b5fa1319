// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "engine/sql_text.h"
#include "ingest/file_kind.h"
#include "ingest/line_text.h"
#include "ingest/strict_type.h"
#include "ingest/text_records.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

Error BadEncoding(const FileRecord& file, std::string_view what) {
  return Error(ErrorKind::kInvalidInput, "read_files.encoding",
               fmt::format("{} {}.", file.path, what))
      .Hint(
          "Write it in UTF-8 (iconv -f LATIN1 -t UTF-8), or say the encoding when all files have "
          "the same: encoding => 'latin-1', or 'utf-16'.")
      .With("file", file.path);
}

std::string ListText(const std::vector<std::string>& files, const FileReach& reach) {
  std::string list;
  for (const std::string& file : files) {
    list += list.empty() ? "" : ", ";
    list += reach.PatternText(file);
  }
  return "[" + list + "]";
}

// The pinned column a header's name means; text where it is none.
SourceColumn ColumnOf(const PinnedFiles& pinned, const std::string& name) {
  const auto at = FindColumn(pinned.columns, name);
  return at ? pinned.columns[*at] : SourceColumn{name, "VARCHAR"};
}

// One group's part of the queries.
class GroupQuery {
 public:
  GroupQuery(const CsvGroup& group, const PinnedFiles& pinned, const FileReach& reach)
      : group_(group),
        pinned_(pinned),
        reach_(reach),
        path_column_(FreeName("__laguna_path", group.columns)) {
    for (const std::string& column : group.columns) {
      if (!FindColumn(pinned.columns, column)) extra_.push_back(column);
    }
  }

  [[nodiscard]] std::string Rows(const std::optional<RejectTables>& rejects) const {
    const std::string from =
        group_.by_records ? RecordsText(rejects.has_value()) : ReaderText(rejects);
    std::string select;
    for (const SourceColumn& column : pinned_.columns) {
      select += (select.empty() ? "" : ", ") + ValueText(column) + " AS " + QuotedName(column.name);
    }
    const std::string path = PathText(reach_, path_column_);
    if (pinned_.filename) select += fmt::format(", {} AS filename", path);
    if (!pinned_.rescued_data_column.empty()) {
      select += fmt::format(", {} AS {}", RescueText(extra_, path),
                            QuotedName(pinned_.rescued_data_column));
    }
    return fmt::format("SELECT {} FROM {}", select, from);
  }

  // Of a group that our own reader cuts.
  [[nodiscard]] std::string BadLines() const {
    std::string column = "CASE WHEN reason IS NOT NULL THEN NULL";
    std::string reason = "CASE WHEN reason IS NOT NULL THEN reason";
    for (size_t i = 0; i < group_.columns.size(); ++i) {
      const SourceColumn own = ColumnOf(pinned_, group_.columns[i]);
      if (own.type == "VARCHAR") continue;
      column += fmt::format(" WHEN {} THEN {}", MisfitText(i), QuotedText(own.name));
      reason += fmt::format(" WHEN {} THEN {}", MisfitText(i), MisfitReason(i, own));
    }
    return fmt::format(
        "SELECT * FROM (SELECT {} AS file, line, byte_offset, {} END AS column_name, {} END AS "
        "reason, text AS content FROM {}) WHERE reason IS NOT NULL",
        PathText(reach_, "path"), column, reason, Records());
  }

 private:
  // "ours" of what the reader gives, or of a text.
  [[nodiscard]] std::string ValueText(const SourceColumn& column) const {
    const auto at = std::ranges::find_if(group_.columns, [&](const std::string& name) {
      return FindColumn({{column}}, name).has_value();
    });
    if (at == group_.columns.end()) return fmt::format("CAST(NULL AS {})", column.type);
    std::string value = QuotedName(*at);
    if (group_.by_records && column.type != "VARCHAR") {
      value = fmt::format("TRY_CAST({} AS {})", value, ReaderType(column, pinned_.dialect));
    }
    return FromReaderType(value, column, pinned_.dialect);
  }

  [[nodiscard]] std::string ReaderText(const std::optional<RejectTables>& rejects) const {
    std::string columns;
    for (const std::string& column : group_.columns) {
      columns += fmt::format("{}{}: {}", columns.empty() ? "" : ", ", QuotedText(column),
                             QuotedText(ReaderType(ColumnOf(pinned_, column), pinned_.dialect)));
    }
    CsvDialect dialect = pinned_.dialect;
    dialect.skip += group_.blank_lines;
    std::string text = fmt::format(
        "read_csv({}, columns={{{}}}, auto_detect=false, strict_mode=true, "
        "hive_partitioning=false, allow_quoted_nulls=false{}",
        ListText(group_.files, reach_), columns, DialectArguments(dialect));
    if (pinned_.filename || !extra_.empty()) {
      text += fmt::format(", filename={}", QuotedText(path_column_));
    }
    if (group_.serial) text += ", parallel=false";
    if (rejects) {
      text += fmt::format(", store_rejects=true, rejects_table={}, rejects_scan={}",
                          QuotedText(rejects->errors), QuotedText(rejects->scans));
    }
    return text + ")";
  }

  [[nodiscard]] std::string Records() const {
    std::vector<std::string> paths;
    for (const std::string& file : group_.files) paths.push_back(reach_.AbsolutePath(file));
    return CsvRecordsText(paths, pinned_.dialect, group_.columns.size());
  }

  // The lines without a fault, as columns of text.
  [[nodiscard]] std::string RecordsText(bool rejects) const {
    std::string columns;
    std::string where = fmt::format("CASE WHEN reason IS NULL THEN true ELSE {} END",
                                    rejects ? "false" : ErrorText("reason"));
    for (size_t i = 0; i < group_.columns.size(); ++i) {
      columns += fmt::format(", cells[{}] AS {}", i + 1, QuotedName(group_.columns[i]));
      const SourceColumn own = ColumnOf(pinned_, group_.columns[i]);
      if (own.type == "VARCHAR") continue;
      where += fmt::format(" AND CASE WHEN {} THEN {} ELSE true END", MisfitText(i),
                           rejects ? "false" : ErrorText(MisfitReason(i, own)));
    }
    return fmt::format("(SELECT r.path AS {}{} FROM {} r WHERE {})", QuotedName(path_column_),
                       columns, Records(), where);
  }

  [[nodiscard]] std::string ErrorText(const std::string& reason) const {
    return fmt::format("error({} || ', line ' || line || ': ' || {})", PathText(reach_, "r.path"),
                       reason);
  }
  [[nodiscard]] std::string MisfitText(size_t i) const {
    return fmt::format("(cells[{0}] IS NOT NULL AND TRY_CAST(cells[{0}] AS {1}) IS NULL)", i + 1,
                       ReaderType(ColumnOf(pinned_, group_.columns[i]), pinned_.dialect));
  }
  static std::string MisfitReason(size_t i, const SourceColumn& column) {
    return fmt::format("'The value \"' || cells[{}] || '\" is no {}.'", i + 1, column.type);
  }

  const CsvGroup& group_;
  const PinnedFiles& pinned_;
  const FileReach& reach_;
  const std::string path_column_;
  // Columns that are not pinned.
  std::vector<std::string> extra_;
};

std::string MixedLinesQuery(const std::vector<std::string>& files, const PinnedFiles& pinned,
                            const FileReach& reach) {
  const std::string first = pinned.dialect.header ? " WHERE number > 1" : "";
  constexpr const char* kPath = "path";
  return fmt::format(
      "SELECT {} AS file, CAST(NULL AS BIGINT) AS line, CAST(NULL AS BIGINT) AS byte_offset, "
      "CAST(NULL AS VARCHAR) AS column_name, {} AS reason, content FROM (SELECT {} AS path, "
      "rtrim(line, chr(13)) AS content, row_number() OVER (PARTITION BY {}) AS number FROM {} "
      "WHERE trim(line, chr(13) || ' ') <> ''){}",
      PathText(reach, kPath), QuotedText(kMixedLineEnds), kPath, kPath,
      LinesText(files, pinned.dialect, reach, kPath), first);
}

// What seems to stand between the names; empty when no guess makes a column of the table.
std::string OtherDelimiter(const std::string& header, const PinnedFiles& pinned) {
  CsvDialect dialect = pinned.dialect;
  for (const char* const delimiter : {",", ";", "\t", "|"}) {
    if (delimiter == pinned.dialect.delimiter) continue;
    dialect.delimiter = delimiter;
    const std::vector<std::string> names = StorableNames(UniqueNames(HeaderCells(header, dialect)));
    const bool known = names.size() > 1 && std::ranges::any_of(names, [&](const auto& name) {
                         return FindColumn(pinned.columns, name).has_value();
                       });
    if (known) return delimiter;
  }
  return {};
}

std::string Shown(const std::string& delimiter) {
  return delimiter == "\t" ? "a tab" : fmt::format("'{}'", delimiter);
}

}  // namespace

Error TooManyColumns(const FileRecord& file, size_t columns) {
  return Error(ErrorKind::kInvalidInput, "read_files.header",
               fmt::format("The first line of {} has {} columns; at most {} are read.", file.path,
                           columns, kColumnsMax))
      .Hint("It may be no CSV file, or of another dialect: see delim and quote.")
      .With("file", file.path);
}

CsvGrouping::CsvGrouping(const PinnedFiles& pinned) : pinned_(pinned) {}

void CsvGrouping::Add(const FileRecord& file, const CsvShape& shape) {
  if (shape.looks_like_utf16 && pinned_.dialect.encoding != "utf-16") {
    throw LooksLikeUtf16(file);
  }
  if (shape.header_too_long) {
    throw Error(ErrorKind::kInvalidInput, "read_files.header",
                fmt::format("The first line of {} is longer than {} bytes.", file.path,
                            CsvWalk::kHeaderBytesMax))
        .Hint("It may be no CSV file, or of another dialect: see delim and quote.");
  }
  if (pinned_.dialect.header && shape.header.empty()) return;
  const bool by_engine = NeedsEngine(pinned_.dialect);
  if (by_engine && shape.has_mixed_line_ends) {
    plan_.mixed_files.push_back(file.path);
    return;
  }
  if (by_engine && shape.unclosed_quote) {
    plan_.bad_lines.push_back(
        {.file = file.path,
         .reason = "A quote is opened in a line and never closed; nothing behind it was read."});
  }
  CsvGroup group{.columns = ColumnsIn(file, shape)};
  group.by_records = !by_engine && (shape.has_mixed_line_ends || shape.unclosed_quote);
  group.serial = shape.has_quoted_line_end || shape.unclosed_quote;
  group.blank_lines = pinned_.dialect.header ? shape.blank_lines : 0;
  const auto at = std::ranges::find_if(plan_.groups, [&](const CsvGroup& other) {
    return other.serial == group.serial && other.by_records == group.by_records &&
           other.blank_lines == group.blank_lines && other.columns == group.columns;
  });
  if (at != plan_.groups.end()) {
    at->files.push_back(file.path);
    return;
  }
  CheckColumns(file, shape, group.columns);
  CountNames(file, group.columns);
  group.files.push_back(file.path);
  plan_.groups.push_back(std::move(group));
}

void CsvGrouping::CountNames(const FileRecord& file, const std::vector<std::string>& columns) {
  for (const std::string& column : columns) name_bytes_ += column.size();
  if (name_bytes_ <= kNameBytesMax) return;
  throw Error(ErrorKind::kExhausted, "read_files.headers",
              fmt::format("The different headers of the files up to {} have more than {} bytes.",
                          file.path, kNameBytesMax))
      .Hint(
          "Read fewer files at a time, with max_files_per_batch => 10; or these are no CSV files.")
      .With("file", file.path);
}

CsvPlan CsvGrouping::Finish() && {
  return std::move(plan_);
}

std::vector<std::string> CsvGrouping::ColumnsIn(const FileRecord& file,
                                                const CsvShape& shape) const {
  std::vector<std::string> names;
  if (!pinned_.dialect.header) {
    for (const SourceColumn& column : pinned_.columns) names.push_back(column.name);
    return names;
  }
  const std::string line = IsLatin1(pinned_.dialect) ? Utf8OfLatin1(shape.header) : shape.header;
  if (!base::IsUtf8(line)) {
    throw BadEncoding(file, "is no UTF-8: its first line has other bytes");
  }
  names = UniqueNames(HeaderCells(line, pinned_.dialect));
  if (names.size() > kColumnsMax) throw TooManyColumns(file, names.size());
  // Streams that began before names were made storable have them as they are.
  const bool as_written = std::ranges::any_of(pinned_.columns, [](const SourceColumn& column) {
    return StorableName(column.name) != column.name;
  });
  return as_written ? names : StorableNames(std::move(names));
}

Error CsvGrouping::NamesNoColumn(const FileRecord& file, const CsvShape& shape) const {
  std::string expected;
  for (const SourceColumn& column : pinned_.columns) {
    expected += expected.empty() ? column.name : ", " + column.name;
  }
  std::string hint = "Give the file a header line, or move it elsewhere.";
  if (const std::string other = OtherDelimiter(shape.header, pinned_); !other.empty()) {
    hint = fmt::format(
        "It seems to have {} between its values, not {} as the files before it. Write it as those "
        "are, or give such files a folder and a streaming table of their own, with delim => {}.",
        Shown(other), Shown(pinned_.dialect.delimiter),
        other == "\t" ? "chr(9)" : QuotedText(other));
  }
  return Error(
             ErrorKind::kInvalidInput, "read_files.header",
             fmt::format("The first line of {} names none of the columns {}.", file.path, expected))
      .Hint(std::move(hint))
      .With("file", file.path);
}

void CsvGrouping::CheckColumns(const FileRecord& file, const CsvShape& shape,
                               const std::vector<std::string>& columns) const {
  if (!pinned_.dialect.header) return;
  const auto is_new = [&](const std::string& name) { return !FindColumn(pinned_.columns, name); };
  if (std::ranges::all_of(columns, is_new)) throw NamesNoColumn(file, shape);
  const auto first_new = std::ranges::find_if(columns, is_new);
  if (first_new == columns.end() || !pinned_.rescued_data_column.empty()) return;
  throw Error(ErrorKind::kInvalidInput, "read_files.new_column",
              fmt::format("{} has a column '{}' that the files before it did not have.", file.path,
                          *first_new))
      .Hint(
          "Leave out rescued_data_column => '' to keep such values as JSON, or read everything "
          "again with --full-refresh to get the column.")
      .With("file", file.path)
      .With("column", *first_new);
}

CsvPlan PlanCsv(CsvShapes& shapes, FileReach& reach, const std::vector<FileRecord>& files,
                const PinnedFiles& pinned, const io::Call& call) {
  RefuseOtherKinds(reach, files, TextKindOf(pinned.dialect), call);
  CsvGrouping grouping(pinned);
  for (const FileRecord& file : files) {
    if (file.size_bytes > 0) grouping.Add(file, shapes.Of(file, pinned.dialect, call));
  }
  return std::move(grouping).Finish();
}

std::string CsvQuery(const CsvPlan& plan, const PinnedFiles& pinned, const FileReach& reach,
                     const std::optional<RejectTables>& rejects) {
  if (plan.groups.empty()) return EmptyQuery(pinned);
  std::string query;
  for (const CsvGroup& group : plan.groups) {
    query += query.empty() ? "" : " UNION ALL ";
    query += GroupQuery(group, pinned, reach).Rows(rejects);
  }
  return query;
}

std::string CsvBadLinesQuery(const CsvPlan& plan, const PinnedFiles& pinned,
                             const FileReach& reach) {
  std::string query;
  if (!plan.mixed_files.empty()) query = MixedLinesQuery(plan.mixed_files, pinned, reach);
  for (const CsvGroup& group : plan.groups) {
    if (!group.by_records) continue;
    query += (query.empty() ? "" : " UNION ALL ") + GroupQuery(group, pinned, reach).BadLines();
  }
  return query;
}

std::string FreeName(std::string wanted, const std::vector<std::string>& names) {
  const auto is_taken = [&](const std::string& name) {
    return FindColumn({{SourceColumn{wanted, {}}}}, name).has_value();
  };
  while (std::ranges::any_of(names, is_taken)) wanted += '_';
  return wanted;
}

std::string EmptyQuery(const PinnedFiles& pinned) {
  std::string select;
  for (const SourceColumn& column : ColumnsOf(pinned)) {
    select += fmt::format("{}CAST(NULL AS {}) AS {}", select.empty() ? "" : ", ", column.type,
                          QuotedName(column.name));
  }
  return fmt::format("SELECT {} WHERE false", select);
}

std::string PathText(const FileReach& reach, const std::string& path_expression) {
  return fmt::format("CASE WHEN starts_with({0}, {1}) THEN substr({0}, {2}) ELSE {0} END",
                     path_expression, QuotedText(reach.root()),
                     // Characters, not bytes.
                     base::CountCodePoints(reach.root()) + 1);
}

std::string RescueText(const std::vector<std::string>& extra, const std::string& path_text) {
  if (extra.empty()) return "CAST(NULL AS VARCHAR)";
  std::string all_null;
  std::string pairs;
  for (const std::string& column : extra) {
    all_null += fmt::format("{}{} IS NULL", all_null.empty() ? "" : " AND ", QuotedName(column));
    pairs += fmt::format("{}, {}, ", QuotedText(column), QuotedName(column));
  }
  return fmt::format("CASE WHEN {} THEN NULL ELSE CAST(json_object({}'_file', {}) AS VARCHAR) END",
                     all_null, pairs, path_text);
}

}  // namespace laguna::ingest
