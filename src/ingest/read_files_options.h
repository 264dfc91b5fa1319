// SPDX-License-Identifier: Apache-2.0
// What a call of read_files says: read_files('landing/*.csv', format => 'csv', delim => ';', ...).
//
// One table in the .cc names every option, with its type and a line of documentation. A plain
// value; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "engine/own_statement.h"
#include "ingest/source_column.h"

namespace laguna::ingest {

inline constexpr const char* kReadFilesFunction = "read_files";

enum class FileFormat { kCsv, kParquet, kJson };
// "csv".
std::string_view NameOf(FileFormat format);

struct ReadFilesOptions {
  // As written: paths or patterns.
  std::vector<std::string> patterns;
  // Nothing: by the ending of the files.
  std::optional<FileFormat> format;

  // Of CSV; nothing: found in the files.
  std::optional<bool> header;
  std::optional<std::string> delimiter;
  std::optional<std::string> quote;
  std::optional<std::string> escape;
  std::optional<std::string> comment;
  std::optional<int64_t> skip;
  std::optional<std::string> date_format;
  std::optional<std::string> timestamp_format;
  std::optional<std::string> decimal_separator;
  std::optional<std::string> encoding;
  std::vector<std::string> null_texts;
  bool all_text = false;

  // All columns; empty: found in the files.
  ColumnList columns;
  // Types of some columns.
  ColumnList types;
  // Adds the column `filename`.
  bool filename = false;
  // Empty: a column that is new in a file is an error.
  std::string rescued_data_column = "_rescued_data";
  std::optional<int64_t> files_per_batch_max;
};

struct ReadFilesOption {
  std::string_view name;
  // For documentation and for the SQL function: "VARCHAR"; "ANY" where several are taken.
  std::string_view type;
  std::string_view documentation;
};
// Every option, in the order of the documentation.
std::span<const ReadFilesOption> AllReadFilesOptions();

// InvalidInput "read_files.option": an unknown option (with the nearest name), a value of the wrong
// type, no pattern.
ReadFilesOptions ParseReadFilesOptions(const engine::FunctionCall& call);

// What makes a difference to the rows a file gives: everything but the patterns and the batch's
// size.
base::Json ReadingOptions(const ReadFilesOptions& options);

}  // namespace laguna::ingest
