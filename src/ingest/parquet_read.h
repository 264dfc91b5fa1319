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

// InvalidInput for a file that is no Parquet, by name.
std::vector<ParquetGroup> ParquetGroups(const RunText& run, const FileReach& reach,
                                        const std::vector<FileRecord>& files);
// The columns of all groups together; the widest type of each.
ColumnList ParquetColumns(const RunText& run, const FileReach& reach,
                          const std::vector<FileRecord>& files);
// The rows that go into the pinned types. Without `rejects` any other row is an error of the query.
std::string ParquetQuery(const std::vector<ParquetGroup>& groups, const FileReach& reach,
                         const PinnedFiles& pinned, const std::optional<RejectTables>& rejects);
// The other rows: file, column_name, reason, content (as JSON). Empty when there can be none.
std::string ParquetBadRowsQuery(const std::vector<ParquetGroup>& groups, const FileReach& reach,
                                const PinnedFiles& pinned);

}  // namespace laguna::ingest
