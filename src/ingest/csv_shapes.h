// SPDX-License-Identifier: Apache-2.0
// The shapes of files (csv_shape.h), each file walked over once. Used by one thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/value.h"
#include "ingest/csv_shape.h"
#include "ingest/file_reach.h"

namespace laguna::ingest {

// Runs a query this program wrote; its rows.
using RunText = std::function<std::vector<engine::ValueList>(const std::string& sql)>;

class CsvShapes {
 public:
  CsvShapes(RunText run, FileReach& reach) : run_(std::move(run)), reach_(reach) {}

  // By the engine's sniffer for files that are compressed or in an encoding we do not read.
  const CsvShape& Of(const FileRecord& file, const CsvDialect& dialect, const io::Call& call);

 private:
  CsvShape Walk(const FileRecord& file, const io::Call& call);
  CsvShape AskEngine(const FileRecord& file);

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

bool IsLatin1(const CsvDialect& dialect);

}  // namespace laguna::ingest
