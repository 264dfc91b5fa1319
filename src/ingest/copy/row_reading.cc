// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/row_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/glob_text.h"
#include "engine/sql_text.h"
#include "ingest/copy/copy_record.h"
#include "ingest/copy/csv_header.h"
#include "ingest/copy/cursor.h"
#include "ingest/packed_check.h"
#include "ingest/plain_run.h"
#include "ingest/strict_type.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

enum class Kind { kCsv, kParquet, kJson };

struct Ending {
  std::string_view ending;
  Kind kind;
};

constexpr std::array<Ending, 7> kEndings = {{{".csv", Kind::kCsv},
                                             {".tsv", Kind::kCsv},
                                             {".txt", Kind::kCsv},
                                             {".parquet", Kind::kParquet},
                                             {".json", Kind::kJson},
                                             {".jsonl", Kind::kJson},
                                             {".ndjson", Kind::kJson}}};

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::optional<Kind> KindOf(const std::string& name) {
  std::string_view lower = name;
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (lower.ends_with(packed)) lower.remove_suffix(packed.size());
  }
  const std::string text = LowerCase(std::string(lower));
  const auto* const found = std::ranges::find_if(
      kEndings, [&](const Ending& ending) { return text.ends_with(ending.ending); });
  return found == kEndings.end() ? std::nullopt : std::optional(found->kind);
}

Error NoRows(std::string_view sentence) {
  return Error(ErrorKind::kInvalidInput, "copy.rows", std::string(sentence))
      .Hint(
          "Incremental copies read .csv, .tsv, .txt, .parquet, .json, .jsonl and .ndjson files, "
          "packed or not (.gz, .zst), of one kind at a time.");
}

Kind OneKind(const SourceFiles& source) {
  std::optional<Kind> kind;
  for (const SourceFile& file : source.files) {
    const auto own = KindOf(file.relative);
    if (!own) throw NoRows(fmt::format("'{}' is no file of rows.", file.relative));
    if (kind && *kind != *own) {
      throw NoRows(fmt::format("'{}' holds files of several kinds: '{}' is another than '{}'.",
                               source.name, file.relative, source.files.front().relative));
    }
    kind = own;
  }
  return *kind;
}

std::string PathList(const SourceFiles& source) {
  std::string list;
  for (const SourceFile& file : source.files) {
    if (file.info.size_bytes == 0) continue;
    // A path is a pattern to the engine's readers.
    const std::string path = engine::PatternOf(source.store->Locate(file.info.key));
    list += fmt::format("{}{}", list.empty() ? "" : ", ", QuotedText(path));
  }
  return list;
}

// The first line of a plain file; nothing when it is packed or longer than all reason.
std::optional<std::string> HeaderOf(const SourceFiles& source, const SourceFile& file,
                                    const io::Call& call) {
  constexpr size_t kHeaderBytesMax = size_t{64} << 10;
  if (file.relative.ends_with(".gz") || file.relative.ends_with(".zst")) return std::nullopt;
  std::string text(std::min<uint64_t>(kHeaderBytesMax, file.info.size_bytes), '\0');
  const auto reader = source.store->Open(file.info.key, call);
  text.resize(reader->ReadAt(0, std::as_writable_bytes(std::span(text)), call));
  const size_t end = text.find('\n');
  if (end == std::string::npos) return std::nullopt;
  text.resize(end);
  return text;
}

// Of all files, where it is the same. Then what is found of the first file holds for all, and the
// others need not be looked at one by one, which takes longer than reading them.
std::optional<std::string> OneHeader(const SourceFiles& source, const io::Call& call) {
  std::optional<std::string> first;
  for (const SourceFile& file : source.files) {
    if (file.info.size_bytes == 0) continue;
    auto header = HeaderOf(source, file, call);
    if (!header || (first && *first != *header)) return std::nullopt;
    first = std::move(header);
  }
  return first;
}

// {'id': 'VARCHAR', ...}: with these the engine looks at nothing, so a broken row is an error with
// its line and not another guess.
std::string ColumnsFor(const std::vector<std::string>& names) {
  std::string columns;
  for (const std::string& name : names) {
    columns += fmt::format("{}{}: 'VARCHAR'", columns.empty() ? "" : ", ", QuotedText(name));
  }
  return fmt::format("auto_detect => false, columns => {{{}}}", columns);
}

