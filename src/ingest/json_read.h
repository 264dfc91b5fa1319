// SPDX-License-Identifier: Apache-2.0
// JSON files over pinned columns: objects one a line, one behind the other, or as an array
// (json_records.h); each file says itself which.
//
// An object is read as text and taken apart once, into texts, so that a value that does not go into
// its pinned type makes a bad record and not a NULL. Objects and arrays in it are VARCHAR columns
// with their JSON, unless the user types them. Keys beyond the pinned ones go into the rescue
// column.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/csv_read.h"
#include "ingest/csv_shapes.h"
#include "ingest/file_reach.h"
#include "ingest/pinned_source.h"

namespace laguna::ingest {

// What the engine finds in some of the files. InvalidInput, naming the first, when it can read
// none.
ColumnList JsonColumns(const RunText& run, const FileReach& reach,
                       const std::vector<FileRecord>& files);
// The rows of objects of the pinned types. Without `rejects` anything else is an error of the
// query.
std::string JsonQuery(const FileReach& reach, const std::vector<FileRecord>& files,
                      const PinnedFiles& pinned, const std::optional<RejectTables>& rejects);
// All else: file, line, byte_offset, column_name, reason, content.
std::string JsonBadLinesQuery(const FileReach& reach, const std::vector<FileRecord>& files,
                              const PinnedFiles& pinned);

}  // namespace laguna::ingest
