// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_sniff.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "engine/sql_text.h"
#include "ingest/batch_plan.h"
#include "ingest/csv_read.h"
#include "ingest/decode/type_name.h"
#include "ingest/file_kind.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;
using engine::Value;

constexpr const char* kNotUnderstood = "read_files.csv";
constexpr size_t kFilesToSniff = 10;
constexpr int64_t kWholeFileBytesMax = 16 << 20;
constexpr int kLongLineBytesMax = 64 << 20;
constexpr int kSampleRows = 100'000;

std::string Argument(std::string_view name, const std::optional<std::string>& value) {
  return value ? fmt::format(", {}={}", name, QuotedText(*value)) : std::string();
}

std::string NullArgument(const std::vector<std::string>& null_texts) {
  if (null_texts.empty()) return {};
  // An empty value stays NULL.
  std::string texts = "''";
  for (const std::string& text : null_texts) texts += ", " + QuotedText(text);
  return fmt::format(", nullstr=[{}]", texts);
}

// What the user said of the dialect, for a free look.
std::string GivenArguments(const ReadFilesOptions& options) {
  std::string arguments = Argument("delim", options.delimiter) + Argument("quote", options.quote) +
                          Argument("escape", options.escape) +
                          Argument("comment", options.comment.value_or("")) +
                          Argument("dateformat", options.date_format) +
                          Argument("timestampformat", options.timestamp_format) +
                          Argument("decimal_separator", options.decimal_separator) +
                          Argument("encoding", options.encoding) + NullArgument(options.null_texts);
  if (options.header) arguments += fmt::format(", header={}", *options.header);
  if (options.skip) arguments += fmt::format(", skip={}", *options.skip);
  if (options.all_text) arguments += ", all_varchar=true";
  return arguments;
}

// The sniffer's "(empty)" and NULL.
std::string TextOrEmpty(const Value& value) {
  const std::string text = value.IsNull() ? std::string() : value.ToText();
  return text == "(empty)" ? std::string() : text;
}

