// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/row_change_state.h"

#include <utility>

#include "catalog/lake_catalog.h"
#include "duckdb/storage/buffer_manager.hpp"

namespace laguna::catalog {

RowChangeState::RowChangeState(duckdb::ClientContext& context, RowChangePtr change)
    : change_(std::move(change)), begun_ms_(change_->target->catalog.environment().clock.NowMs()) {
  for (const size_t file : change_->whole_files) marks_.MarkWholeFile(file);
  if (!change_->KeepsChangedRows()) return;
  kept_rows_ = duckdb::make_uniq<duckdb::ColumnDataCollection>(
      duckdb::BufferManager::GetBufferManager(context), ChangedRowTypes(*change_));
}

void RowChangeState::Keep(duckdb::DataChunk& changed_rows) {
  const std::lock_guard lock(mutex_);
  kept_rows_->Append(changed_rows);
}

void RowChangeState::CountInserted(duckdb::idx_t rows) {
  const std::lock_guard lock(mutex_);
  inserted_ += rows;
}

void RowChangeState::CountBySource(RowMarks::Kind kind, duckdb::idx_t rows) {
  const std::lock_guard lock(mutex_);
  by_source_[static_cast<size_t>(kind)] += rows;
}

const std::vector<TouchedFile>& RowChangeState::Touched(duckdb::ClientContext& context) {
  const std::lock_guard lock(mutex_);
  if (!touched_) touched_ = TouchedFilesOf(context, *change_, marks_.Take());
  return *touched_;
}

duckdb::vector<duckdb::LogicalType> RowTypes(const RowChange& change) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const WriteColumn& column : change.target->columns) types.push_back(column.type);
  if (change.keeps_row_ids) types.insert(types.end(), 2, duckdb::LogicalType::BIGINT);
  return types;
}

duckdb::vector<duckdb::LogicalType> ChangedRowTypes(const RowChange& change) {
  auto types = RowTypes(change);
  if (change.pairs_changes) types.push_back(duckdb::LogicalType::BIGINT);
  types.push_back(duckdb::LogicalType::VARCHAR);
  return types;
}

int64_t PairOf(RowId id) {
  // More rows than any file has.
  constexpr int kRowBits = 40;
  return static_cast<int64_t>((static_cast<uint64_t>(id.file) << kRowBits) | id.row);
}

}  // namespace laguna::catalog
