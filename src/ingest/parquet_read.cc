// SPDX-License-Identifier: Apache-2.0
#include "ingest/parquet_read.h"

#include <fmt/format.h>

#include "base/error.h"
#include "engine/sql_text.h"
#include "ingest/csv_read.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;

constexpr const char* kPathColumn = "__laguna_path";

std::string ReaderText(const FileReach& reach, const std::vector<FileRecord>& files) {
  std::string list;
  for (const FileRecord& file : files) {
    list += list.empty() ? "" : ", ";
    list += reach.PatternText(file.path);
  }
  return fmt::format(
      "read_parquet([{}], union_by_name=true, hive_partitioning=false, filename='{}')", list,
      kPathColumn);
}

Error NewColumn(const std::string& column) {
  return Error(
             ErrorKind::kInvalidInput, "read_files.new_column",
             fmt::format("A file has a column '{}' that the files before it did not have.", column))
      .Hint(
          "Leave out rescued_data_column => '' to keep such values as JSON, or read everything "
          "again with --full-refresh to get the column.")
      .With("column", column);
}

}  // namespace

ColumnList ParquetColumns(const RunText& run, const FileReach& reach,
                          const std::vector<FileRecord>& files) {
  ColumnList columns;
  const std::string sql =
      fmt::format("DESCRIBE SELECT * EXCLUDE ({}) FROM {}", kPathColumn, ReaderText(reach, files));
  for (const engine::ValueList& row : run(sql)) {
    columns.push_back({row.at(0).ToText(), row.at(1).ToText()});
  }
  return columns;
}

std::string ParquetQuery(const RunText& run, const FileReach& reach,
                         const std::vector<FileRecord>& files, const PinnedFiles& pinned) {
  const ColumnList own = ParquetColumns(run, reach, files);
  std::string select;
  for (const SourceColumn& column : pinned.columns) {
    const auto at = FindColumn(own, column.name);
    select +=
        fmt::format("{}CAST({} AS {}) AS {}", select.empty() ? "" : ", ",
                    at ? QuotedName(own[*at].name) : "NULL", column.type, QuotedName(column.name));
  }
  std::vector<std::string> extra;
  for (const SourceColumn& column : own) {
    if (FindColumn(pinned.columns, column.name)) continue;
    if (pinned.rescued_data_column.empty()) throw NewColumn(column.name);
    extra.push_back(column.name);
  }
  const std::string path = PathText(reach, kPathColumn);
  if (pinned.filename) select += fmt::format(", {} AS filename", path);
  if (!pinned.rescued_data_column.empty()) {
    select +=
        fmt::format(", {} AS {}", RescueText(extra, path), QuotedName(pinned.rescued_data_column));
  }
  return fmt::format("SELECT {} FROM {}", select, ReaderText(reach, files));
}

}  // namespace laguna::ingest
