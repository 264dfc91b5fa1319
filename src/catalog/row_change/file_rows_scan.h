// SPDX-License-Identifier: Apache-2.0
// Reads rows of the files that a row change touched, after all rows are marked: those that stay, to
// be written anew, or those that went, as they were.
//
// Which files and rows these are is known when the pipeline of this source starts; the plan sees to
// it that this is behind the pipelines that mark (staged_files.h, and the order of a union).
#pragma once

#include <vector>

#include "catalog/row_change/apply_row_changes.h"
#include "catalog/scan/table_scan.h"
#include "duckdb/execution/physical_operator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

enum class FileRows {
  // What is left of files that are written anew.
  kLeft,
  // What was updated, and what was deleted, with its change type behind.
  kBeforeUpdate,
  kDeleted,
};

// The scan of these rows; without a view when there are none.
TableScanSource SourceOfFileRows(const RowChange& change, const std::vector<TouchedFile>& touched,
                                 FileRows rows);

class FileRowsScan final : public duckdb::PhysicalOperator {
 public:
  // `changes` belongs to the same plan.
  FileRowsScan(duckdb::PhysicalPlan& plan, const ApplyRowChanges& changes, FileRows rows);

  duckdb::string GetName() const override { return "LAKE_FILE_ROWS"; }
  duckdb::InsertionOrderPreservingMap<duckdb::string> ParamsToString() const override;
  bool IsSource() const override { return true; }
  bool ParallelSource() const override { return true; }
  duckdb::OrderPreservationType SourceOrder() const override {
    return duckdb::OrderPreservationType::NO_ORDER;
  }
  duckdb::unique_ptr<duckdb::GlobalSourceState> GetGlobalSourceState(
      duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::LocalSourceState> GetLocalSourceState(
      duckdb::ExecutionContext& context, duckdb::GlobalSourceState& global) const override;

 protected:
  duckdb::SourceResultType GetDataInternal(duckdb::ExecutionContext& context,
                                           duckdb::DataChunk& chunk,
                                           duckdb::OperatorSourceInput& input) const override;

 private:
  const ApplyRowChanges& changes_;
  FileRows rows_;
};

}  // namespace laguna::catalog
