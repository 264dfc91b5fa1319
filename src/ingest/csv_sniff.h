// SPDX-License-Identifier: Apache-2.0
// Finding out, once, how the CSV files of a source are cut and what their columns are.
//
// The engine's sniffer costs many times what reading does, so it is asked for one file, the
// largest, and then only for files that say more: one of each other header, and more of them while
// a column had no value yet. A column has the type that holds what was seen (source_column.h). What
// does not fit in the rest of the first batch widens the column before anything is committed
// (stream_update.cc); from then on the types hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/csv_shapes.h"
#include "ingest/file_reach.h"
#include "ingest/pinned_source.h"
#include "ingest/read_files_options.h"

namespace laguna::ingest {

// `files` are those of the first batch; those without a byte are passed over. Nothing when no file
// is left and the options name no columns. InvalidInput, naming the file, where none can be
// understood.
std::optional<PinnedFiles> LookAtCsv(const RunText& run, CsvShapes& shapes, FileReach& reach,
                                     const std::vector<FileRecord>& files,
                                     const ReadFilesOptions& options, const io::Call& call);

// Columns, types and added columns as the user wants them.
void TakeGiven(PinnedFiles& pinned, const ReadFilesOptions& options);

// Marks the columns whose types the user chose.
void MarkGiven(PinnedFiles& pinned, const ReadFilesOptions& options);

// The arguments that tell the engine a dialect, each with ", " before it.
std::string DialectArguments(const CsvDialect& dialect);

}  // namespace laguna::ingest
