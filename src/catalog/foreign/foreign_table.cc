// SPDX-License-Identifier: Apache-2.0
#include "catalog/foreign/foreign_table.h"

#include <utility>

#include "catalog/scan/composed_columns.h"
#include "catalog/scan/table_scan.h"
#include "duckdb/storage/statistics/base_statistics.hpp"
#include "duckdb/storage/table_storage_info.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

ForeignTable::ForeignTable(ForeignCatalog& catalog, duckdb::SchemaCatalogEntry& schema,
                           duckdb::CreateTableInfo& info, TableViewPtr view, bool fixed)
    : TableCatalogEntry(catalog, schema, info),
      foreign_catalog_(catalog),
      view_(std::move(view)),
      fixed_(fixed) {}

duckdb::unique_ptr<duckdb::BaseStatistics> ForeignTable::GetStatistics(duckdb::ClientContext&,
                                                                       duckdb::column_t) {
  return nullptr;  // The scan function has them: they belong to the files it reads.
}

duckdb::TableFunction ForeignTable::GetScanFunction(
    duckdb::ClientContext& context, duckdb::unique_ptr<duckdb::FunctionData>& bind_data) {
  return engine::Guarded([&] {
    const auto& table = foreign_catalog_.table();
    TableScanSource source;
    source.view =
        fixed_ ? view_ : ViewOf(table.log->root(), *foreign_catalog_.SnapshotFor(context));
    source.store = table.store;
    source.owned_store = table.owned_store;
    source.table = this;
    auto scan = BindTableScan(context, source);
    bind_data = std::move(scan.bind_data);
    return std::move(scan.function);
  });
}

duckdb::TableStorageInfo ForeignTable::GetStorageInfo(duckdb::ClientContext&) {
  return {};
}

duckdb::virtual_column_map_t ForeignTable::GetVirtualColumns() const {
  return HiddenColumns(*view_);
}

duckdb::vector<duckdb::column_t> ForeignTable::GetRowIdColumns() const {
  return ScanRowIdColumns();
}

}  // namespace laguna::catalog
