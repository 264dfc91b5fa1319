// SPDX-License-Identifier: Apache-2.0
// CREATE TABLE without a query: the definition goes into the transaction; its commit writes the
// table's first log entry, or for OR REPLACE the next one, so that the history stays.
#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/definition/new_name.h"
#include "catalog/definition/table_definition.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "catalog/link/located_table.h"
#include "catalog/pipeline_table.h"
#include "catalog/write/operation.h"
#include "delta/column_mapping.h"
#include "duckdb/planner/parsed_data/bound_create_table_info.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

namespace {

// False when IF NOT EXISTS finds a table: then there is nothing to do.
bool MayCreate(LakeSchema& schema, duckdb::ClientContext& context,
               const duckdb::CreateTableInfo& info) {
  CheckNewName(context, schema, info.table);
  if (const auto view = schema.FindView(context, info.table)) {
    throw ExistsError(schema, "View", *view);
  }
  const auto existing = schema.FindTable(context, info.table);
  if (!existing) return true;
  if (info.on_conflict == duckdb::OnCreateConflict::IGNORE_ON_CONFLICT) return false;
  if (info.on_conflict != duckdb::OnCreateConflict::REPLACE_ON_CONFLICT) {
    throw ExistsError(schema, "Table", *existing);
  }
  CheckMayReplace(context, schema, *existing);
  return true;
}

}  // namespace

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::CreateTable(
    duckdb::CatalogTransaction transaction, duckdb::BoundCreateTableInfo& bound) {
  return engine::Guarded([&]() -> duckdb::optional_ptr<duckdb::CatalogEntry> {
    duckdb::ClientContext& context = transaction.GetContext();
    const duckdb::CreateTableInfo& info = bound.Base();
    if (!MayCreate(*this, context, info)) return nullptr;
    // A table that is replaced keeps its folder, whatever the case of its name.
    const auto existing = FindTable(context, info.table);
    const engine::StatementOptions& options = engine::StatementOptionsOf(context);
    delta::Metadata metadata = DefinitionOf(info, options, name + "." + info.table);
    NewRoot place{RootOf(context, existing.value_or(info.table)), existing.has_value()};
    if (options.location) {
      place = RootAt(context, *this, existing.value_or(info.table), *options.location);
      const bool replaces = info.on_conflict == duckdb::OnCreateConflict::REPLACE_ON_CONFLICT;
      if (place.has_table && !replaces) {
        TakeOver(context, *this, info.table, place.root, metadata);
        return nullptr;
      }
    }
    const LakeEnvironment& environment = lake_catalog_.environment();
    LakeTransaction& lake = LakeTransaction::Get(context, lake_catalog_);
    const TableViewPtr replaced = place.has_table ? lake.Replaced(place.root) : nullptr;
    delta::MapNewColumns(metadata, replaced ? &replaced->metadata : nullptr, environment.random);
    metadata.id = base::MakeUuid(environment.random);
    metadata.created_time_ms = environment.clock.NowMs();
    delta::Operation operation = CreateOperation(metadata, place.has_table);
    lake.CreateTable(place.root, std::move(metadata), place.has_table);
    lake.AddOperation(place.root, std::move(operation));
    return nullptr;
  });
}

// Everything CREATE TABLE may say is checked where it is carried out.
duckdb::ErrorData LakeCatalog::SupportsCreateTable(duckdb::BoundCreateTableInfo& /*info*/) {
  return {};
}

}  // namespace laguna::catalog
