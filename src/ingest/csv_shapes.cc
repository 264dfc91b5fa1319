// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "ingest/csv_sniff.h"

namespace laguna::ingest {
namespace {

constexpr size_t kChunkBytes = 1 << 20;

bool IsUtf8(const CsvDialect& dialect) {
  return !dialect.encoding || dialect.encoding == "utf-8" || dialect.encoding == "utf8";
}

// Files whose bytes are not the text itself.
bool NeedsEngine(const std::string& path, const CsvDialect& dialect) {
  constexpr std::array<std::string_view, 2> kCompressed = {".gz", ".zst"};
  const bool compressed =
      std::ranges::any_of(kCompressed, [&](std::string_view end) { return path.ends_with(end); });
  return compressed || (!IsUtf8(dialect) && !IsLatin1(dialect));
}

}  // namespace

bool IsLatin1(const CsvDialect& dialect) {
  return dialect.encoding == "latin-1" || dialect.encoding == "latin1" ||
         dialect.encoding == "iso-8859-1";
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

// The header is put together again as a line of the dialect.
CsvShape CsvShapes::AskEngine(const FileRecord& file) {
  CsvShape shape;
  shape.has_rows = true;
  shape.has_quoted_line_end = true;
  if (!dialect_->header) return shape;
  const std::string sql =
      fmt::format("SELECT Columns FROM sniff_csv({}{}, ignore_errors=true, all_varchar=true)",
                  reach_.PatternText(file.path), DialectArguments(*dialect_));
  const engine::ValueList row = run_(sql).at(0);
  for (const engine::Value& column : std::get<engine::ValueList>(row.at(0).alternatives())) {
    const auto& fields = std::get<engine::ValueStruct>(column.alternatives());
    std::string cell;
    for (const char c : fields.at(0).second.ToText()) {
      if (!dialect_->quote.empty() && c == dialect_->quote.front()) cell += dialect_->escape;
      cell += c;
    }
    shape.header += shape.header.empty() ? "" : dialect_->delimiter;
    shape.header += dialect_->quote + cell + dialect_->quote;
  }
  return shape;
}

}  // namespace laguna::ingest
