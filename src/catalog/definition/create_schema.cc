// SPDX-License-Identifier: Apache-2.0
// CREATE SCHEMA and DROP SCHEMA. A schema is a folder; one made by hand gets a marker object, so
// that it is there before its first table even in stores that have no folders.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/clone/lost_clones.h"
#include "catalog/definition/new_name.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "duckdb/parser/parsed_data/create_schema_info.hpp"
#include "duckdb/parser/parsed_data/drop_info.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

void RefuseFileZone(const Lake& lake, const std::string& name) {
  const Zone* zone = lake.FindZone(name);
  if (!zone || !zone->files) return;
  throw Error(ErrorKind::kUnsupported, "catalog.file_zone",
              fmt::format("Zone {} holds files as they came; it is no schema.", zone->name))
      .Hint("laguna.yaml says which zones hold files.")
      .With("zone", zone->name);
}

void CheckSchemaName(const Lake& lake, const std::string& name) {
  RefuseFileZone(lake, name);
  const bool usable = !IsReservedZoneName(name) && !IsHiddenName(name) && !name.empty() &&
                      name.find_first_of("/\\") == std::string::npos && name.size() <= 200;
  if (usable) return;
  throw Error(
      ErrorKind::kInvalidInput, "catalog.reserved_name",
      fmt::format("\"{}\" cannot name a schema: it is reserved or cannot be a folder.", name))
      .Hint(
          "Names that begin with _ or ., names with a slash, and lake, laguna, main, temp, system, "
          "information_schema and pg_catalog cannot be used.")
      .With("schema", name);
}

void CheckEmpty(LakeSchema& schema, duckdb::ClientContext& context) {
  const size_t tables = schema.TableNames(context).size();
  const size_t views = schema.ViewNames(context).size();
  if (tables + views == 0) return;
  throw Error(ErrorKind::kInvalidInput, "catalog.schema_not_empty",
              fmt::format("Schema {} still holds {} table{} and {} view{}.", schema.name, tables,
                          tables == 1 ? "" : "s", views, views == 1 ? "" : "s"))
      .Hint(fmt::format("DROP SCHEMA {} CASCADE drops them too.", schema.name))
      .With("schema", schema.name);
}

}  // namespace

duckdb::optional_ptr<duckdb::CatalogEntry> LakeCatalog::CreateSchema(
    duckdb::CatalogTransaction transaction, duckdb::CreateSchemaInfo& info) {
  return engine::Guarded([&]() -> duckdb::optional_ptr<duckdb::CatalogEntry> {
    CheckSchemaName(environment_.lake, info.schema);
    LakeTransaction& lake = LakeTransaction::Get(transaction.GetContext(), *this);
    if (lake.IsDropped(info.schema)) {
      throw Error(ErrorKind::kUnsupported, "catalog.dropped_schema",
                  fmt::format("Schema {} is dropped in this transaction; it cannot be made again "
                              "before the commit.",
                              info.schema))
          .Hint("COMMIT first.")
          .With("schema", info.schema);
    }
    if (const LakeSchema* existing = FindSchema(transaction.GetContext(), info.schema)) {
      if (info.on_conflict == duckdb::OnCreateConflict::IGNORE_ON_CONFLICT) return nullptr;
      throw Error(ErrorKind::kExists, "catalog.exists",
                  fmt::format("Schema {} already exists.", existing->name))
          .Hint("Use CREATE SCHEMA IF NOT EXISTS to keep it.")
          .With("schema", existing->name);
    }
    lake.PutDefinition(info.schema + "/_schema", "", false);
    return nullptr;
  });
}

duckdb::unique_ptr<duckdb::LogicalOperator> LakeCatalog::BindCreateIndex(
    duckdb::Binder&, duckdb::CreateStatement&, duckdb::TableCatalogEntry& table,
    duckdb::unique_ptr<duckdb::LogicalOperator>) {
  engine::ThrowAsDuckdb(
      base::Error(base::ErrorKind::kUnsupported, "catalog.unsupported_object",
                  "A lake keeps tables and views; an index cannot be made in it.")
          .Hint("Partition the table instead: file statistics already skip files on selective "
                "filters.")
          .With("table", table.name));
}

void LakeCatalog::DropSchema(duckdb::ClientContext& context, duckdb::DropInfo& info) {
  engine::Guarded([&] {
    RefuseFileZone(environment_.lake, info.name);
    LakeSchema* schema = FindSchema(context, info.name);
    if (!schema) {
      if (info.if_not_found == duckdb::OnEntryNotFound::RETURN_NULL) return;
      throw UnknownSchema(context, info.name);
    }
    if (!info.cascade) CheckEmpty(*schema, context);
    LakeTransaction& transaction = LakeTransaction::Get(context, *this);
    std::vector<std::string> folders;
    for (const std::string& table : schema->TableNames(context)) {
      folders.push_back(schema->FolderOf(table));
    }
    SayWhichClonesLose(*this, transaction, folders, true);
    transaction.DropZone(schema->name);
  });
}

}  // namespace laguna::catalog
