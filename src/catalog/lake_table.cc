// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "catalog/scan/row_tracking.h"
#include "catalog/scan/table_scan.h"
#include "catalog/table_columns.h"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
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
  std::unique_ptr<LakeTable> table(new LakeTable(schema, *info, schema.RootOf(name)));
  table->error_ = std::move(error);
  return table;
}

LakeSchema& LakeTable::lake_schema() const {
  return dynamic_cast<LakeSchema&>(schema);
}

TableViewPtr LakeTable::ViewFor(duckdb::ClientContext& context) {
  if (error_) throw *error_;
  if (fixed_) return view_;
  auto current = LakeTransaction::Get(context, catalog).ViewForScan(root_);
  if (current) return current;
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
    source.view = ViewFor(context);
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

duckdb::virtual_column_map_t LakeTable::GetVirtualColumns() const {
  auto columns = ScanVirtualColumns();
  if (view_) AddRowTrackingColumns(*view_, columns);
  return columns;
}

duckdb::vector<duckdb::column_t> LakeTable::GetRowIdColumns() const {
  return ScanRowIdColumns();
}

}  // namespace laguna::catalog
