// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/returned_rows.h"

namespace laguna::catalog {

namespace {

class KeptRows final : public duckdb::GlobalOperatorState {
 public:
  KeptRows(duckdb::ClientContext& context, const duckdb::vector<duckdb::LogicalType>& types)
      : rows(context, types) {}
  std::mutex mutex;
  duckdb::ColumnDataCollection rows;
};

}  // namespace

ReturnedRows::ReturnedRows(duckdb::PhysicalPlan& plan, const duckdb::PhysicalOperator& rows)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION, rows.types,
                               rows.estimated_cardinality) {}

const duckdb::ColumnDataCollection& ReturnedRows::rows() const {
  return op_state->Cast<KeptRows>().rows;
}

duckdb::unique_ptr<duckdb::GlobalOperatorState> ReturnedRows::GetGlobalOperatorState(
    duckdb::ClientContext& context) const {
  return duckdb::make_uniq<KeptRows>(context, types);
}

duckdb::OperatorResultType ReturnedRows::Execute(duckdb::ExecutionContext& /*context*/,
                                                 duckdb::DataChunk& input, duckdb::DataChunk& chunk,
                                                 duckdb::GlobalOperatorState& global,
                                                 duckdb::OperatorState& /*state*/) const {
  auto& kept = global.Cast<KeptRows>();
  {
    const std::lock_guard lock(kept.mutex);
    kept.rows.Append(input);
  }
  chunk.Reference(input);
  return duckdb::OperatorResultType::NEED_MORE_INPUT;
}

}  // namespace laguna::catalog
