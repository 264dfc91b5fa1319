// SPDX-License-Identifier: Apache-2.0
// Reading the CSV files of a batch as one query over pinned columns.
//
// Files with the same header are read by one call of the engine's reader: a column the header has
// not reads NULL, a column it has beyond the pinned ones goes into the rescue column. Lines the
// reader cannot take land in two temporary tables of the engine (its "rejects"). Files it would not
// read whole (csv_shape.h) are cut by a reader of ours (csv_records.h), which is slower.
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
  // By our own reader: line ends are mixed, or a quote is never closed.
  bool by_records = false;
  // Lines without anything that stand before the header.
  int64_t blank_lines = 0;
  std::vector<std::string> files = {};
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
  // Files that mix line ends in an encoding that only the engine reads, which does not read them.
  std::vector<std::string> mixed_files;
};

// A first line with more names is no header; the engine would take minutes for it.
inline constexpr size_t kColumnsMax = 10'000;
base::Error TooManyColumns(const FileRecord& file, size_t columns);

// A batch's headers together have at most so many bytes; each is kept, and makes a query of its
// own.
inline constexpr size_t kNameBytesMax = size_t{16} << 20;

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
  void CheckColumns(const FileRecord& file, const CsvShape& shape,
                    const std::vector<std::string>& columns) const;
  [[nodiscard]] base::Error NamesNoColumn(const FileRecord& file, const CsvShape& shape) const;
  void CountNames(const FileRecord& file, const std::vector<std::string>& columns);

  const PinnedFiles& pinned_;
  CsvPlan plan_;
  // Of the names of all groups.
  size_t name_bytes_ = 0;
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

// Lines of the plan's files that the engine would not name: file, line, byte_offset, column_name,
// reason, content. Empty when there are none.
std::string CsvBadLinesQuery(const CsvPlan& plan, const PinnedFiles& pinned,
                             const FileReach& reach);

// A query without rows that has ColumnsOf(pinned).
std::string EmptyQuery(const PinnedFiles& pinned);

// A name like `wanted` that is none of `names`, without regard to case.
std::string FreeName(std::string wanted, const std::vector<std::string>& names);

// FROM-less pieces shared by all formats: the record path of `path_expression` (absolute), and the
// rescue column over `extra` columns.
std::string PathText(const FileReach& reach, const std::string& path_expression);
std::string RescueText(const std::vector<std::string>& extra, const std::string& path_text);

}  // namespace laguna::ingest
