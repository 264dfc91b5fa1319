// SPDX-License-Identifier: Apache-2.0
// One Delta table of others as a database: ATTACH '/data/sales' AS sales (TYPE delta).
//
// Read only. The database has one schema, main, with one table, called as the database is; it is
// the database's default table, so `FROM sales` finds it. A transaction sees one version of the
// table, the newest when it first looks. Owned by DuckDB's AttachedDatabase; thread-safe.
#pragma once

#include <memory>
#include <string>

#include "catalog/lake_environment.h"
#include "catalog/opened_table.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/storage/storage_extension.hpp"

namespace laguna::catalog {

class ForeignSchema;

class ForeignCatalog final : public duckdb::Catalog {
 public:
  // `table` is located, not opened.
  ForeignCatalog(duckdb::AttachedDatabase& database, OpenedTable table);
  ~ForeignCatalog() override;

  // Where the table is; without view and snapshot.
  [[nodiscard]] const OpenedTable& table() const { return table_; }
  // The table as this transaction sees it. NotFound when its log has gone.
  delta::SnapshotPtr SnapshotFor(duckdb::ClientContext& context);

  using Catalog::Initialize;
  using Catalog::PlanDelete;
  using Catalog::PlanUpdate;
  void Initialize(bool load_builtin) override;
  duckdb::string GetCatalogType() override { return "delta"; }
  bool SupportsTimeTravel() const override { return true; }
  bool InMemory() override { return false; }
  duckdb::string GetDBPath() override;
  duckdb::optional_ptr<duckdb::SchemaCatalogEntry> LookupSchema(
      duckdb::CatalogTransaction transaction, const duckdb::EntryLookupInfo& lookup,
      duckdb::OnEntryNotFound if_not_found) override;
  void ScanSchemas(duckdb::ClientContext& context,
                   std::function<void(duckdb::SchemaCatalogEntry&)> callback) override;
  duckdb::DatabaseSize GetDatabaseSize(duckdb::ClientContext& context) override;
  duckdb::CatalogLookupBehavior CatalogTypeLookupRule(duckdb::CatalogType type) const override;

  // Changes: refused.
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateSchema(duckdb::CatalogTransaction transaction,
                                                          duckdb::CreateSchemaInfo& info) override;
  void DropSchema(duckdb::ClientContext& context, duckdb::DropInfo& info) override;
  duckdb::PhysicalOperator& PlanCreateTableAs(duckdb::ClientContext& context,
                                              duckdb::PhysicalPlanGenerator& planner,
                                              duckdb::LogicalCreateTable& op,
                                              duckdb::PhysicalOperator& plan) override;
  duckdb::PhysicalOperator& PlanInsert(
      duckdb::ClientContext& context, duckdb::PhysicalPlanGenerator& planner,
      duckdb::LogicalInsert& op, duckdb::optional_ptr<duckdb::PhysicalOperator> plan) override;
  duckdb::PhysicalOperator& PlanDelete(duckdb::ClientContext& context,
                                       duckdb::PhysicalPlanGenerator& planner,
                                       duckdb::LogicalDelete& op,
                                       duckdb::PhysicalOperator& plan) override;
  duckdb::PhysicalOperator& PlanUpdate(duckdb::ClientContext& context,
                                       duckdb::PhysicalPlanGenerator& planner,
                                       duckdb::LogicalUpdate& op,
                                       duckdb::PhysicalOperator& plan) override;
  duckdb::PhysicalOperator& PlanMergeInto(duckdb::ClientContext& context,
                                          duckdb::PhysicalPlanGenerator& planner,
                                          duckdb::LogicalMergeInto& op,
                                          duckdb::PhysicalOperator& plan) override;
  duckdb::unique_ptr<duckdb::LogicalOperator> BindCreateIndex(
      duckdb::Binder& binder, duckdb::CreateStatement& statement, duckdb::TableCatalogEntry& table,
      duckdb::unique_ptr<duckdb::LogicalOperator> plan) override;

 private:
  OpenedTable table_;
  std::unique_ptr<ForeignSchema> schema_;
};

// Unsupported "catalog.read_only", with what was tried.
[[noreturn]] void RefuseForeignChange(const duckdb::Catalog& catalog, const std::string& what);

// The storage type `delta`. `environment` outlives the database.
duckdb::shared_ptr<duckdb::StorageExtension> ForeignStorage(const LakeEnvironment& environment);

}  // namespace laguna::catalog
