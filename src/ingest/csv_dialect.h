// SPDX-License-Identifier: Apache-2.0
// How the lines of CSV files are cut into values, and how one dialect is made of what was found in
// several files. A value; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "ingest/read_files_options.h"
#include "ingest/source_column.h"

namespace laguna::ingest {

struct CsvDialect {
  std::string delimiter = ",";
  // Empty: values are never quoted.
  std::string quote = "\"";
  std::string escape = "\"";
  std::string comment;
  bool header = true;
  int64_t skip = 0;
  std::optional<std::string> date_format;
  std::optional<std::string> timestamp_format;
  std::optional<std::string> decimal_separator;
  std::optional<std::string> encoding;
  std::vector<std::string> null_texts;
  bool operator==(const CsvDialect&) const = default;
};

// What was found in one file.
struct SniffedCsv {
  // For messages.
  std::string file;
  std::string delimiter;
  // Empty where the file has none.
  std::string quote;
  std::string escape;
  std::string comment;
  int64_t skip = 0;
  bool header = false;
  std::optional<std::string> date_format;
  std::optional<std::string> timestamp_format;
  ColumnList columns;
};

// The delimiter of most files that have more than one column, quotes of the first file that has
// some, a header if one file has one; what the user said wins. Formats are left out.
CsvDialect CombinedDialect(const std::vector<SniffedCsv>& sniffed, const ReadFilesOptions& options);

// Whether a file was cut as `dialect` says.
bool WasCutBy(const SniffedCsv& sniffed, const CsvDialect& dialect);

bool IsLatin1(const CsvDialect& dialect);

base::Json ToJson(const CsvDialect& dialect);
// Errors of `view`'s kind.
CsvDialect DialectFromJson(const base::JsonView& view);

}  // namespace laguna::ingest
