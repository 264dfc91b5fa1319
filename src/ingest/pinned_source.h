// SPDX-License-Identifier: Apache-2.0
// What a stream holds fast of one of its sources from its first batch on, so that batch n reads the
// same rows whenever it runs. A value and pure functions; the texts are hostile when read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "ingest/csv_dialect.h"
#include "ingest/read_files_options.h"
#include "ingest/source_column.h"

namespace laguna::ingest {

// How files are read.
struct PinnedFiles {
  FileFormat format = FileFormat::kCsv;
  // Of CSV.
  CsvDialect dialect;
  // Without `filename` and the rescue column.
  ColumnList columns;
  bool filename = false;
  // Empty: none.
  std::string rescued_data_column;
  // Columns that are called otherwise than in the files, in words; known only where they were
  // looked at, and not kept.
  std::vector<std::string> renamed = {};
  // Sentences on what was a guess; the same.
  std::vector<std::string> notes = {};
};

struct PinnedSource {
  // Of read_files as the user wrote them then; for messages.
  std::vector<std::string> patterns;
  base::Json options = base::Json::object();
  // Nothing for a table.
  std::optional<PinnedFiles> files;
  // "bronze.sales"; empty for files.
  std::string table;
};

// The columns the source gives to the query.
ColumnList ColumnsOf(const PinnedFiles& files);

std::string ToText(const PinnedSource& source);
// Corrupt, naming `file`.
PinnedSource ParsePinnedSource(std::string_view text, const std::string& file);

}  // namespace laguna::ingest
