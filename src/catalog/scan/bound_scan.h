// SPDX-License-Identifier: Apache-2.0
// Runs a bound scan by hand: for rows that an operator or a commit needs besides the plan.
//
// BoundScan is shared by threads; each reads with a reader of its own.
#pragma once

#include <memory>

#include "catalog/scan/table_scan.h"
#include "duckdb/execution/execution_context.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class BoundScan {
 public:
  // `columns` by their index in the scan's columns, or virtual ones. Nothing is opened yet.
  BoundScan(duckdb::ClientContext& context, const TableScanSource& source,
            const duckdb::vector<duckdb::column_t>& columns);

  [[nodiscard]] duckdb::idx_t MaxThreads() const { return state_->MaxThreads(); }
  // Types of the columns.
  [[nodiscard]] const duckdb::vector<duckdb::LogicalType>& types() const { return types_; }

  class Reader {
   public:
    // `scan` outlives it.
    Reader(duckdb::ExecutionContext& context, BoundScan& scan);
    // False at the end. `chunk` has the scan's types and is empty.
    bool Read(duckdb::ClientContext& context, duckdb::DataChunk& chunk);

   private:
    BoundScan& scan_;
    duckdb::unique_ptr<duckdb::LocalTableFunctionState> state_;
  };

 private:
  [[nodiscard]] duckdb::TableFunctionInitInput Input() const;

  BoundTableScan scan_;
  duckdb::vector<duckdb::column_t> columns_;
  duckdb::vector<duckdb::LogicalType> types_;
  duckdb::unique_ptr<duckdb::GlobalTableFunctionState> state_;
};

}  // namespace laguna::catalog
