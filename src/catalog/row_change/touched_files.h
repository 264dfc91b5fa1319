// SPDX-License-Identifier: Apache-2.0
// What becomes of each data file that a statement takes rows out of.
//
// A file that loses all its rows goes. One that loses some gets a deletion vector where the table
// has them, unless so few rows are left that writing those is cheaper for every reader to come;
// elsewhere its other rows are written anew. Decided once, when all rows are marked.
#pragma once

#include <memory>
#include <vector>

#include "catalog/row_change/row_change.h"
#include "catalog/row_change/row_marks.h"
#include "delta/action.h"
#include "delta/deletion_vector.h"
#include "io/object_store.h"

namespace laguna::catalog {

using RowSet = std::shared_ptr<const delta::DeletionVector>;

struct TouchedFile {
  enum class Fate { kStays, kRemoved, kGetsVector, kRewritten };

  // In the statement's view.
  size_t number = 0;
  delta::AddFile entry;
  Fate fate = Fate::kStays;
  // Rows in the file, deleted ones included.
  uint64_t records = 0;
  // Deleted before the statement; by it; written anew by it; both of these.
  RowSet before;
  RowSet deleted;
  RowSet updated;
  RowSet gone;
  // Met, and left as they are.
  RowSet kept;
};

// Errors: those of reading a deletion vector or, where the log does not tell the number of rows, a
// file's footer.
std::vector<TouchedFile> TouchedFilesOf(duckdb::ClientContext& context, const RowChange& change,
                                        std::vector<FileMarks> marks);

}  // namespace laguna::catalog
