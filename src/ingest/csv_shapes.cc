// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/sql_text.h"

namespace laguna::ingest {
namespace {

constexpr size_t kChunkBytes = 1 << 20;
// Read of a file that the engine has to read for us: for its header, and a page at a time.
constexpr int64_t kHeadLines = 1000;
constexpr int64_t kPageLines = 100'000;

bool IsUtf8(const CsvDialect& dialect) {
  return !dialect.encoding || dialect.encoding == "utf-8" || dialect.encoding == "utf8";
}

}  // namespace

base::Error LooksLikeUtf16(const FileRecord& file) {
  return base::Error(base::ErrorKind::kInvalidInput, "read_files.encoding",
                     fmt::format("{} seems to be UTF-16, or no text at all.", file.path))
      .Hint("Say the encoding of the files: encoding => 'utf-16'.")
      .With("file", file.path);
}

bool NeedsEngine(const std::string& path, const CsvDialect& dialect) {
  constexpr std::array<std::string_view, 2> kCompressed = {".gz", ".zst"};
  const bool compressed =
      std::ranges::any_of(kCompressed, [&](std::string_view end) { return path.ends_with(end); });
  return compressed || (!IsUtf8(dialect) && !IsLatin1(dialect));
}

bool IsLatin1(const CsvDialect& dialect) {
  return dialect.encoding == "latin-1" || dialect.encoding == "latin1" ||
         dialect.encoding == "iso-8859-1";
}

TextKind TextKindOf(const CsvDialect& dialect) {
  return dialect.header ? TextKind::kCsvWithHeader : TextKind::kLines;
}

const CsvShape& CsvShapes::Of(const FileRecord& file, const CsvDialect& dialect,
                              const io::Call& call) {
  if (dialect_ != dialect) {
    known_.clear();
    dialect_ = dialect;
  }
  const auto known = known_.find(file.path);
  if (known != known_.end() && known->second.file == file) return known->second.shape;
  CsvShape shape = NeedsEngine(file.path, dialect) ? AskEngine(file) : Walk(file, call);
  return known_.insert_or_assign(file.path, Known{file, std::move(shape)}).first->second.shape;
}

CsvShape CsvShapes::Walk(const FileRecord& file, const io::Call& call) {
  buffer_.resize(kChunkBytes);
  const auto reader = reach_.Open(file.path, call);
  CsvWalk walk(*dialect_);
  uint64_t offset = 0;
  while (const size_t read = reader->ReadAt(offset, buffer_, call)) {
    walk.Feed({reinterpret_cast<const char*>(buffer_.data()), read});
    offset += read;
  }
  return walk.Finish();
}

// Lines come from the engine, as text. A quote that is never closed leaves their number odd; only
// then the lines are walked, one after the other.
CsvShape CsvShapes::AskEngine(const FileRecord& file) {
  const std::string lines = LinesText({file.path}, *dialect_, reach_, {});
  const std::string quote = engine::QuotedText(dialect_->quote.empty() ? "\"" : dialect_->quote);
  const auto facts =
      run_(fmt::format("SELECT count(*), count(*) FILTER (WHERE line LIKE '%' || chr(13)), "
                       "coalesce(sum(length(line) - length(replace(line, {}, ''))) % 2, 0) = 1 "
                       "FROM {}",
                       quote, lines))
          .at(0);
  const int64_t count = std::get<int64_t>(facts.at(0).alternatives());
  CsvShape shape = WalkLines(lines, facts.at(2) == engine::Value(true) ? count : kHeadLines);
  shape.has_quoted_line_end = true;
  const int64_t returns = std::get<int64_t>(facts.at(1).alternatives());
  // The last line may have no end.
  shape.has_mixed_line_ends = returns > 0 && returns + 1 < count;
  if (facts.at(2) != engine::Value(true)) shape.unclosed_quote.reset();
  return shape;
}

CsvShape CsvShapes::WalkLines(const std::string& lines, int64_t count) {
  CsvWalk walk(*dialect_);
  for (int64_t at = 0; at < count; at += kPageLines) {
    const auto page = run_(fmt::format("SELECT line FROM {} LIMIT {} OFFSET {}", lines,
                                       std::min(kPageLines, count - at), at));
    for (const engine::ValueList& row : page) {
      if (!row.at(0).IsNull()) walk.Feed(row.at(0).ToText());
      walk.Feed("\n");
    }
  }
  return walk.Finish();
}

std::string LinesText(const std::vector<std::string>& files, const CsvDialect& dialect,
                      const FileReach& reach, const std::string& path_column) {
  std::string list;
  for (const std::string& file : files) {
    list += list.empty() ? "" : ", ";
    list += reach.PatternText(file);
  }
  std::string text = fmt::format(
      "read_csv([{}], columns={{'line': 'VARCHAR'}}, auto_detect=false, header=false, "
      "delim=chr(1), quote='', escape='', new_line='\\n', strict_mode=false, ignore_errors=true, "
      "parallel=false, hive_partitioning=false",
      list);
  if (dialect.encoding) text += ", encoding=" + engine::QuotedText(*dialect.encoding);
  if (!path_column.empty()) text += ", filename=" + engine::QuotedText(path_column);
  return text + ")";
}

}  // namespace laguna::ingest
