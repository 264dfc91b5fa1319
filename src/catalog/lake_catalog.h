// SPDX-License-Identifier: Apache-2.0
// The lake as DuckDB's catalog `lake`: zones are schemas, Delta folders are tables, <name>.view.sql
// files are views.
//
// The folder is the catalog: nothing is registered, look-ups go to the store and are cheap (one
// Head or one listing). Entries are cached by table and definition, because plans and SHOW compare
// their addresses; they live as long as the catalog. Owned by DuckDB's AttachedDatabase; its
// LakeEnvironment outlives the database. Hooks may come from any thread; the caches are guarded
// inside.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "catalog/lake.h"
#include "catalog/lake_environment.h"
#include "catalog/log/parquet_port.h"
#include "catalog/table_view.h"
#include "delta/table.h"
#include "duckdb/catalog/catalog.hpp"

namespace laguna::catalog {

class LakeSchema;
class LakeTable;
class LogUpkeeper;

class LakeCatalog final : public duckdb::Catalog {
 public:
  // The catalog's name in SQL.
  static constexpr const char* kName = "lake";

  // `upkeeper` outlives the database; null: who commits does the upkeep.
  LakeCatalog(duckdb::AttachedDatabase& database, const LakeEnvironment& environment,
              LogUpkeeper* upkeeper);
  ~LakeCatalog() override;
  static LakeCatalog& Get(duckdb::ClientContext& context);

  [[nodiscard]] const LakeEnvironment& environment() const { return environment_; }
  [[nodiscard]] LogUpkeeper* log_upkeeper() const { return upkeeper_; }
  // The shared handle of the table at `root` (its snapshot cache); made on first use.
  delta::Table& Table(const std::string& root);
  // The zone of that name (any case) as a schema: listed ones always, others when their folder
  // exists or this transaction creates it; null for file zones and unknown names.
  LakeSchema* FindSchema(duckdb::ClientContext& context, std::string_view name);
  // The names of all schemas, listed zones first.
  std::vector<std::string> SchemaNames(duckdb::ClientContext& context);
  // Says which schema is missing and which one may have been meant.
  base::Error UnknownSchema(duckdb::ClientContext& context, std::string_view name);

  using Catalog::Initialize;
  using Catalog::PlanDelete;
  using Catalog::PlanUpdate;
  void Initialize(bool load_builtin) override;
  duckdb::string GetCatalogType() override { return "laguna"; }
  bool SupportsTimeTravel() const override { return true; }
  bool InMemory() override { return false; }
  duckdb::string GetDBPath() override;
  duckdb::string GetDefaultSchema() const override;
  duckdb::ErrorData SupportsCreateTable(duckdb::BoundCreateTableInfo& info) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateSchema(duckdb::CatalogTransaction transaction,
                                                          duckdb::CreateSchemaInfo& info) override;
  duckdb::optional_ptr<duckdb::SchemaCatalogEntry> LookupSchema(
      duckdb::CatalogTransaction transaction, const duckdb::EntryLookupInfo& lookup,
      duckdb::OnEntryNotFound if_not_found) override;
  void ScanSchemas(duckdb::ClientContext& context,
                   std::function<void(duckdb::SchemaCatalogEntry&)> callback) override;
  // Refuses: a lake has no indexes.
  duckdb::unique_ptr<duckdb::LogicalOperator> BindCreateIndex(
      duckdb::Binder& binder, duckdb::CreateStatement& statement, duckdb::TableCatalogEntry& table,
      duckdb::unique_ptr<duckdb::LogicalOperator> plan) override;
  void DropSchema(duckdb::ClientContext& context, duckdb::DropInfo& info) override;
  duckdb::DatabaseSize GetDatabaseSize(duckdb::ClientContext& context) override;
  // Only tables and views are looked for in the lake; functions and types live elsewhere.
  duckdb::CatalogLookupBehavior CatalogTypeLookupRule(duckdb::CatalogType type) const override;

  // Write plans (plan_insert.cc, plan_create_table_as.cc; row changes refuse by name).
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

 private:
  LakeSchema& SchemaFor(const std::string& zone);
  std::string NearestZoneHint(duckdb::ClientContext& context, std::string_view name);

  const LakeEnvironment& environment_;
  LogUpkeeper* upkeeper_;
  std::mutex mutex_;
  DuckdbParquetPort parquet_;
  std::map<std::string, std::unique_ptr<delta::Table>> tables_;
  std::map<std::string, std::unique_ptr<LakeSchema>> schemas_;
};

}  // namespace laguna::catalog
