// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "engine/sql_text.h"
#include "ingest/file_kind.h"
#include "ingest/line_text.h"
#include "ingest/strict_type.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

constexpr size_t kChunkBytes = 1 << 20;
constexpr size_t kContentBytesMax = 4096;
// The engine's column of paths; no header calls its own column so.
constexpr const char* kPathColumn = "__laguna_path";

std::string Utf8OfLatin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0 | (byte >> 6));
      utf8 += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return utf8;
}

Error BadEncoding(const FileRecord& file, std::string_view what, std::string_view advice) {
  return Error(ErrorKind::kInvalidInput, "read_files.encoding",
               fmt::format("{} {}.", file.path, what))
      .Hint(fmt::format("Say the encoding of the files: {}.", advice))
      .With("file", file.path);
}

// Moves `bad`, which is at a byte of its line, to where the line begins, and counts the lines;
// takes what is there as its content.
void Locate(FileReach& reach, BadLine& bad, const io::Call& call) {
  const auto reader = reach.Open(bad.file, call);
  const auto wanted = static_cast<uint64_t>(bad.byte_offset);
  std::vector<std::byte> buffer(kChunkBytes);
  uint64_t begin = 0;
  for (uint64_t offset = 0; offset < wanted;) {
    const size_t most = std::min<uint64_t>(buffer.size(), wanted - offset);
    const size_t read = reader->ReadAt(offset, std::span(buffer).first(most), call);
    if (read == 0) break;
    const std::string_view bytes(reinterpret_cast<const char*>(buffer.data()), read);
    bad.line += std::ranges::count(bytes, '\n');
    const size_t line_end = bytes.find_last_of("\r\n");
    if (line_end != std::string_view::npos) begin = offset + line_end + 1;
    offset += read;
  }
  bad.byte_offset = static_cast<int64_t>(begin);
  const size_t read = reader->ReadAt(begin, std::span(buffer).first(kContentBytesMax), call);
  std::string_view text(reinterpret_cast<const char*>(buffer.data()), read);
  bad.content = CutText(text, kContentBytesMax, reader->info().size_bytes - begin);
}

std::string ListText(const std::vector<std::string>& files, const FileReach& reach) {
  std::string list;
  for (const std::string& file : files) {
    list += list.empty() ? "" : ", ";
    list += reach.PatternText(file);
  }
  return "[" + list + "]";
}

const std::string& TypeOf(const PinnedFiles& pinned, const std::string& column) {
  static const std::string kText = "VARCHAR";
  const auto at = FindColumn(pinned.columns, column);
  return at ? pinned.columns[*at].type : kText;
}

// Whether "" is a text without characters, as against nothing at all. Not where the engine itself
// would read one of the columns (by a format, say): it takes "" for no value of the type. Nor where
// the user says what stands for no value, which counts in quotes too.
bool KeepsQuotedEmpty(const CsvGroup& group, const PinnedFiles& pinned) {
  if (!pinned.dialect.null_texts.empty()) return false;
  return std::ranges::all_of(group.columns, [&](const std::string& column) {
    const std::string& type = TypeOf(pinned, column);
    return type == "VARCHAR" || IsStrict(type, pinned.dialect);
  });
}

std::string ReaderText(const CsvGroup& group, const PinnedFiles& pinned, const FileReach& reach,
                       const std::optional<RejectTables>& rejects, bool wants_path) {
  std::string columns;
  for (const std::string& column : group.columns) {
    columns += fmt::format("{}{}: {}", columns.empty() ? "" : ", ", QuotedText(column),
                           QuotedText(ReaderType(TypeOf(pinned, column), pinned.dialect)));
  }
  std::string text = fmt::format(
      "read_csv({}, columns={{{}}}, auto_detect=false, strict_mode=true, hive_partitioning=false{}",
      ListText(group.files, reach), columns, DialectArguments(pinned.dialect));
  if (wants_path) text += fmt::format(", filename='{}'", kPathColumn);
  if (KeepsQuotedEmpty(group, pinned)) text += ", allow_quoted_nulls=false";
  if (group.serial) text += ", parallel=false";
  if (rejects) {
    text += fmt::format(", store_rejects=true, rejects_table={}, rejects_scan={}",
                        QuotedText(rejects->errors), QuotedText(rejects->scans));
  }
  return text + ")";
}