std::optional<std::string> TextOrNothing(const Value& value) {
  std::string text = TextOrEmpty(value);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

ColumnList ColumnsOf(const Value& value) {
  ColumnList columns;
  const auto* list = std::get_if<engine::ValueList>(&value.alternatives());
  if (list == nullptr) return columns;
  for (const Value& element : *list) {
    const auto* fields = std::get_if<engine::ValueStruct>(&element.alternatives());
    if (fields == nullptr || fields->size() < 2) continue;
    columns.push_back({(*fields)[0].second.ToText(), (*fields)[1].second.ToText()});
  }
  std::vector<std::string> names;
  for (const SourceColumn& column : columns) names.push_back(column.name);
  names = UniqueNames(std::move(names));
  for (size_t i = 0; i < columns.size(); ++i) columns[i].name = names[i];
  return columns;
}

class CsvLook {
 public:
  CsvLook(const RunText& run, CsvShapes& shapes, FileReach& reach, const ReadFilesOptions& options,
          const io::Call& call)
      : run_(run), shapes_(shapes), reach_(reach), options_(options), call_(call) {}

  // `files` have bytes; there is one at least.
  PinnedFiles Look(const std::vector<FileRecord>& files) {
    RefuseOtherKinds(reach_, files, TextKindOf(CombinedDialect({}, options_)), call_);
    auto [largest, first] = SniffLargest(files);
    PinnedFiles pinned;
    pinned.dialect = CombinedDialect({first}, options_);
    if (!WasCutBy(first, pinned.dialect)) {
      first = SniffAs(largest, pinned.dialect);
    } else if (!options_.all_text) {
      ForgetEmptyColumns(largest, first, pinned.dialect);
    }
    sniffed_ = {std::move(first)};
    LookAtOtherHeaders(files, largest, pinned.dialect);
    LookForValues(files, pinned.dialect);
    pinned.columns = CombinedColumns();
    for (SourceColumn& column : pinned.columns) {
      if (column.type.empty()) column.type = "VARCHAR";
    }
    TakeFormats(pinned, sniffed_);
    TellAmbiguous(largest, pinned);
    return pinned;
  }

 private:
  // Of the files that can be understood; the others say nothing, and their lines are set aside.
  std::pair<FileRecord, SniffedCsv> SniffLargest(std::vector<FileRecord> files) {
    std::ranges::stable_sort(files, std::greater(), &FileRecord::size_bytes);
    if (files.size() > kFilesToSniff) files.resize(kFilesToSniff);
    std::optional<Error> failure;
    for (const FileRecord& file : files) {
      if (IsEmpty(file) && files.size() > 1) continue;
      try {
        return {file, SniffFreely(file)};
      } catch (const Error& error) {
        if (error.code() != kNotUnderstood) throw;
        if (!failure) failure = error;
      }
    }
    if (failure) throw Error(*failure);
    return {files.front(), SniffFreely(files.front())};
  }

  // A packed file has bytes though there is nothing in it.
  bool IsEmpty(const FileRecord& file) {
    const CsvDialect guess = CombinedDialect({}, options_);
    const CsvShape& shape = shapes_.Of(file, guess, call_);
    // The sniffer would find names with NUL bytes.
    if (shape.looks_like_utf16 && !options_.encoding) throw LooksLikeUtf16(file);
    RefuseWide(file, shape.header, guess);
    return shape.header.empty() && !shape.has_rows;
  }

  // The sniffer takes minutes for thousands of columns, whatever stands between them.
  void RefuseWide(const FileRecord& file, const std::string& header, CsvDialect dialect) const {
    const std::vector<std::string> delimiters = options_.delimiter
                                                    ? std::vector<std::string>{*options_.delimiter}
                                                    : std::vector<std::string>{",", ";", "\t", "|"};
    for (const std::string& delimiter : delimiters) {
      dialect.delimiter = delimiter;
      const size_t columns = HeaderCells(header, dialect).size();
      if (columns > kColumnsMax) throw TooManyColumns(file, columns);
    }
  }

  void LookAtOtherHeaders(const std::vector<FileRecord>& files, const FileRecord& largest,
                          const CsvDialect& dialect) {
    if (!dialect.header) return;
    std::set<std::string> seen = {shapes_.Of(largest, dialect, call_).header};
    for (const FileRecord& file : files) {
      const std::string& header = shapes_.Of(file, dialect, call_).header;
      if (header.empty() || !seen.insert(header).second) continue;
      if (seen.size() > kFilesToSniff) return;
      RefuseWide(file, header, dialect);
      TrySniff(file, dialect);
    }
  }

  // Columns that were empty throughout may have values elsewhere.
  void LookForValues(const std::vector<FileRecord>& files, const CsvDialect& dialect) {
    for (const size_t place : SpacedPlaces(files.size(), kFilesToSniff)) {
      const ColumnList columns = CombinedColumns();
      const bool known = std::ranges::none_of(
          columns, [](const SourceColumn& column) { return column.type.empty(); });
      if (known) return;
      const bool seen = std::ranges::any_of(
          sniffed_, [&](const SniffedCsv& sniffed) { return sniffed.file == files[place].path; });
      if (!seen) TrySniff(files[place], dialect);
    }
  }

  void TrySniff(const FileRecord& file, const CsvDialect& dialect) {
    try {
      sniffed_.push_back(SniffAs(file, dialect));
    } catch (const Error& error) {
      if (error.code() != kNotUnderstood) throw;
    }
  }

  SniffedCsv SniffFreely(const FileRecord& file) {
    const std::string given = GivenArguments(options_);
    // Broken lines must not hide the dialect; a title above the header is found without them only.
    SniffedCsv tolerant = Sniff(file, given + ", ignore_errors=true");
    if (tolerant.columns.size() > 1) return tolerant;
    try {
      SniffedCsv strict = Sniff(file, given);
      return strict.columns.size() > 1 ? strict : tolerant;
    } catch (const Error&) {
      return tolerant;
    }
  }

  SniffedCsv SniffAs(const FileRecord& file, const CsvDialect& dialect) {
    std::string arguments = DialectArguments(dialect) + ", ignore_errors=true";
    if (options_.all_text) arguments += ", all_varchar=true";
    SniffedCsv sniffed = Sniff(file, arguments);
    if (!options_.all_text) ForgetEmptyColumns(file, sniffed, dialect);
    return sniffed;
  }

  SniffedCsv Sniff(const FileRecord& file, const std::string& arguments) {
    io::CheckCall(call_, "looking at " + file.path);
    try {
      return SniffLines(file, arguments);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalidInput) throw NotUnderstood(file, error);
    }
    // A line that will be set aside must not hide the others from the sniffer.
    try {
      return SniffLines(file, fmt::format("{}, strict_mode=false, max_line_size={}", arguments,
                                          kLongLineBytesMax));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      throw NotUnderstood(file, error);
    }
  }

  SniffedCsv SniffLines(const FileRecord& file, const std::string& arguments) {
    const bool whole = file.size_bytes < kWholeFileBytesMax;
    const std::string sql = fmt::format(
        "SELECT Delimiter, Quote, Escape, Comment, SkipRows, HasHeader, Columns, DateFormat, "
        "TimestampFormat FROM sniff_csv({}, sample_size={}{})",
        reach_.PatternText(file.path), whole ? -1 : kSampleRows, arguments);
    return Read(file, run_(sql).at(0));
  }

  static SniffedCsv Read(const FileRecord& file, const engine::ValueList& row) {
    SniffedCsv sniffed;
    sniffed.file = file.path;
    sniffed.delimiter = TextOrEmpty(row[0]);
    sniffed.quote = TextOrEmpty(row[1]);
    sniffed.escape = TextOrEmpty(row[2]);
    sniffed.comment = TextOrEmpty(row[3]);
    const auto* skip = std::get_if<int64_t>(&row[4].alternatives());
    sniffed.skip = skip == nullptr ? 0 : *skip;
    const auto* header = std::get_if<bool>(&row[5].alternatives());
    sniffed.header = header != nullptr && *header;
    sniffed.columns = ColumnsOf(row[6]);
    sniffed.date_format = TextOrNothing(row[7]);
    sniffed.timestamp_format = TextOrNothing(row[8]);
    return sniffed;
  }

  // What the engine says of anything but the file's text keeps its own hint.
  static Error NotUnderstood(const FileRecord& file, const Error& error) {
    if (error.kind() != ErrorKind::kInvalidInput) return Error(error).With("file", file.path);
    std::string why = error.sentence();
    why = why.substr(0, why.find('\n'));
    const bool encoding = error.sentence().find("utf-8 encoded") != std::string::npos;
    return Error(ErrorKind::kInvalidInput, kNotUnderstood,
                 fmt::format("{} cannot be read as CSV: {}", file.path, why))
        .Hint(encoding ? "Write it in UTF-8, or say its encoding: encoding => 'latin-1' or "
                         "encoding => 'utf-16'."
                       : "Say what it is made of: delim => ';', quote => '\"', header => true.")
        .With("file", file.path);
  }

  // A text column without any value may be anything: its type becomes empty.
  void ForgetEmptyColumns(const FileRecord& file, SniffedCsv& sniffed, const CsvDialect& dialect) {
    std::string columns;
    std::string counts;
    for (const SourceColumn& each : sniffed.columns) {
      columns += fmt::format("{}{}: 'VARCHAR'", columns.empty() ? "" : ", ", QuotedText(each.name));
      counts += fmt::format("{}count({})", counts.empty() ? "" : ", ", QuotedName(each.name));
    }
    const std::string sql = fmt::format(
        "SELECT {} FROM (FROM read_csv({}, columns={{{}}}, auto_detect=false, "
        "ignore_errors=true{}) "
        "LIMIT {})",
        counts, reach_.PatternText(file.path), columns, DialectArguments(dialect), kSampleRows);
    const engine::ValueList row = CountsOrNothing(sql);
    if (row.empty()) return;
    for (size_t i = 0; i < sniffed.columns.size(); ++i) {
      SourceColumn& column = sniffed.columns[i];
      if (column.type == "VARCHAR" && row[i] == Value(0)) column.type.clear();
    }
  }

  // A file may have lines that the reader does not take; those who read it set them aside.
  engine::ValueList CountsOrNothing(const std::string& sql) {
    try {
      return run_(sql).at(0);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      return {};
    }
  }

  ColumnList CombinedColumns() const {
    ColumnList columns;
    for (const SniffedCsv& file : sniffed_) {
      for (const SourceColumn& column : file.columns) {
        const auto at = FindColumn(columns, column.name);
        if (!at) {
          columns.push_back(column);
        } else if (columns[*at].type.empty()) {
          columns[*at].type = column.type;
        } else if (!column.type.empty()) {
          columns[*at].type = CombinedType(columns[*at].type, column.type);
        }
      }
    }
    return columns;
  }

  // Formats are pinned; where files differ, dates stay text.
  void TakeFormats(PinnedFiles& pinned, const std::vector<SniffedCsv>& sniffed) {
    TakeFormat(pinned, sniffed, "DATE", &SniffedCsv::date_format, pinned.dialect.date_format);
    TakeFormat(pinned, sniffed, "TIMESTAMP", &SniffedCsv::timestamp_format,
               pinned.dialect.timestamp_format);
  }

  static void TakeFormat(PinnedFiles& pinned, const std::vector<SniffedCsv>& sniffed,
                         std::string_view type, std::optional<std::string> SniffedCsv::*format,
                         std::optional<std::string>& pinned_format) {
    if (pinned_format) return;
    std::optional<std::optional<std::string>> common;
    for (const SniffedCsv& file : sniffed) {
      const bool uses = std::ranges::any_of(
          file.columns, [&](const SourceColumn& column) { return column.type == type; });
      if (!uses) continue;
      if (!common) common = file.*format;
      if (*common == file.*format) continue;
      for (SourceColumn& column : pinned.columns) {
        if (column.type == type) column.type = "VARCHAR";
      }
      return;
    }
    if (common) pinned_format = *common;
  }

  // Days that could be months: what was found is a guess, which the user has to hear of.
  void TellAmbiguous(const FileRecord& file, PinnedFiles& pinned) {
    if (!options_.date_format) TellAmbiguous(file, "DATE", "dateformat", pinned);
    if (!options_.timestamp_format) TellAmbiguous(file, "TIMESTAMP", "timestampformat", pinned);
  }

  void TellAmbiguous(const FileRecord& file, std::string_view type, std::string_view option,
                     PinnedFiles& pinned) {
    const auto& found =
        type == "DATE" ? pinned.dialect.date_format : pinned.dialect.timestamp_format;
    const std::string other = found ? WithDayAndMonthExchanged(*found) : std::string();
    if (other.empty()) return;
    std::string columns;
    std::string tests;
    std::vector<std::string> names;
    for (const SourceColumn& column : CsvColumns(file, pinned.dialect)) {
      columns +=
          fmt::format("{}{}: 'VARCHAR'", columns.empty() ? "" : ", ", QuotedText(column.name));
      const auto at = FindColumn(pinned.columns, column.name);
      if (!at || pinned.columns[*at].type != type) continue;
      names.push_back(column.name);
      tests += fmt::format(
          "{0}any_value({1}) FILTER (WHERE {1} IS NOT NULL), count({1}) = count(try_strptime({1}, "
          "{2}))",
          tests.empty() ? "" : ", ", QuotedName(column.name), QuotedText(other));
    }
    if (names.empty()) return;
    const engine::ValueList row = CountsOrNothing(
        fmt::format("SELECT {} FROM (FROM read_csv({}, columns={{{}}}, auto_detect=false, "
                    "ignore_errors=true{}) LIMIT {})",
                    tests, reach_.PatternText(file.path), columns, DialectArguments(pinned.dialect),
                    kSampleRows));
    for (size_t i = 0; i < names.size() && !row.empty(); ++i) {
      if (row[2 * i + 1] != Value(true) || row[2 * i].IsNull()) continue;
      pinned.notes.push_back(fmt::format(
          "Column {}: {} is read as {}; {} would fit as well. {} => '{}' says otherwise.", names[i],
          row[2 * i].ToText(), *found, other, option, other));
    }
  }

  // Of a file as it was sniffed last.
  [[nodiscard]] ColumnList CsvColumns(const FileRecord& file, const CsvDialect& /*dialect*/) const {
    for (const SniffedCsv& sniffed : sniffed_) {
      if (sniffed.file == file.path) return sniffed.columns;
    }
    return {};
  }

  // Empty where day and month are not both numbers.
  static std::string WithDayAndMonthExchanged(const std::string& format) {
    const size_t day = format.find("%d");
    const size_t month = format.find("%m");
    if (day == std::string::npos || month == std::string::npos) return {};
    std::string other = format;
    std::swap(other[day + 1], other[month + 1]);
    // Years in front are followed by months everywhere.
    const size_t year = std::min(format.find("%Y"), format.find("%y"));
    return year < std::min(day, month) ? std::string() : other;
  }

  const RunText& run_;
  CsvShapes& shapes_;
  FileReach& reach_;
  const ReadFilesOptions& options_;
  const io::Call& call_;
  std::vector<SniffedCsv> sniffed_;
};

