// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/returned_changes.h"

#include <numeric>
#include <string_view>

#include "catalog/row_change/file_rows_scan.h"

namespace laguna::catalog {
namespace {

// What MERGE calls it.
const char* ActionOf(std::string_view change_type) {
  return change_type == kInserted ? "INSERT" : "UPDATE";
}

void ReferToColumns(duckdb::DataChunk& chunk, duckdb::DataChunk& rows, size_t columns) {
  for (size_t i = 0; i < columns; ++i) chunk.data[i].Reference(rows.data[i]);
  chunk.SetCardinality(rows);
}

// The change types of rows as the engine names actions.
void TellActions(duckdb::Vector& actions, duckdb::Vector& change_types, duckdb::idx_t rows) {
  duckdb::UnifiedVectorFormat format;
  change_types.ToUnifiedFormat(rows, format);
  const auto* types = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(format);
  auto* told = duckdb::FlatVector::GetData<duckdb::string_t>(actions);
  for (duckdb::idx_t row = 0; row < rows; ++row) {
    const auto& type = types[format.sel->get_index(row)];
    told[row] = duckdb::string_t(ActionOf({type.GetData(), type.GetSize()}));
  }
}

}  // namespace

ReturnedChanges::ReturnedChanges(duckdb::ClientContext& context, const ApplyRowChanges& changes)
    : changes_(changes) {
  auto& kept = *changes.state().kept_rows();
  kept.InitializeScan(written_);
  kept.InitializeScanChunk(written_rows_);
  const auto source =
      SourceOfFileRows(changes.change(), changes.state().Touched(context), FileRows::kDeleted);
  if (!source.view) return;
  duckdb::vector<duckdb::column_t> columns(changes.change().target->columns.size());
  std::iota(columns.begin(), columns.end(), duckdb::column_t{0});
  deleted_.emplace(context, source, columns);
  deleted_rows_.Initialize(context, deleted_->types());
}

bool ReturnedChanges::Read(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk) {
  return ReadWritten(chunk) || ReadDeleted(context, chunk);
}

bool ReturnedChanges::ReadWritten(duckdb::DataChunk& chunk) {
  if (!changes_.state().kept_rows()->Scan(written_, written_rows_)) return false;
  const size_t columns = changes_.change().target->columns.size();
  ReferToColumns(chunk, written_rows_, columns);
  if (chunk.ColumnCount() > columns) {
    TellActions(chunk.data[columns], written_rows_.data.back(), chunk.size());
  }
  return true;
}

bool ReturnedChanges::ReadDeleted(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk) {
  if (!deleted_) return false;
  if (!reader_) reader_.emplace(context, *deleted_);
  deleted_rows_.Reset();
  if (!reader_->Read(context.client, deleted_rows_)) return false;
  const size_t columns = changes_.change().target->columns.size();
  ReferToColumns(chunk, deleted_rows_, columns);
  if (chunk.ColumnCount() > columns) chunk.data[columns].Reference(duckdb::Value("DELETE"));
  return true;
}

}  // namespace laguna::catalog
