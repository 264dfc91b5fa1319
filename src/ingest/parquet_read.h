// SPDX-License-Identifier: Apache-2.0
// Parquet files over pinned columns: a column a file has not reads NULL, one it has beyond them
// goes into the rescue column. A value that does not go into its pinned type fails the query:
// Parquet has types, so it is no bad line but another table.
#pragma once

#include <string>
#include <vector>

#include "ingest/csv_shapes.h"
#include "ingest/file_reach.h"
#include "ingest/pinned_source.h"

namespace laguna::ingest {

// The columns of all files together.
ColumnList ParquetColumns(const RunText& run, const FileReach& reach,
                          const std::vector<FileRecord>& files);
std::string ParquetQuery(const RunText& run, const FileReach& reach,
                         const std::vector<FileRecord>& files, const PinnedFiles& pinned);

}  // namespace laguna::ingest
