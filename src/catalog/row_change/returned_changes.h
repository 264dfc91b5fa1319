// SPDX-License-Identifier: Apache-2.0
// The rows that a row change gives back (RETURNING): those it wrote, as they are, and those it
// deleted, as they were; behind a MERGE also what was done with each. Read by one thread, once the
// change is settled.
#pragma once

#include <optional>

#include "catalog/row_change/apply_row_changes.h"
#include "catalog/scan/bound_scan.h"
#include "duckdb/common/types/column/column_data_scan_states.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class ReturnedChanges {
 public:
  // `changes` outlives it.
  ReturnedChanges(duckdb::ClientContext& context, const ApplyRowChanges& changes);

  // False at the end.
  bool Read(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk);

 private:
  bool ReadWritten(duckdb::DataChunk& chunk);
  bool ReadDeleted(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk);

  const ApplyRowChanges& changes_;
  duckdb::ColumnDataScanState written_;
  duckdb::DataChunk written_rows_;
  // Nothing when no row was deleted.
  std::optional<BoundScan> deleted_;
  std::optional<BoundScan::Reader> reader_;
  duckdb::DataChunk deleted_rows_;
};

}  // namespace laguna::catalog
