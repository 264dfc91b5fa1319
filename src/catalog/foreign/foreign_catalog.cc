// SPDX-License-Identifier: Apache-2.0
#include "catalog/foreign/foreign_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/foreign/foreign_schema.h"
#include "catalog/foreign/foreign_transaction.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/attached_database.hpp"
#include "duckdb/parser/parsed_data/attach_info.hpp"
#include "duckdb/parser/parsed_data/create_schema_info.hpp"
#include "duckdb/parser/parsed_data/drop_info.hpp"
#include "duckdb/planner/operator/logical_merge_into.hpp"
#include "duckdb/storage/database_size.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

struct ForeignStorageInfo final : duckdb::StorageExtensionInfo {
  explicit ForeignStorageInfo(const LakeEnvironment& lake_environment)
      : environment(lake_environment) {}
  const LakeEnvironment& environment;
};

void CheckOptions(const duckdb::string& name, const duckdb::AttachOptions& options) {
  if (name.empty()) {
    throw Error(ErrorKind::kInvalidInput, "catalog.attach_name",
                "The table's folder gives no name.")
        .Hint("Write ATTACH 'folder' AS name (TYPE delta).");
  }
  if (options.access_mode == duckdb::AccessMode::READ_WRITE) {
    throw Error(ErrorKind::kUnsupported, "catalog.read_only",
                "A Delta table attached by its folder can be read only.")
        .Hint("Leave READ_WRITE away. Tables of a lake are written to.");
  }
  if (options.options.empty()) return;
  throw Error(ErrorKind::kInvalidInput, "catalog.attach_option",
              fmt::format("ATTACH ... (TYPE delta) knows no option {}.",
                          duckdb::StringUtil::Upper(options.options.begin()->first)))
      .Hint("Old versions are read by name AT (VERSION => n).");
}

duckdb::unique_ptr<duckdb::Catalog> Attach(duckdb::optional_ptr<duckdb::StorageExtensionInfo> info,
                                           duckdb::ClientContext& context,
                                           duckdb::AttachedDatabase& database,
                                           const duckdb::string& name, duckdb::AttachInfo& attach,
                                           duckdb::AttachOptions& options) {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::Catalog> {
    CheckOptions(name, options);
    const auto& environment = dynamic_cast<const ForeignStorageInfo&>(*info).environment;
    auto table = LocateForeignFolder(context, environment, attach.path);
    if (table.log->Latest() == nullptr) ThrowNoTable(table);
    database.SetReadOnlyDatabase();
    return duckdb::make_uniq<ForeignCatalog>(database, std::move(table));
  });
}

duckdb::unique_ptr<duckdb::TransactionManager> MakeTransactionManager(
    duckdb::optional_ptr<duckdb::StorageExtensionInfo>, duckdb::AttachedDatabase& database,
    duckdb::Catalog& catalog) {
  return duckdb::make_uniq<ForeignTransactionManager>(
      database, dynamic_cast<ForeignCatalog&>(catalog).table().log);
}

}  // namespace

void RefuseForeignChange(const duckdb::Catalog& catalog, const std::string& what) {
  engine::ThrowAsDuckdb(
      Error(ErrorKind::kUnsupported, "catalog.read_only",
            fmt::format("Database {} is a Delta table attached by its folder, which can be read "
                        "only: no {}.",
                        catalog.GetName(), what))
          .Hint("Make a table of the lake from it: CREATE TABLE zone.name AS FROM ...")
          .With("database", catalog.GetName()));
}

ForeignCatalog::ForeignCatalog(duckdb::AttachedDatabase& database, OpenedTable table)
    : Catalog(database),
      table_(std::move(table)),
      schema_(std::make_unique<ForeignSchema>(*this, database.GetName())) {
  SetDefaultTable(schema_->name, database.GetName());
}

ForeignCatalog::~ForeignCatalog() = default;

delta::SnapshotPtr ForeignCatalog::SnapshotFor(duckdb::ClientContext& context) {
  auto snapshot = duckdb::Transaction::Get(context, *this).Cast<ForeignTransaction>().Snapshot();
  if (snapshot == nullptr) ThrowNoTable(table_);
  return snapshot;
}

void ForeignCatalog::Initialize(bool) {}

duckdb::string ForeignCatalog::GetDBPath() {
  return table_.log->Location();
}

