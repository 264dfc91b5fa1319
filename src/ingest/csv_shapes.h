// SPDX-License-Identifier: Apache-2.0
// The shapes of files (csv_shape.h), each file walked over once. Used by one thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/value.h"
#include "ingest/csv_shape.h"
#include "ingest/file_kind.h"
#include "ingest/file_reach.h"

namespace laguna::ingest {

// Runs a query this program wrote; its rows.
using RunText = std::function<std::vector<engine::ValueList>(const std::string& sql)>;

class CsvShapes {
 public:
  CsvShapes(RunText run, FileReach& reach) : run_(std::move(run)), reach_(reach) {}

  // From lines the engine reads, for files in an encoding we do not read. The shape is valid until
  // the next call.
  const CsvShape& Of(const FileRecord& file, const CsvDialect& dialect, const io::Call& call);

 private:
  CsvShape Walk(const FileRecord& file, const io::Call& call);
  CsvShape WalkPacked(const FileRecord& file);
  CsvShape AskEngine(const FileRecord& file);
  CsvShape WalkLines(const std::string& lines, int64_t count);

  RunText run_;
  FileReach& reach_;
  // Of the shapes that are kept.
  std::optional<CsvDialect> dialect_;
  struct Known {
    FileRecord file;
    CsvShape shape;
  };
  std::map<std::string, Known> known_;
  // Headers that are kept have at most so many bytes; a file beyond that is walked over again.
  static constexpr size_t kHeaderBytesMax = size_t{16} << 20;
  size_t header_bytes_ = 0;
  CsvShape unkept_;
  std::vector<std::byte> buffer_;
};

// The lines of files as rows (line), with their paths if a column is named for them; for FROM.
std::string LinesText(const std::vector<std::string>& files, const CsvDialect& dialect,
                      const FileReach& reach, const std::string& path_column);

// The error for such a file where nobody said so.
base::Error LooksLikeUtf16(const FileRecord& file);
// Whether the text is in an encoding that only the engine reads.
bool NeedsEngine(const CsvDialect& dialect);
bool IsPacked(std::string_view path);
TextKind TextKindOf(const CsvDialect& dialect);

}  // namespace laguna::ingest
