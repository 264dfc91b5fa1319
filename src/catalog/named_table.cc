// SPDX-License-Identifier: Apache-2.0
#include "catalog/named_table.h"

#include <fmt/format.h>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/unknown_relation.h"
#include "duckdb/parser/qualified_name.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

[[noreturn]] void ThrowUnknown(duckdb::ClientContext& context, const duckdb::QualifiedName& name,
                               const duckdb::QueryErrorContext& place) {
  if (!duckdb::Catalog::GetCatalogEntry(context, LakeCatalog::kName)) {
    throw base::Error(base::ErrorKind::kNotFound, "sql.not_found",
                      fmt::format("Table {} does not exist.", name.ToString()))
        .Hint("This session has no lake. Name the table's folder, or ATTACH it (TYPE delta).");
  }
  LakeCatalog& catalog = LakeCatalog::Get(context);
  const bool in_lake = name.catalog.empty() || name.catalog == LakeCatalog::kName;
  const std::string& schema = in_lake ? name.schema : name.catalog;
  const bool unknown_schema =
      in_lake && !schema.empty() && catalog.FindSchema(context, schema) == nullptr;
  engine::ThrowAsDuckdb(unknown_schema ? catalog.UnknownSchema(context, schema)
                                       : UnknownTable(context, schema, name.name),
                        place.query_location);
}

}  // namespace

duckdb::CatalogEntry& NamedEntry(duckdb::ClientContext& context, const std::string& name,
                                 duckdb::QueryErrorContext place) {
  auto qualified = duckdb::QualifiedName::Parse(name);
  duckdb::Binder::BindSchemaOrCatalog(context, qualified.catalog, qualified.schema);
  const duckdb::EntryLookupInfo lookup(duckdb::CatalogType::TABLE_ENTRY, qualified.name, place);
  auto entry = duckdb::Catalog::GetEntry(context, qualified.catalog, qualified.schema, lookup,
                                         duckdb::OnEntryNotFound::RETURN_NULL);
  if (!entry) ThrowUnknown(context, qualified, place);
  return *entry;
}

LakeTable& AsLakeTable(duckdb::CatalogEntry& entry, const std::string& name,
                       const std::string& what_for) {
  auto* table = dynamic_cast<LakeTable*>(&entry);
  if (table == nullptr) {
    throw base::Error(base::ErrorKind::kInvalidInput, "catalog.not_a_lake_table",
                      fmt::format("{} is no Delta table of the lake, {}.", name, what_for))
        .With("table", name);
  }
  if (table->error()) throw *table->error();
  return *table;
}

LakeTable& NamedTable(duckdb::ClientContext& context, const std::string& name,
                      const std::string& what_for, duckdb::QueryErrorContext place) {
  return AsLakeTable(NamedEntry(context, name, place), name, what_for);
}

TableName ResolveTableName(duckdb::ClientContext& context, const std::string& name) {
  const auto qualified = duckdb::QualifiedName::Parse(name);
  LakeCatalog& catalog = LakeCatalog::Get(context);
  const std::string zone = qualified.schema.empty() ? catalog.GetDefaultSchema() : qualified.schema;
  LakeSchema* schema = catalog.FindSchema(context, zone);
  if (schema == nullptr) throw catalog.UnknownSchema(context, zone);
  return {*schema, qualified.name};
}

}  // namespace laguna::catalog
