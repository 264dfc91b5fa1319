// SPDX-License-Identifier: Apache-2.0
// Reading the CSV files of a batch as one query over pinned columns.
//
// Files with the same header are read by one call of the engine's reader: a column the header has
// not reads NULL, a column it has beyond the pinned ones goes into the rescue column. Lines the
// reader cannot take land in two temporary tables of the engine (its "rejects"); what it would lose
// without a word (csv_shape.h) is known before and reported as a bad line here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/csv_shapes.h"
#include "ingest/csv_sniff.h"
#include "ingest/file_reach.h"
#include "ingest/pinned_source.h"

namespace laguna::ingest {

struct CsvGroup {
  // As the header calls them, made unique; the pinned ones where there is no header.
  std::vector<std::string> columns;
  // One thread at a time: quoted values go over several lines.
  bool serial = false;
  std::vector<std::string> files;
};

// A line, or with line 0 a whole file, that cannot be read.
struct BadLine {
  std::string file;
  int64_t line = 0;
  int64_t byte_offset = 0;
  std::string reason = {};
  std::optional<std::string> content = {};
};

struct CsvPlan {
  std::vector<CsvGroup> groups;
  std::vector<BadLine> bad_lines;
  // Files that mix line ends, which the engine does not read.
  std::vector<std::string> mixed_files;
};

// A first line with more names is no header; the engine would take minutes for it.
inline constexpr size_t kColumnsMax = 10'000;
base::Error TooManyColumns(const FileRecord& file, size_t columns);

inline constexpr const char* kMixedLineEnds =
    "The file mixes line ends (\\n and \\r\\n, or \\r); none of it was read. Write it with one "
    "kind, "
    "under a new name.";

// Groups files by header; the order within a group is the given one. A pure function.
class CsvGrouping {
 public:
  explicit CsvGrouping(const PinnedFiles& pinned);
  // InvalidInput "read_files.header" for a file whose first line has none of the pinned columns,
  // "read_files.new_column" for a new column without a rescue column, "read_files.encoding" for
  // bytes that are no text in the pinned encoding.
  void Add(const FileRecord& file, const CsvShape& shape);
  CsvPlan Finish() &&;

 private:
  std::vector<std::string> ColumnsIn(const FileRecord& file, const CsvShape& shape) const;
  void CheckColumns(const FileRecord& file, const std::vector<std::string>& columns) const;

  const PinnedFiles& pinned_;
  CsvPlan plan_;
};

// Looks at every file that `shapes` does not know yet.
CsvPlan PlanCsv(CsvShapes& shapes, FileReach& reach, const std::vector<FileRecord>& files,
                const PinnedFiles& pinned, const io::Call& call);

// The engine's tables of lines it could not take.
struct RejectTables {
  std::string errors;
  std::string scans;
};

// The query that gives ColumnsOf(pinned). Without `rejects` a bad line is an error of the query.
std::string CsvQuery(const CsvPlan& plan, const PinnedFiles& pinned, const FileReach& reach,
                     const std::optional<RejectTables>& rejects);

// All lines of such files as bad lines: file, column_name, reason, content.
std::string MixedLinesQuery(const std::vector<std::string>& files, const PinnedFiles& pinned,
                            const FileReach& reach);

// A query without rows that has ColumnsOf(pinned).
std::string EmptyQuery(const PinnedFiles& pinned);

// FROM-less pieces shared by all formats: the record path of `path_expression` (absolute), and the
// rescue column over `extra` columns.
std::string PathText(const FileReach& reach, const std::string& path_expression);
std::string RescueText(const std::vector<std::string>& extra, const std::string& path_text);

}  // namespace laguna::ingest
