// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/row_change_state.h"

#include <utility>

#include "duckdb/storage/buffer_manager.hpp"

namespace laguna::catalog {

RowChangeState::RowChangeState(duckdb::ClientContext& context, RowChangePtr change)
    : change_(std::move(change)) {
  for (const size_t file : change_->whole_files) marks_.MarkWholeFile(file);
  if (!change_->KeepsChangedRows()) return;
  kept_rows_ = duckdb::make_uniq<duckdb::ColumnDataCollection>(
      duckdb::BufferManager::GetBufferManager(context), ChangedRowTypes(*change_->target));
}

void RowChangeState::Keep(duckdb::DataChunk& changed_rows) {
  const std::lock_guard lock(mutex_);
  kept_rows_->Append(changed_rows);
}

void RowChangeState::CountInserted(duckdb::idx_t rows) {
  const std::lock_guard lock(mutex_);
  inserted_ += rows;
}

const std::vector<TouchedFile>& RowChangeState::Touched(duckdb::ClientContext& context) {
  const std::lock_guard lock(mutex_);
  if (!touched_) touched_ = TouchedFilesOf(context, *change_, marks_.Take());
  return *touched_;
}

duckdb::vector<duckdb::LogicalType> RowTypes(const WriteTarget& target) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const WriteColumn& column : target.columns) types.push_back(column.type);
  return types;
}

duckdb::vector<duckdb::LogicalType> ChangedRowTypes(const WriteTarget& target) {
  auto types = RowTypes(target);
  types.push_back(duckdb::LogicalType::VARCHAR);
  return types;
}

}  // namespace laguna::catalog