duckdb::optional_ptr<duckdb::SchemaCatalogEntry> ForeignCatalog::LookupSchema(
    duckdb::CatalogTransaction, const duckdb::EntryLookupInfo& lookup,
    duckdb::OnEntryNotFound if_not_found) {
  const auto& wanted = lookup.GetEntryName();
  if (duckdb::StringUtil::CIEquals(wanted, schema_->name)) return schema_.get();
  if (if_not_found == duckdb::OnEntryNotFound::RETURN_NULL) return nullptr;
  engine::ThrowAsDuckdb(
      Error(ErrorKind::kNotFound, "catalog.unknown_schema",
            fmt::format("There is no schema {} in database {}.", wanted, GetName()))
          .Hint(fmt::format("FROM {} reads its only table.", GetName())),
      lookup.GetErrorContext().query_location);
}

void ForeignCatalog::ScanSchemas(duckdb::ClientContext&,
                                 std::function<void(duckdb::SchemaCatalogEntry&)> callback) {
  callback(*schema_);
}

duckdb::DatabaseSize ForeignCatalog::GetDatabaseSize(duckdb::ClientContext&) {
  return {};
}

duckdb::CatalogLookupBehavior ForeignCatalog::CatalogTypeLookupRule(
    duckdb::CatalogType type) const {
  const bool kept = type == duckdb::CatalogType::TABLE_ENTRY ||
                    type == duckdb::CatalogType::VIEW_ENTRY ||
                    type == duckdb::CatalogType::SCHEMA_ENTRY;
  return kept ? duckdb::CatalogLookupBehavior::STANDARD
              : duckdb::CatalogLookupBehavior::NEVER_LOOKUP;
}

duckdb::optional_ptr<duckdb::CatalogEntry> ForeignCatalog::CreateSchema(duckdb::CatalogTransaction,
                                                                        duckdb::CreateSchemaInfo&) {
  RefuseForeignChange(*this, "CREATE SCHEMA");
}

void ForeignCatalog::DropSchema(duckdb::ClientContext&, duckdb::DropInfo&) {
  RefuseForeignChange(*this, "DROP SCHEMA");
}

duckdb::PhysicalOperator& ForeignCatalog::PlanCreateTableAs(duckdb::ClientContext&,
                                                            duckdb::PhysicalPlanGenerator&,
                                                            duckdb::LogicalCreateTable&,
                                                            duckdb::PhysicalOperator&) {
  RefuseForeignChange(*this, "CREATE TABLE");
}

duckdb::PhysicalOperator& ForeignCatalog::PlanInsert(
    duckdb::ClientContext&, duckdb::PhysicalPlanGenerator&, duckdb::LogicalInsert&,
    duckdb::optional_ptr<duckdb::PhysicalOperator>) {
  RefuseForeignChange(*this, "INSERT");
}

duckdb::PhysicalOperator& ForeignCatalog::PlanDelete(duckdb::ClientContext&,
                                                     duckdb::PhysicalPlanGenerator&,
                                                     duckdb::LogicalDelete&,
                                                     duckdb::PhysicalOperator&) {
  RefuseForeignChange(*this, "DELETE");
}

duckdb::PhysicalOperator& ForeignCatalog::PlanUpdate(duckdb::ClientContext&,
                                                     duckdb::PhysicalPlanGenerator&,
                                                     duckdb::LogicalUpdate&,
                                                     duckdb::PhysicalOperator&) {
  RefuseForeignChange(*this, "UPDATE");
}

duckdb::PhysicalOperator& ForeignCatalog::PlanMergeInto(duckdb::ClientContext&,
                                                        duckdb::PhysicalPlanGenerator&,
                                                        duckdb::LogicalMergeInto&,
                                                        duckdb::PhysicalOperator&) {
  RefuseForeignChange(*this, "MERGE INTO");
}

duckdb::unique_ptr<duckdb::LogicalOperator> ForeignCatalog::BindCreateIndex(
    duckdb::Binder&, duckdb::CreateStatement&, duckdb::TableCatalogEntry&,
    duckdb::unique_ptr<duckdb::LogicalOperator>) {
  RefuseForeignChange(*this, "CREATE INDEX");
}

duckdb::shared_ptr<duckdb::StorageExtension> ForeignStorage(const LakeEnvironment& environment) {
  auto storage = duckdb::make_shared_ptr<duckdb::StorageExtension>();
  storage->attach = Attach;
  storage->create_transaction_manager = MakeTransactionManager;
  storage->storage_info = duckdb::make_shared_ptr<ForeignStorageInfo>(environment);
  return storage;
}

}  // namespace laguna::catalog
