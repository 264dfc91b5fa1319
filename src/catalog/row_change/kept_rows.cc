// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/kept_rows.h"

#include "duckdb/common/types/column/column_data_scan_states.hpp"

namespace laguna::catalog {
namespace {

class KeptRowsState final : public duckdb::GlobalSourceState {
 public:
  explicit KeptRowsState(duckdb::ColumnDataCollection& kept) : rows(kept) {
    rows.InitializeScan(scan);
  }
  duckdb::idx_t MaxThreads() override { return rows.ChunkCount(); }

  duckdb::ColumnDataCollection& rows;
  duckdb::ColumnDataParallelScanState scan;
};

class KeptRowsReader final : public duckdb::LocalSourceState {
 public:
  duckdb::ColumnDataLocalScanState scan;
};

}  // namespace

KeepRows::KeepRows(duckdb::PhysicalPlan& plan, const ApplyRowChanges& changes,
                   duckdb::idx_t estimated_rows)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION,
                               RowTypes(changes.change()), estimated_rows),
      changes_(changes) {}

duckdb::OperatorResultType KeepRows::Execute(duckdb::ExecutionContext& /*context*/,
                                             duckdb::DataChunk& input, duckdb::DataChunk& chunk,
                                             duckdb::GlobalOperatorState& /*global*/,
                                             duckdb::OperatorState& /*state*/) const {
  if (input.size() > 0) changes_.state().Keep(input);
  for (duckdb::idx_t i = 0; i < chunk.ColumnCount(); ++i) chunk.data[i].Reference(input.data[i]);
  chunk.SetCardinality(input);
  return duckdb::OperatorResultType::NEED_MORE_INPUT;
}

KeptRowsScan::KeptRowsScan(duckdb::PhysicalPlan& plan, const ApplyRowChanges& changes)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION,
                               ChangedRowTypes(changes.change()), 0),
      changes_(changes) {}

duckdb::unique_ptr<duckdb::GlobalSourceState> KeptRowsScan::GetGlobalSourceState(
    duckdb::ClientContext& /*context*/) const {
  return duckdb::make_uniq<KeptRowsState>(*changes_.state().kept_rows());
}

duckdb::unique_ptr<duckdb::LocalSourceState> KeptRowsScan::GetLocalSourceState(
    duckdb::ExecutionContext& /*context*/, duckdb::GlobalSourceState& /*global*/) const {
  return duckdb::make_uniq<KeptRowsReader>();
}

duckdb::SourceResultType KeptRowsScan::GetDataInternal(duckdb::ExecutionContext& /*context*/,
                                                       duckdb::DataChunk& chunk,
                                                       duckdb::OperatorSourceInput& input) const {
  auto& state = input.global_state.Cast<KeptRowsState>();
  auto& local = input.local_state.Cast<KeptRowsReader>();
  state.rows.Scan(state.scan, local.scan, chunk);
  return chunk.size() > 0 ? duckdb::SourceResultType::HAVE_MORE_OUTPUT
                          : duckdb::SourceResultType::FINISHED;
}

}  // namespace laguna::catalog
