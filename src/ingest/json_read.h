// SPDX-License-Identifier: Apache-2.0
// JSON files, one object a line, over pinned columns.
//
// Lines are read as text and taken apart once, into texts, so that a value that does not go into
// its pinned type makes a bad line and not a NULL. Objects and arrays are VARCHAR columns with
// their JSON, unless the user types them. Keys beyond the pinned ones go into the rescue column.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/csv_read.h"
#include "ingest/csv_shapes.h"
#include "ingest/file_reach.h"
#include "ingest/pinned_source.h"

namespace laguna::ingest {

// What the engine finds in some of the files.
ColumnList JsonColumns(const RunText& run, const FileReach& reach,
                       const std::vector<FileRecord>& files);
// The rows of lines that are objects of the pinned types. Without `rejects` any other line is an
// error of the query.
std::string JsonQuery(const FileReach& reach, const std::vector<FileRecord>& files,
                      const PinnedFiles& pinned, const std::optional<RejectTables>& rejects);
// The other lines: file, column_name, reason, content.
std::string JsonBadLinesQuery(const FileReach& reach, const std::vector<FileRecord>& files,
                              const PinnedFiles& pinned);

}  // namespace laguna::ingest
