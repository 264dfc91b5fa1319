// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "catalog/row_change/row_ids.h"
#include "catalog/scan/composed_columns.h"
#include "catalog/scan/table_scan.h"
#include "catalog/table_columns.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_default_expression.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "duckdb/planner/operator/logical_projection.hpp"
#include "duckdb/planner/operator/logical_update.hpp"
#include "duckdb/storage/statistics/base_statistics.hpp"
#include "duckdb/storage/table_storage_info.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
LakeTable::LakeTable(LakeSchema& schema, duckdb::CreateTableInfo& info, std::string root)
    : TableCatalogEntry(schema.ParentCatalog(), schema, info), root_(std::move(root)) {}

std::unique_ptr<LakeTable> LakeTable::Make(LakeSchema& schema, const std::string& name,
                                           TableViewPtr view, bool fixed) {
  const auto info = EntryInfo(schema, name, view->metadata);
  std::unique_ptr<LakeTable> table(new LakeTable(schema, *info, view->root));
  table->view_ = std::move(view);
  table->fixed_ = fixed;
  return table;
}

std::unique_ptr<LakeTable> LakeTable::MakeBroken(LakeSchema& schema, const std::string& name,
                                                 base::Error error) {
  const auto info = duckdb::make_uniq<duckdb::CreateTableInfo>(schema, name);
  info->comment = duckdb::Value("cannot be read: " + error.sentence());
  std::unique_ptr<LakeTable> table(new LakeTable(schema, *info, schema.FolderOf(name)));
  table->error_ = std::move(error);
  return table;
}

namespace {

// The place of a column of the table among those scanned.
duckdb::idx_t ScannedAt(duckdb::LogicalGet& get, duckdb::idx_t column) {
  const auto& scanned = get.GetColumnIds();
  for (duckdb::idx_t place = 0; place < scanned.size(); ++place) {
    if (scanned[place].GetPrimaryIndex() == column && !scanned[place].HasChildren()) return place;
  }
  get.AddColumnId(column);
  return get.GetColumnIds().size() - 1;
}

[[noreturn]] void RefuseIdentityUpdate(const LakeTable& table, const std::string& column) {
  const std::string name = fmt::format("{}.{}", table.schema.name, table.name);
  engine::ThrowAsDuckdb(base::Error(base::ErrorKind::kInvalidInput, "write.identity_update",
                                    fmt::format("Column \"{}\" of table {} is an identity column: "
                                                "its values stay as they are.",
                                                column, name))
                            .Hint("Leave it out of SET.")
                            .With("table", name)
                            .With("column", column));
}

}  // namespace

LakeSchema& LakeTable::lake_schema() const {
  return dynamic_cast<LakeSchema&>(schema);
}

LakeTransaction::ScannedView LakeTable::ViewFor(duckdb::ClientContext& context) {
  if (error_) throw *error_;
  if (fixed_) return {view_, nullptr};
  auto current = LakeTransaction::Get(context, catalog).ViewForScan(root_);
  if (current.view) {
    current.view = WithDefinition(current.view, view_->metadata);
    return current;
  }
  throw base::Error(base::ErrorKind::kNotFound, "catalog.unknown_table",
                    fmt::format("Table {}.{} was dropped.", schema.name, name));
}

duckdb::unique_ptr<duckdb::BaseStatistics> LakeTable::GetStatistics(duckdb::ClientContext&,
                                                                    duckdb::column_t) {
  return nullptr;  // The scan function has them: they belong to the files it reads.
}

duckdb::TableFunction LakeTable::GetScanFunction(
    duckdb::ClientContext& context, duckdb::unique_ptr<duckdb::FunctionData>& bind_data) {
  return engine::Guarded([&] {
    TableScanSource source;
    auto scanned = ViewFor(context);
    source.view = std::move(scanned.view);
    source.read = std::move(scanned.read);
    source.store = &lake_schema().lake_catalog().environment().store;
    source.table = this;
    auto scan = BindTableScan(context, source);
    bind_data = std::move(scan.bind_data);
    return std::move(scan.function);
  });
}

duckdb::TableStorageInfo LakeTable::GetStorageInfo(duckdb::ClientContext& context) {
  return engine::Guarded([&] {
    duckdb::TableStorageInfo info;
    if (error_) return info;
    const auto view = fixed_ ? view_ : LakeTransaction::Get(context, catalog).View(root_);
    const auto rows = view ? view->files.total_rows() : std::nullopt;
    if (rows) info.cardinality = static_cast<duckdb::idx_t>(*rows);
    return info;
  });
}

// A generated column that is not set is computed, which DEFAULT says to those who plan.
//
// The engine's own way to ask for further columns (LogicalUpdate::BindExtraColumns) puts a column
// that is scanned already into the scan a second time, which Parquet scans do not fill.
void LakeTable::BindUpdateConstraints(duckdb::Binder& /*binder*/, duckdb::LogicalGet& get,
                                      duckdb::LogicalProjection& projection,
                                      duckdb::LogicalUpdate& update,
                                      duckdb::ClientContext& /*context*/) {
  update.update_is_del_and_insert = true;
  for (const auto& column : GetColumns().Physical()) {
    const delta::StructField& field = view_->metadata.schema.fields[column.Logical().index];
    const bool is_set =
        std::ranges::find(update.columns, column.Physical()) != update.columns.end();
    if (is_set && delta::IsIdentity(field)) RefuseIdentityUpdate(*this, column.Name());
    if (is_set) continue;
    const auto& type = column.Type();
    update.columns.push_back(column.Physical());
    if (delta::GenerationExpressionOf(field)) {
      update.expressions.push_back(duckdb::make_uniq<duckdb::BoundDefaultExpression>(type));
      continue;
    }
    update.expressions.push_back(duckdb::make_uniq<duckdb::BoundColumnRefExpression>(
        type, duckdb::ColumnBinding(projection.table_index, projection.expressions.size())));
    projection.expressions.push_back(duckdb::make_uniq<duckdb::BoundColumnRefExpression>(
        type, duckdb::ColumnBinding(get.table_index, ScannedAt(get, column.Logical().index))));
  }
}

duckdb::virtual_column_map_t LakeTable::GetVirtualColumns() const {
  return view_ ? HiddenColumns(*view_) : ScanVirtualColumns();
}

duckdb::vector<duckdb::column_t> LakeTable::GetRowIdColumns() const {
  auto columns = ScanRowIdColumns();
  if (view_ && KeepsRowIds(*view_)) columns.push_back(RowIdColumns().front());
  return columns;
}

}  // namespace laguna::catalog