// Quotes, header and comments are not guessed: a wrong guess would lose rows without a word.
std::string CsvRelation(const SourceFiles& source, const std::string& paths,
                        const CopyRequest& request) {
  std::string options =
      "header => true, quote => '\"', escape => '\"', comment => '', skip => 0, "
      "allow_quoted_nulls => false, hive_partitioning => false";
  const auto header = OneHeader(source, request.call);
  std::string delimiter = request.delimiter;
  if (const auto found = DelimiterOf(header.value_or("")); delimiter.empty() && found) {
    delimiter = *found;
  }
  const bool plain = request.encoding.empty() || request.encoding == "utf-8";
  const auto names = header && plain && delimiter.size() == 1
                         ? NamesInHeader(*header, delimiter.front())
                         : std::nullopt;
  options += names ? ", " + ColumnsFor(*names)
                   : fmt::format(", all_varchar => true, union_by_name => {}", !header);
  if (!delimiter.empty()) options += fmt::format(", delim => {}", QuotedText(delimiter));
  if (!request.encoding.empty()) {
    options += fmt::format(", encoding => {}", QuotedText(request.encoding));
  }
  return fmt::format("read_csv([{}], {})", paths, options);
}

// The nested type with text in place of times: within a value they stay as they are written, with
// or without a zone. Names of fields that look like types stand in quotes.
std::string WithTextTimes(std::string_view type) {
  constexpr std::string_view kTime = "TIMESTAMP";
  std::string text;
  bool quoted = false;
  while (!type.empty()) {
    const bool time = !quoted && type.starts_with(kTime) && !text.ends_with('_');
    quoted = quoted != (type.front() == '"');
    text += time ? "VARCHAR" : std::string(1, type.front());
    type.remove_prefix(time ? kTime.size() : 1);
  }
  return text;
}

// Times as the engine finds them have lost their zone: they are read as the text they are, and as
// times with a zone where one says it.
std::string JsonRelation(engine::Session& session, const std::string& paths) {
  const std::string found = fmt::format(
      "read_json([{}], union_by_name => true, hive_partitioning => false, sample_size => -1",
      paths);
  std::string columns;
  std::vector<std::string> times;
  bool as_found = true;
  for (const engine::ResultColumn& column : ColumnsOf(session, found + ")")) {
    if (column.type == "TIMESTAMP") times.push_back(QuotedName(column.name));
    const std::string type = WithTextTimes(column.type);
    as_found = as_found && type == column.type;
    columns += fmt::format("{}{}: {}", columns.empty() ? "" : ", ", QuotedText(column.name),
                           QuotedText(type));
  }
  if (as_found) return found + ")";
  const std::string texts = fmt::format("{}, columns => {{{}}})", found, columns);
  if (times.empty()) return texts;
  std::string zones;
  for (const std::string& time : times) {
    zones += fmt::format("{}count(*) FILTER ({})", zones.empty() ? "" : ", ", HasOffset(time));
  }
  const auto zoned = FirstNumbers(session, fmt::format("SELECT {} FROM {}", zones, texts));
  std::string casts;
  for (size_t i = 0; i < times.size(); ++i) {
    casts += fmt::format("{}CAST({} AS {}) AS {}", casts.empty() ? "" : ", ", times[i],
                         zoned.at(i) > 0 ? "TIMESTAMPTZ" : "TIMESTAMP", times[i]);
  }
  return fmt::format("(SELECT * REPLACE ({}) FROM {})", casts, texts);
}

// The engine takes half a packed file for all of it.
void CheckWhole(const SourceFiles& source, const io::Call& call) {
  for (const SourceFile& file : source.files) {
    if (file.info.size_bytes == 0) continue;
    const PackedState state = CheckPacked(*source.store, file.info.key, call);
    if (state == PackedState::kWhole) continue;
    const std::string path = source.store->Locate(file.info.key);
    throw Error(ErrorKind::kInvalidInput, "copy.packed",
                state == PackedState::kCutOff
                    ? fmt::format("'{}' is incomplete: its end is missing.", path)
                    : fmt::format("'{}' is damaged: it cannot be unpacked whole.", path))
        .Hint("Nothing was copied. Run the copy again when all of the file is there.");
  }
}

// Before the engine follows it, on the stack.
void CheckDepth(engine::Session& session, const SourceFiles& source) {
  for (const SourceFile& file : source.files) {
    if (file.info.size_bytes == 0) continue;
    const std::string path = source.store->Locate(file.info.key);
    const auto depth = FirstNumbers(
        session, fmt::format("SELECT {}({})", kJsonFileDepthFunction, QuotedText(path)));
    if (depth.front() <= kJsonDepthMax) continue;
    throw Error(ErrorKind::kInvalidInput, "copy.json",
                fmt::format("'{}' is nested deeper than {} levels.", path, kJsonDepthMax))
        .Hint("Nothing was copied. A full copy takes the file as it is.");
  }
}

