// SPDX-License-Identifier: Apache-2.0
// A Delta table as DuckDB's catalog entry.
//
// An entry stands for one *definition* of a table (schema, partitioning, properties), not for its
// rows: the files to scan come from the transaction at each bind. An entry fixed to an old version
// (AT ...) carries its files. Immutable; owned by LakeSchema, lives as long as the catalog.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "catalog/lake_transaction.h"
#include "catalog/table_view.h"
#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"

namespace laguna::catalog {

class LakeSchema;

class LakeTable final : public duckdb::TableCatalogEntry {
 public:
  // The entry for the definition of `view`; with `fixed` its scans read `view` itself.
  static std::unique_ptr<LakeTable> Make(LakeSchema& schema, const std::string& name,
                                         TableViewPtr view, bool fixed);
  // An entry for a table whose log cannot be read: no columns, the error as its comment; scanning
  // it throws the error.
  static std::unique_ptr<LakeTable> MakeBroken(LakeSchema& schema, const std::string& name,
                                               base::Error error);

  // The definition the entry stands for. Its files are those of the version first seen: scans take
  // theirs from the transaction. Null for a broken table.
  [[nodiscard]] const TableViewPtr& view() const { return view_; }
  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] bool fixed() const { return fixed_; }
  [[nodiscard]] const std::optional<base::Error>& error() const { return error_; }
  // The schema it belongs to, as ours.
  [[nodiscard]] LakeSchema& lake_schema() const;

  duckdb::unique_ptr<duckdb::BaseStatistics> GetStatistics(duckdb::ClientContext& context,
                                                           duckdb::column_t column_id) override;
  using TableCatalogEntry::GetScanFunction;
  duckdb::TableFunction GetScanFunction(
      duckdb::ClientContext& context, duckdb::unique_ptr<duckdb::FunctionData>& bind_data) override;
  duckdb::TableStorageInfo GetStorageInfo(duckdb::ClientContext& context) override;
  // An UPDATE writes whole rows: asks for the columns it does not set.
  void BindUpdateConstraints(duckdb::Binder& binder, duckdb::LogicalGet& get,
                             duckdb::LogicalProjection& projection, duckdb::LogicalUpdate& update,
                             duckdb::ClientContext& context) override;
  duckdb::virtual_column_map_t GetVirtualColumns() const override;
  // A row's file and its position there; in tables whose rows keep ids (row_change/row_ids.h) also
  // the row's id.
  duckdb::vector<duckdb::column_t> GetRowIdColumns() const override;

 private:
  LakeTable(LakeSchema& schema, duckdb::CreateTableInfo& info, std::string root);
  LakeTransaction::ScannedView ViewFor(duckdb::ClientContext& context);

  std::string root_;
  TableViewPtr view_;
  bool fixed_ = false;
  std::optional<base::Error> error_;
};

}  // namespace laguna::catalog
