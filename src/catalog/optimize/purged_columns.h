// SPDX-License-Identifier: Apache-2.0
// Which files of a table still hold columns that were dropped (dropped_columns.h): their footers
// are read, several at a time, and nothing else of them. Used on the query's thread, which it
// shares with a few of its own.
#pragma once

#include <vector>

#include "catalog/table_view.h"
#include "delta/compaction.h"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace laguna::catalog {

// Of the files of `partitions`; those with a deletion vector, which a purge writes anew in any
// case, are not looked at. Null when there are none, as in most tables, where no file is opened.
// Errors of reading; Corrupt "optimize.footer" for a file without a footer that can be read;
// Cancelled.
delta::FilePathsPtr FilesWithDroppedColumns(duckdb::ClientContext& context,
                                            const TableViewPtr& view, io::ObjectStore& store,
                                            const std::vector<delta::Partition>& partitions);

}  // namespace laguna::catalog
