// SPDX-License-Identifier: Apache-2.0
// What one scan reads of a table, told for the commit behind it: whether rows that others added
// meanwhile might have been read too.
//
// Made when the scan is bound; the planner adds the filters it pushes down, and the scan, when it
// starts, what the build sides of its joins ask for; the transaction asks at its commit. Used by
// the threads of one statement, one after the other.
#pragma once

#include <memory>
#include <vector>

#include "catalog/scan/file_pruning.h"
#include "catalog/table_view.h"
#include "delta/action.h"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace laguna::catalog {

class ScanRead {
 public:
  // The scan keeps only rows for which these hold; columns by their position in `column_ids` of the
  // table with that index. May be called again with others that hold besides.
  void Require(duckdb::idx_t table_index, const duckdb::vector<duckdb::column_t>& column_ids,
               const ScanFilterList& filters);
  // The same, by the scan that starts. Only of one that goes row by row: others may start more than
  // once, with other filters.
  void RequireAtStart(const duckdb::vector<duckdb::column_t>& column_ids,
                      const ScanFilterList& filters) {
    if (row_by_row_) Require(0, column_ids, filters);
  }
  // Each row is looked at alone: what the statement does with one depends on no other row of the
  // table.
  void SetRowByRow() { row_by_row_ = true; }
  [[nodiscard]] bool row_by_row() const { return row_by_row_; }

  // Whether a row of one of these files, taken as files of the table that `view` shows, might be
  // among what the scan reads: by partition values and statistics, then by looking at the rows. A
  // file that cannot be read may hold one.
  [[nodiscard]] bool MayHold(duckdb::ClientContext& context, const TableView& view,
                             io::ObjectStore& store, std::vector<delta::AddFile> files) const;

 private:
  struct Condition {
    duckdb::idx_t table_index = 0;
    duckdb::vector<duckdb::column_t> column_ids;
    ScanFilterList filters;
  };

  std::vector<Condition> conditions_;
  bool row_by_row_ = false;
};

}  // namespace laguna::catalog
