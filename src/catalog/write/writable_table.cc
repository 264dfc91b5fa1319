// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/writable_table.h"

#include <fmt/format.h>

#include <string>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/materialized_view.h"
#include "delta/table_feature.h"

namespace laguna::catalog {
namespace {

std::string NameOf(const LakeTable& table) {
  return fmt::format("{}.{}", table.ParentSchema().name, table.name);
}

}  // namespace

TableViewPtr ViewToWrite(duckdb::ClientContext& context, LakeCatalog& catalog,
                         const LakeTable& table) {
  auto view = LakeTransaction::Get(context, catalog).View(table.root());
  if (view) return view;
  throw base::Error(base::ErrorKind::kNotFound, "catalog.unknown_table",
                    fmt::format("Table {} is gone.", NameOf(table)));
}

delta::Protocol CheckWrite(duckdb::ClientContext& context, LakeCatalog& catalog,
                           const LakeTable& table, const TableView& view,
                           const delta::Metadata& definition) {
  CheckMayWriteRows(context, definition, NameOf(table));
  delta::Protocol protocol = delta::GrowProtocol(view.protocol, definition);
  delta::CheckWritable(protocol, definition, catalog.environment().store.Locate(table.root()));
  delta::CheckFilesMayChange(definition, NameOf(table));
  return protocol;
}

}  // namespace laguna::catalog
