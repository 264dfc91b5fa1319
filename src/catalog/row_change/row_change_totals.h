// SPDX-License-Identifier: Apache-2.0
// What a row change did, in numbers, and what DESCRIBE HISTORY shows of it, in Spark's words. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog/row_change/row_change.h"
#include "catalog/row_change/touched_files.h"
#include "catalog/write/written_file.h"
#include "delta/transaction.h"

namespace laguna::catalog {

struct RowChangeTotals {
  int64_t deleted_rows = 0;
  int64_t updated_rows = 0;
  int64_t inserted_rows = 0;
  // Those of deleted and updated rows that no row of the source met (MERGE).
  int64_t deleted_by_source = 0;
  int64_t updated_by_source = 0;
  int64_t copied_rows = 0;
  int64_t added_files = 0;
  int64_t added_bytes = 0;
  int64_t removed_files = 0;
  int64_t removed_bytes = 0;
  int64_t change_files = 0;
  int64_t vectors_added = 0;
  int64_t vectors_updated = 0;
  int64_t vectors_removed = 0;
  int64_t execution_ms = 0;

  void Count(const TouchedFile& file);
  void CountAdded(const WrittenFile& file);
  // Rows of the table that the statement touched: its result.
  [[nodiscard]] int64_t ChangedRows() const;
};

delta::Operation OperationOf(const RowChange& change, const RowChangeTotals& totals);

}  // namespace laguna::catalog
