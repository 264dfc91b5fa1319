// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/bound_scan.h"

#include "catalog/scan/table_scan.h"
#include "duckdb/function/table_function.hpp"

namespace laguna::catalog {
namespace {

duckdb::LogicalType TypeOf(const BoundTableScan& scan,
                           const duckdb::virtual_column_map_t& hidden_columns,
                           duckdb::column_t column) {
  if (column < scan.types.size()) return scan.types[column];
  return hidden_columns.at(column).type;
}

}  // namespace

BoundScan::BoundScan(duckdb::ClientContext& context, const TableScanSource& source,
                     const duckdb::vector<duckdb::column_t>& columns)
    : scan_(BindTableScan(context, source)), columns_(columns) {
  // The scan knows its hidden columns from when it was asked for them.
  const auto hidden = scan_.function.get_virtual_columns(context, scan_.bind_data.get());
  for (const auto column : columns_) types_.push_back(TypeOf(scan_, hidden, column));
  auto input = Input();
  state_ = scan_.function.init_global(context, input);
}

duckdb::TableFunctionInitInput BoundScan::Input() const {
  const duckdb::vector<duckdb::idx_t> all_columns;
  return {scan_.bind_data.get(), columns_, all_columns, nullptr};
}

BoundScan::Reader::Reader(duckdb::ExecutionContext& context, BoundScan& scan) : scan_(scan) {
  auto input = scan.Input();
  state_ = scan.scan_.function.init_local(context, input, scan.state_.get());
}

bool BoundScan::Reader::Read(duckdb::ClientContext& context, duckdb::DataChunk& chunk) {
  duckdb::TableFunctionInput input(scan_.scan_.bind_data.get(), state_.get(), scan_.state_.get());
  input.results_execution_mode = duckdb::AsyncResultsExecutionMode::SYNCHRONOUS;
  while (true) {
    input.async_result = duckdb::AsyncResultType::IMPLICIT;
    scan_.scan_.function.function(context, input, chunk);
    if (chunk.size() > 0) return true;
    if (input.async_result.GetResultType() != duckdb::AsyncResultType::HAVE_MORE_OUTPUT) {
      return false;
    }
  }
}

}  // namespace laguna::catalog
