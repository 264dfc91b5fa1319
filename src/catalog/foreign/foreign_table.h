// SPDX-License-Identifier: Apache-2.0
// The table of a ForeignCatalog as DuckDB's catalog entry: one definition, as LakeTable is. An
// entry fixed to an old version (AT ...) carries its files. Immutable.
#pragma once

#include <memory>
#include <string>

#include "catalog/foreign/foreign_catalog.h"
#include "catalog/table_view.h"
#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"

namespace laguna::catalog {

class ForeignTable final : public duckdb::TableCatalogEntry {
 public:
  ForeignTable(ForeignCatalog& catalog, duckdb::SchemaCatalogEntry& schema,
               duckdb::CreateTableInfo& info, TableViewPtr view, bool fixed);

  [[nodiscard]] ForeignCatalog& foreign_catalog() const { return foreign_catalog_; }
  // The definition the entry stands for.
  [[nodiscard]] const TableViewPtr& view() const { return view_; }
  [[nodiscard]] bool fixed() const { return fixed_; }

  duckdb::unique_ptr<duckdb::BaseStatistics> GetStatistics(duckdb::ClientContext& context,
                                                           duckdb::column_t column_id) override;
  using TableCatalogEntry::GetScanFunction;
  duckdb::TableFunction GetScanFunction(
      duckdb::ClientContext& context, duckdb::unique_ptr<duckdb::FunctionData>& bind_data) override;
  duckdb::TableStorageInfo GetStorageInfo(duckdb::ClientContext& context) override;
  duckdb::virtual_column_map_t GetVirtualColumns() const override;
  duckdb::vector<duckdb::column_t> GetRowIdColumns() const override;

 private:
  ForeignCatalog& foreign_catalog_;
  const TableViewPtr view_;
  const bool fixed_;
};

}  // namespace laguna::catalog
