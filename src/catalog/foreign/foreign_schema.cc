// SPDX-License-Identifier: Apache-2.0
#include "catalog/foreign/foreign_schema.h"

#include <utility>

#include "base/error.h"
#include "catalog/table_columns.h"
#include "catalog/time_travel.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/parsed_data/alter_info.hpp"
#include "duckdb/parser/parsed_data/create_schema_info.hpp"
#include "duckdb/parser/parsed_data/drop_info.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using Entry = duckdb::optional_ptr<duckdb::CatalogEntry>;

duckdb::CreateSchemaInfo MainSchema() {
  duckdb::CreateSchemaInfo info;
  info.schema = DEFAULT_SCHEMA;
  return info;
}

// Binds a temporary to the constructor parameter of SchemaCatalogEntry.
duckdb::CreateSchemaInfo& AsLvalue(duckdb::CreateSchemaInfo&& info) {
  return info;
}

}  // namespace

ForeignSchema::ForeignSchema(ForeignCatalog& catalog, std::string table)
    : SchemaCatalogEntry(catalog, AsLvalue(MainSchema())),
      foreign_catalog_(catalog),
      table_(std::move(table)) {}

ForeignSchema::~ForeignSchema() = default;

ForeignTable& ForeignSchema::EntryFor(const TableViewPtr& view, bool fixed) {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    const bool same_version = !fixed || entry->view()->version == view->version;
    if (entry->fixed() == fixed && same_version && entry->view()->metadata == view->metadata) {
      return *entry;
    }
  }
  const auto info = EntryInfo(*this, table_, view->metadata);
  entries_.push_back(std::make_unique<ForeignTable>(foreign_catalog_, *this, *info, view, fixed));
  return *entries_.back();
}

Entry ForeignSchema::LookupEntry(duckdb::CatalogTransaction transaction,
                                 const duckdb::EntryLookupInfo& lookup) {
  const bool is_table = lookup.GetCatalogType() == duckdb::CatalogType::TABLE_ENTRY;
  if (!is_table || !transaction.HasContext()) return nullptr;
  if (!duckdb::StringUtil::CIEquals(lookup.GetEntryName(), table_)) return nullptr;
  auto& context = transaction.GetContext();
  delta::Table& log = *foreign_catalog_.table().log;
  try {
    if (const auto at = lookup.GetAtClause()) {
      const auto snapshot = SnapshotAt(context, log, *at);
      if (snapshot == nullptr) ThrowNoTable(foreign_catalog_.table());
      return &EntryFor(ViewOf(log.root(), *snapshot), true);
    }
    return &EntryFor(ViewOf(log.root(), *foreign_catalog_.SnapshotFor(context)), false);
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, lookup.GetErrorContext().query_location);
  }
}

void ForeignSchema::Scan(duckdb::ClientContext& context, duckdb::CatalogType type,
                         const std::function<void(duckdb::CatalogEntry&)>& callback) {
  if (type != duckdb::CatalogType::TABLE_ENTRY) return;
  engine::Guarded([&] {
    const auto snapshot = foreign_catalog_.SnapshotFor(context);
    callback(EntryFor(ViewOf(foreign_catalog_.table().log->root(), *snapshot), false));
  });
}

// Without a client there is no transaction to see the table through.
void ForeignSchema::Scan(duckdb::CatalogType, const std::function<void(duckdb::CatalogEntry&)>&) {}

Entry ForeignSchema::CreateTable(duckdb::CatalogTransaction, duckdb::BoundCreateTableInfo&) {
  RefuseForeignChange(foreign_catalog_, "CREATE TABLE");
}

Entry ForeignSchema::CreateView(duckdb::CatalogTransaction, duckdb::CreateViewInfo&) {
  RefuseForeignChange(foreign_catalog_, "CREATE VIEW");
}

void ForeignSchema::DropEntry(duckdb::ClientContext&, duckdb::DropInfo&) {
  RefuseForeignChange(foreign_catalog_, "DROP (DETACH takes it away)");
}

void ForeignSchema::Alter(duckdb::CatalogTransaction, duckdb::AlterInfo&) {
  RefuseForeignChange(foreign_catalog_, "ALTER");
}

Entry ForeignSchema::CreateIndex(duckdb::CatalogTransaction, duckdb::CreateIndexInfo&,
                                 duckdb::TableCatalogEntry&) {
  RefuseForeignChange(foreign_catalog_, "CREATE INDEX");
}

Entry ForeignSchema::CreateFunction(duckdb::CatalogTransaction, duckdb::CreateFunctionInfo&) {
  RefuseForeignChange(foreign_catalog_, "CREATE MACRO");
}

Entry ForeignSchema::CreateSequence(duckdb::CatalogTransaction, duckdb::CreateSequenceInfo&) {
  RefuseForeignChange(foreign_catalog_, "CREATE SEQUENCE");
}

Entry ForeignSchema::CreateTableFunction(duckdb::CatalogTransaction,
                                         duckdb::CreateTableFunctionInfo&) {
  RefuseForeignChange(foreign_catalog_, "CREATE MACRO");
}

Entry ForeignSchema::CreateCopyFunction(duckdb::CatalogTransaction,
                                        duckdb::CreateCopyFunctionInfo&) {
  RefuseForeignChange(foreign_catalog_, "copy function");
}

Entry ForeignSchema::CreatePragmaFunction(duckdb::CatalogTransaction,
                                          duckdb::CreatePragmaFunctionInfo&) {
  RefuseForeignChange(foreign_catalog_, "pragma");
}

Entry ForeignSchema::CreateCollation(duckdb::CatalogTransaction, duckdb::CreateCollationInfo&) {
  RefuseForeignChange(foreign_catalog_, "collation");
}

Entry ForeignSchema::CreateType(duckdb::CatalogTransaction, duckdb::CreateTypeInfo&) {
  RefuseForeignChange(foreign_catalog_, "CREATE TYPE");
}

}  // namespace laguna::catalog
