// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/altered_table.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_table.h"
#include "catalog/lake_transaction.h"
#include "catalog/materialized_view.h"
#include "catalog/named_table.h"
#include "delta/table_feature.h"
#include "duckdb/catalog/catalog_entry/view_catalog_entry.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

void RefuseView(const duckdb::CatalogEntry& entry) {
  if (entry.type != duckdb::CatalogType::VIEW_ENTRY) return;
  const std::string name = fmt::format("{}.{}", entry.ParentSchema().name, entry.name);
  throw Error(ErrorKind::kInvalidInput, "catalog.other_sort",
              fmt::format("{} is a view; ALTER TABLE takes tables.", name))
      .Hint(fmt::format("CREATE OR REPLACE VIEW {} AS ... changes it.", name))
      .With("name", name);
}

}  // namespace

AlteredTable OpenToAlter(duckdb::ClientContext& context, const std::string& name,
                         duckdb::QueryErrorContext place) {
  duckdb::CatalogEntry& entry = NamedEntry(context, name, place);
  RefuseView(entry);
  LakeTable& table = AsLakeTable(entry, name, "so Laguna does not alter it");
  LakeCatalog& catalog = table.lake_schema().lake_catalog();
  TableViewPtr view = LakeTransaction::Get(context, catalog).View(table.root());
  return {catalog, table.root(), fmt::format("{}.{}", table.lake_schema().name, table.name),
          std::move(view)};
}

bool IsMissingTable(duckdb::ClientContext& context, const std::string& name) {
  try {
    OpenToAlter(context, name);
    return false;
  } catch (const std::exception& failure) {
    if (engine::Translate(duckdb::ErrorData(failure)).kind() == ErrorKind::kNotFound) return true;
    throw;
  }
}

void AlterTable(duckdb::ClientContext& context, const AlteredTable& table,
                delta::Metadata definition, delta::Operation operation) {
  delta::CheckWritable(delta::GrowProtocol(table.view->protocol, definition), definition,
                       table.name);
  LakeTransaction& transaction = LakeTransaction::Get(context, table.catalog);
  transaction.Redefine(table.root, std::move(definition));
  transaction.AddOperation(table.root, std::move(operation));
}

void AlterColumns(duckdb::ClientContext& context, const AlteredTable& table,
                  ColumnChanges changes) {
  const delta::Metadata& before = table.view->metadata;
  if (changes.change.definition == before) return;
  // A materialized view has the columns of its query.
  const bool has_other_columns = delta::DataType(changes.change.definition.schema).ToString() !=
                                 delta::DataType(before.schema).ToString();
  if (has_other_columns) CheckMayWriteRows(context, before, table.name);
  AlterTable(context, table, std::move(changes.change.definition),
             std::move(changes.change.operation));
  LakeTransaction& transaction = LakeTransaction::Get(context, table.catalog);
  for (std::string& notice : changes.notices) transaction.Say(std::move(notice));
}

}  // namespace laguna::catalog