constexpr std::string_view kBrokenLine = "CSV Error on Line: ";

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// What stands behind `mark` on its line; empty where it is not.
std::string Behind(std::string_view text, std::string_view mark) {
  const size_t at = text.find(mark);
  return at == std::string_view::npos ? "" : FirstLine(text.substr(at + mark.size()));
}

// What is wrong with a line, in the engine's words; empty where it has others. The line itself may
// be several, and stands before them.
std::string ProblemOf(const std::string& sentence) {
  constexpr std::array<std::string_view, 5> kProblems = {
      "Expected Number of Columns", "Value with unterminated quote", "Maximum line size",
      "Value has unescaped", "The CSV Parser state machine"};
  for (const std::string_view problem : kProblems) {
    const size_t at = sentence.rfind(problem);
    if (at != std::string::npos) return FirstLine(std::string_view(sentence).substr(at));
  }
  return "";
}

// Of a line that may have millions of bytes. Never within a character.
std::string Beginning(const std::string& line) {
  constexpr size_t kBytesShownMax = 200;
  if (line.size() <= kBytesShownMax) return line;
  size_t end = kBytesShownMax;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return fmt::format("{}... ({} bytes)", line.substr(0, end), line.size());
}

// "CSV Error on Line: 3\nOriginal Line: ...\nExpected Number of Columns: 2 Found: 3.", and a hint
// of options this program does not have; the file is in the hint.
Error BrokenLine(const Error& error) {
  constexpr std::string_view kOriginal = "Original Line: ";
  const std::string& sentence = error.sentence();
  const std::string line = Behind(sentence, kBrokenLine);
  const std::string original = Behind(sentence, kOriginal);
  const std::string problem = ProblemOf(sentence);
  return Error(ErrorKind::kInvalidInput, "copy.csv",
               fmt::format("Line {} of '{}' is broken: {}", line, Behind(error.hint(), "file = "),
                           problem.empty() ? "it is not CSV." : problem))
      .Hint(fmt::format("Nothing was copied. The line is: {}", Beginning(original)));
}

}  // namespace

RowFiles ReadRows(engine::Session& session, const SourceFiles& source, const CopyRequest& request) {
  RowFiles rows;
  const std::string paths = PathList(source);
  if (source.files.empty()) return rows;
  CheckWhole(source, request.call);
  switch (OneKind(source)) {
    case Kind::kCsv:
      rows = {.relation = CsvRelation(source, paths, request), .format = "csv", .text = true};
      break;
    case Kind::kParquet:
      rows.relation = fmt::format(
          "read_parquet([{}], union_by_name => true, hive_partitioning => false)", paths);
      rows.format = "parquet";
      break;
    case Kind::kJson:
      CheckDepth(session, source);
      if (!paths.empty()) rows.relation = JsonRelation(session, paths);
      rows.format = "parquet";
      break;
  }
  if (paths.empty()) rows.relation.clear();
  return rows;
}

Error ReadingFailure(const Error& error) {
  Error plain = WithoutPlace(error);
  const std::string& sentence = plain.sentence();
  const bool encoding = sentence.find("unicode") != std::string::npos ||
                        sentence.find("utf-8 encoded") != std::string::npos;
  if (encoding) {
    const std::string file = Behind(plain.hint(), "file = ");
    return Error(ErrorKind::kInvalidInput, "copy.encoding",
                 file.empty() ? fmt::format("A file is not UTF-8 text: {}", FirstLine(sentence))
                              : fmt::format("'{}' is not UTF-8 text, as its line {} shows.", file,
                                            Behind(sentence, kBrokenLine)))
        .Hint("Say what it is: encoding: latin-1 (--encoding latin-1), or utf-16.");
  }
  if (sentence.starts_with("Error when sniffing file")) {
    return Error(ErrorKind::kInvalidInput, "copy.csv",
                 fmt::format("{} It does not look like CSV.", FirstLine(sentence)))
        .Hint(
            "Say what stands between values (delimiter, --delimiter) and how the text is encoded "
            "(encoding, --encoding), or look at the file.");
  }
  return sentence.starts_with(kBrokenLine) ? BrokenLine(plain) : plain;
}

void CheckUnchanged(const SourceFiles& source, const io::Call& call) {
  for (const SourceFile& file : source.files) {
    const auto now = source.store->Head(file.info.key, call);
    if (now && StampOf(*now) == StampOf(file.info)) continue;
    throw Error(ErrorKind::kConflict, "copy.source_changed",
                fmt::format("'{}' changed while it was read, so nothing was copied.",
                            source.store->Locate(file.info.key)))
        .Hint("Run the copy again when the program that writes the file is done.");
  }
}

}  // namespace laguna::ingest
