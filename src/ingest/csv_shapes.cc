// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "engine/sql_text.h"
#include "ingest/file_function.h"

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
      .Hint(
          "Write it in UTF-8 (iconv -f UTF-16 -t UTF-8), or say the encoding when all files have "
          "the same: encoding => 'utf-16'.")
      .With("file", file.path);
}

bool NeedsEngine(const CsvDialect& dialect) {
  return !IsUtf8(dialect) && !IsLatin1(dialect);
}

bool IsPacked(std::string_view path) {
  return path.ends_with(".gz") || path.ends_with(".zst");
}

TextKind TextKindOf(const CsvDialect& dialect) {
  return dialect.header ? TextKind::kCsvWithHeader : TextKind::kLines;
}

const CsvShape& CsvShapes::Of(const FileRecord& file, const CsvDialect& dialect,
                              const io::Call& call) {
  if (dialect_ != dialect) {
    known_.clear();
    header_bytes_ = 0;
    dialect_ = dialect;
  }
  const auto known = known_.find(file.path);
  if (known != known_.end() && known->second.file == file) return known->second.shape;
  CsvShape shape = NeedsEngine(dialect)  ? AskEngine(file)
                   : IsPacked(file.path) ? WalkPacked(file)
                                         : Walk(file, call);
  if (header_bytes_ + shape.header.size() > kHeaderBytesMax) {
    unkept_ = std::move(shape);
    return unkept_;
  }
  header_bytes_ += shape.header.size();
  return known_.insert_or_assign(file.path, Known{file, std::move(shape)}).first->second.shape;
}

CsvShape CsvShapes::WalkPacked(const FileRecord& file) {
  const std::string sql = fmt::format("SELECT {}({}, {})", kCsvShapeFunction,
                                      engine::QuotedText(reach_.AbsolutePath(file.path)),
                                      engine::QuotedText(base::DumpJson(ToJson(*dialect_))));
  const base::Json json =
      base::ParseJson(run_(sql).at(0).at(0).ToText(), file.path, base::ErrorKind::kInternal);
  return ShapeFromJson(base::JsonView(json, file.path, base::ErrorKind::kInternal));
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
// then, or where a line has a \r in it, they are walked, one after the other.
CsvShape CsvShapes::AskEngine(const FileRecord& file) {
  const std::string lines = LinesText({file.path}, *dialect_, reach_, {});
  const std::string quote = engine::QuotedText(dialect_->quote.empty() ? "\"" : dialect_->quote);
  const auto facts =
      run_(fmt::format("SELECT count(*), count(*) FILTER (WHERE line LIKE '%' || chr(13)), "
                       "coalesce(sum(length(line) - length(replace(line, {}, ''))) % 2, 0) = 1 OR "
                       "count(*) FILTER (WHERE contains(rtrim(line, chr(13)), chr(13))) > 0 "
                       "FROM {}",
                       quote, lines))
          .at(0);
  const int64_t count = std::get<int64_t>(facts.at(0).alternatives());
  const bool is_odd = facts.at(2) == engine::Value(true);
  CsvShape shape = WalkLines(lines, is_odd ? count : kHeadLines);
  shape.has_quoted_line_end = true;
  if (is_odd) return shape;
  const int64_t returns = std::get<int64_t>(facts.at(1).alternatives());
  // The last line may have no end.
  shape.has_mixed_line_ends = returns > 0 && returns + 1 < count;
  shape.unclosed_quote.reset();
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
