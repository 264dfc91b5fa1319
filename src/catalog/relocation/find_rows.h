// SPDX-License-Identifier: Apache-2.0
// Finds rows of files that were written anew, wherever they are in the new ones: so a row change
// and an OPTIMIZE, of whatever writer and in whatever order, both go in.
//
// Rows are the same when all columns are, and their ids where the table keeps some. Which of
// several equal rows is found is not said. But the first column alone is read first, or the ids:
// who rewrites files keeps all rows, so where the new files have as many rows of a value as are
// looked for, these are they. Only where they have more, more columns are read. In memory are the
// rows looked for, up to WantedRows::kBytesMax.
#pragma once

#include <optional>
#include <span>

#include "catalog/table_view.h"
#include "delta/claimed_rows.h"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace laguna::catalog {

// As delta::FindRows has it. All files are of one partition of the table that `view` shows; of the
// old ones the rows named are read, whatever their deletion vectors say, of the new ones those that
// are live. Nothing also when a file cannot be read and when there are too many rows. Cancelled
// when `outer` is interrupted, whose settings hold.
std::optional<delta::RowClaims> FindRows(duckdb::ClientContext& outer, const TableView& view,
                                         io::ObjectStore& store,
                                         std::span<const delta::OldRows> old,
                                         std::span<const delta::AddFile> files);

}  // namespace laguna::catalog