std::string GroupQuery(const CsvGroup& group, const PinnedFiles& pinned, const FileReach& reach,
                       const std::optional<RejectTables>& rejects) {
  ColumnList own;
  std::vector<std::string> extra;
  for (const std::string& column : group.columns) {
    own.push_back({column, {}});
    if (!FindColumn(pinned.columns, column)) extra.push_back(column);
  }
  std::string select;
  for (const SourceColumn& column : pinned.columns) {
    const auto at = FindColumn(own, column.name);
    select += select.empty() ? "" : ", ";
    select += at ? FromReaderType(QuotedName(own[*at].name), column.type, pinned.dialect)
                 : fmt::format("CAST(NULL AS {})", column.type);
    select += " AS " + QuotedName(column.name);
  }
  const std::string path = PathText(reach, kPathColumn);
  const bool wants_path = pinned.filename || !extra.empty();
  if (pinned.filename) select += fmt::format(", {} AS filename", path);
  if (!pinned.rescued_data_column.empty()) {
    select +=
        fmt::format(", {} AS {}", RescueText(extra, path), QuotedName(pinned.rescued_data_column));
  }
  return fmt::format("SELECT {} FROM {}", select,
                     ReaderText(group, pinned, reach, rejects, wants_path));
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
  if (shape.has_mixed_line_ends) {
    plan_.mixed_files.push_back(file.path);
    return;
  }
  if (shape.unclosed_quote) {
    plan_.bad_lines.push_back(
        {.file = file.path,
         .line = 1,
         .byte_offset = static_cast<int64_t>(*shape.unclosed_quote),
         .reason = "A quote is opened in this line and never closed; nothing behind it was read.",
         .content = std::nullopt});
  }
  std::vector<std::string> columns = ColumnsIn(file, shape);
  const bool serial = shape.has_quoted_line_end || shape.unclosed_quote;
  const auto at = std::ranges::find_if(plan_.groups, [&](const CsvGroup& group) {
    return group.serial == serial && group.columns == columns;
  });
  if (at != plan_.groups.end()) {
    at->files.push_back(file.path);
    return;
  }
  CheckColumns(file, columns);
  plan_.groups.push_back({std::move(columns), serial, {file.path}});
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
    throw BadEncoding(file, "is no UTF-8: its first line has other bytes",
                      "encoding => 'latin-1', or 'utf-16'");
  }
  names = UniqueNames(HeaderCells(line, pinned_.dialect));
  if (names.size() > kColumnsMax) throw TooManyColumns(file, names.size());
  // Streams that began before names were made storable have them as they are.
  const bool as_written = std::ranges::any_of(pinned_.columns, [](const SourceColumn& column) {
    return StorableName(column.name) != column.name;
  });
  return as_written ? names : StorableNames(std::move(names));
}

void CsvGrouping::CheckColumns(const FileRecord& file,
                               const std::vector<std::string>& columns) const {
  if (!pinned_.dialect.header) return;
  std::string expected;
  for (const SourceColumn& column : pinned_.columns) {
    expected += expected.empty() ? column.name : ", " + column.name;
  }
  const auto is_new = [&](const std::string& name) { return !FindColumn(pinned_.columns, name); };
  if (std::ranges::all_of(columns, is_new)) {
    throw Error(
        ErrorKind::kInvalidInput, "read_files.header",
        fmt::format("The first line of {} names none of the columns {}.", file.path, expected))
        .Hint("Give the file a header line, or move it elsewhere.")
        .With("file", file.path);
  }
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
  CsvPlan plan = std::move(grouping).Finish();
  for (BadLine& line : plan.bad_lines) {
    if (line.line == 0) continue;
    if (NeedsEngine(line.file, pinned.dialect)) {
      line.line = 0;
    } else {
      Locate(reach, line, call);
    }
  }
  return plan;
}

std::string CsvQuery(const CsvPlan& plan, const PinnedFiles& pinned, const FileReach& reach,
                     const std::optional<RejectTables>& rejects) {
  if (plan.groups.empty()) return EmptyQuery(pinned);
  std::string query;
  for (const CsvGroup& group : plan.groups) {
    query += query.empty() ? "" : " UNION ALL ";
    query += GroupQuery(group, pinned, reach, rejects);
  }
  return query;
}

std::string MixedLinesQuery(const std::vector<std::string>& files, const PinnedFiles& pinned,
                            const FileReach& reach) {
  const std::string first = pinned.dialect.header ? " WHERE number > 1" : "";
  return fmt::format(
      "SELECT {} AS file, CAST(NULL AS VARCHAR) AS column_name, {} AS reason, content FROM (SELECT "
      "{} AS path, rtrim(line, chr(13)) AS content, row_number() OVER (PARTITION BY {}) AS number "
      "FROM {} WHERE trim(line, chr(13) || ' ') <> ''){}",
      PathText(reach, "path"), QuotedText(kMixedLineEnds), kPathColumn, kPathColumn,
      LinesText(files, pinned.dialect, reach, kPathColumn), first);
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