std::vector<FileRecord> WithBytes(const std::vector<FileRecord>& files) {
  std::vector<FileRecord> with_bytes;
  std::ranges::copy_if(files, std::back_inserter(with_bytes),
                       [](const FileRecord& file) { return file.size_bytes > 0; });
  return with_bytes;
}

void MakeStorable(PinnedFiles& pinned) {
  std::vector<std::string> names;
  for (const SourceColumn& column : pinned.columns) names.push_back(column.name);
  names = StorableNames(std::move(names));
  for (size_t i = 0; i < names.size(); ++i) {
    std::string& name = pinned.columns[i].name;
    if (names[i] == name) continue;
    pinned.renamed.push_back(fmt::format("\"{}\" is {}", name, names[i]));
    name = names[i];
  }
}

// Types the user names for columns that are there.
void TakeTypes(ColumnList& columns, const ColumnList& types) {
  for (const SourceColumn& given : types) {
    const auto at = FindColumn(columns, given.name);
    if (!at) {
      std::vector<std::string> names;
      for (const SourceColumn& column : columns) names.push_back(column.name);
      throw Error(ErrorKind::kInvalidInput, "read_files.types",
                  fmt::format("types names a column '{}' that the files do not have.", given.name))
          .Hint(base::SuggestName(given.name, names));
    }
    columns[*at].type = CanonicalType(given.type);
    columns[*at].given = true;
  }
}

}  // namespace

