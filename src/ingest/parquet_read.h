// SPDX-License-Identifier: Apache-2.0
// Parquet files over pinned columns: a column a file has not reads NULL, one it has beyond them
// goes into the rescue column. Files are read by groups of one schema. Where a file's type is not
// the pinned one, values are cast, and a row with one that would not come back as it was is a bad
// row, not a changed one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/csv_read.h"
#include "ingest/csv_shapes.h"
#include "ingest/file_reach.h"
#include "ingest/pinned_source.h"

namespace laguna::ingest {

// Files of one schema.
struct ParquetGroup {
  std::vector<FileRecord> files;
  ColumnList columns;
};

// Files that are no Parquet, or that the engine does not read, are left out and go to `bad_files`.
std::vector<ParquetGroup> ParquetGroups(const RunText& run, const FileReach& reach,
                                        const std::vector<FileRecord>& files,
                                        std::vector<BadLine>& bad_files);
// The columns of all files together; the widest type of each. InvalidInput, naming one, when none
// can be read.
ColumnList ParquetColumns(const RunText& run, const FileReach& reach,
                          const std::vector<FileRecord>& files);
// The rows that go into the pinned types. Without `rejects` any other row is an error of the query.
std::string ParquetQuery(const std::vector<ParquetGroup>& groups, const FileReach& reach,
                         const PinnedFiles& pinned, const std::optional<RejectTables>& rejects);
// The other rows: file, line (NULL), byte_offset (NULL), column_name, reason, content (as JSON).
// Empty when there can be none.
std::string ParquetBadRowsQuery(const std::vector<ParquetGroup>& groups, const FileReach& reach,
                                const PinnedFiles& pinned);

}  // namespace laguna::ingest
