// SPDX-License-Identifier: Apache-2.0
// Which files a filter can rule out.
//
// A filter is held against what is certain about a column of a file; true means "may match", and
// whatever is not understood may match. Comparisons are made here on the full bounds and not by the
// engine's statistics, which keep only eight bytes of a string.
#pragma once

#include <vector>

#include "catalog/scan/column_bounds.h"
#include "catalog/scan/scan_files.h"
#include "delta/schema.h"
#include "duckdb/planner/table_filter.hpp"

namespace laguna::catalog {

// A column, or a field inside one, of one file. Copied cheaply; `files` outlives it.
class FileColumn {
 public:
  // `column` is an index of the table's schema or one of the scan's virtual columns.
  FileColumn(ScanFiles& files, size_t number, duckdb::column_t column);

  [[nodiscard]] ColumnBounds Bounds() const;
  // The field at `index` of a struct column; nothing when the column is no struct.
  [[nodiscard]] std::optional<FileColumn> Child(size_t index) const;

 private:
  ScanFiles* files_;
  size_t number_;
  duckdb::column_t column_;
  // From the schema's field down; empty for virtual columns.
  std::vector<const delta::StructField*> path_;
};

bool MayMatch(const duckdb::TableFilter& filter, const FileColumn& column);

}  // namespace laguna::catalog
