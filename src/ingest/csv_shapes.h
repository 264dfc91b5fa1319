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

  // From lines the engine reads, for files that are compressed or in an encoding we do not read.
  const CsvShape& Of(const FileRecord& file, const CsvDialect& dialect, const io::Call& call);

 private:
  CsvShape Walk(const FileRecord& file, const io::Call& call);
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
  std::vector<std::byte> buffer_;
};

// The lines of files as rows (line), with their paths if a column is named for them; for FROM.
std::string LinesText(const std::vector<std::string>& files, const CsvDialect& dialect,
                      const FileReach& reach, const std::string& path_column);

// The error for such a file where nobody said so.
base::Error LooksLikeUtf16(const FileRecord& file);
// Whether the bytes of a file are not the text itself: compressed, or in another encoding.
bool NeedsEngine(const std::string& path, const CsvDialect& dialect);
bool IsLatin1(const CsvDialect& dialect);
TextKind TextKindOf(const CsvDialect& dialect);

}  // namespace laguna::ingest
