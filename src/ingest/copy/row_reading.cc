// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/row_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>
#include <utility>

#include "base/error.h"
#include "engine/sql_text.h"
#include "ingest/copy/copy_record.h"
#include "ingest/copy/plain_run.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
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

// A path is a pattern to the engine's readers.
std::string Escaped(const std::string& path) {
  std::string escaped;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      escaped += fmt::format("[{}]", c);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string PathList(const SourceFiles& source) {
  std::string list;
  for (const SourceFile& file : source.files) {
    if (file.info.size_bytes == 0) continue;
    const std::string path = Escaped(source.store->Locate(file.info.key));
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

// Then what is found of the first file holds for all, and the others need not be looked at one by
// one, which takes longer than reading them.
bool HaveOneHeader(const SourceFiles& source, const io::Call& call) {
  std::optional<std::string> first;
  for (const SourceFile& file : source.files) {
    if (file.info.size_bytes == 0) continue;
    auto header = HeaderOf(source, file, call);
    if (!header || (first && *first != *header)) return false;
    first = std::move(header);
  }
  return true;
}

// Quotes, header and comments are not guessed: a wrong guess would lose rows without a word.
std::string CsvRelation(const SourceFiles& source, const std::string& paths,
                        const CopyRequest& request) {
  std::string options = fmt::format(
      "header => true, all_varchar => true, quote => '\"', escape => '\"', comment => '', "
      "skip => 0, allow_quoted_nulls => false, union_by_name => {}, hive_partitioning => false",
      !HaveOneHeader(source, request.call));
  if (!request.delimiter.empty()) {
    options += fmt::format(", delim => {}", QuotedText(request.delimiter));
  }
  if (!request.encoding.empty()) {
    options += fmt::format(", encoding => {}", QuotedText(request.encoding));
  }
  return fmt::format("read_csv([{}], {})", paths, options);
}

}  // namespace

RowFiles ReadRows(const SourceFiles& source, const CopyRequest& request) {
  RowFiles rows;
  const std::string paths = PathList(source);
  if (source.files.empty()) return rows;
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
      rows.relation = fmt::format(
          "read_json([{}], union_by_name => true, hive_partitioning => false, "
          "sample_size => -1)",
          paths);
      rows.format = "parquet";
      break;
  }
  if (paths.empty()) rows.relation.clear();
  return rows;
}

Error ReadingFailure(const Error& error) {
  const Error plain = WithoutPlace(error);
  const std::string& sentence = plain.sentence();
  const bool encoding = sentence.find("unicode") != std::string::npos ||
                        sentence.find("utf-8 encoded") != std::string::npos;
  if (!encoding) return plain;
  return Error(ErrorKind::kInvalidInput, "copy.encoding",
               fmt::format("A file is not UTF-8 text. {}", sentence))
      .Hint("Say what it is: encoding: latin-1 (--encoding latin-1), or utf-16.");
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