std::string DialectArguments(const CsvDialect& dialect) {
  std::string arguments = fmt::format(", delim={}, quote={}, escape={}, header={}, skip={}",
                                      QuotedText(dialect.delimiter), QuotedText(dialect.quote),
                                      QuotedText(dialect.escape), dialect.header, dialect.skip);
  arguments += Argument("comment", dialect.comment);
  return arguments + Argument("dateformat", dialect.date_format) +
         Argument("timestampformat", dialect.timestamp_format) +
         Argument("decimal_separator", dialect.decimal_separator) +
         Argument("encoding", dialect.encoding) + NullArgument(dialect.null_texts);
}

std::optional<PinnedFiles> LookAtCsv(const RunText& run, CsvShapes& shapes, FileReach& reach,
                                     const std::vector<FileRecord>& files,
                                     const ReadFilesOptions& options, const io::Call& call) {
  const std::vector<FileRecord> with_bytes = WithBytes(files);
  if (with_bytes.empty() && options.columns.empty()) return std::nullopt;
  PinnedFiles pinned;
  if (with_bytes.empty()) {
    pinned.dialect = CombinedDialect({}, options);
  } else {
    pinned = CsvLook(run, shapes, reach, options, call).Look(with_bytes);
  }
  TakeGiven(pinned, options);
  MakeStorable(pinned);
  pinned.format = FileFormat::kCsv;
  return pinned;
}

void MarkGiven(PinnedFiles& pinned, const ReadFilesOptions& options) {
  for (SourceColumn& column : pinned.columns) {
    column.given = !options.columns.empty() || FindColumn(options.types, column.name).has_value();
  }
}

void TakeGiven(PinnedFiles& pinned, const ReadFilesOptions& options) {
  if (!options.columns.empty()) {
    pinned.columns = options.columns;
    for (SourceColumn& column : pinned.columns) {
      column.type = CanonicalType(column.type);
      column.given = true;
    }
  }
  TakeTypes(pinned.columns, options.types);
  pinned.filename = options.filename;
  pinned.rescued_data_column = options.rescued_data_column;
  if (!FindColumn(pinned.columns, options.rescued_data_column)) return;
  throw Error(ErrorKind::kInvalidInput, "read_files.rescued_data_column",
              fmt::format("The files have a column '{}', which is the name of the one for what "
                          "does not fit.",
                          options.rescued_data_column))
      .Hint("Call that one otherwise: rescued_data_column => 'rest'.")
      .With("column", options.rescued_data_column);
}

}  // namespace laguna::ingest
