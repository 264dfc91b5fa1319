// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "catalog/column_value/column_definition.h"
#include "catalog/definition/keys.h"
#include "catalog/foreign/foreign_catalog.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_database.h"
#include "catalog/lake_transaction_manager.h"
#include "catalog/merge/assigned_values.h"
#include "catalog/merge/merge_join.h"
#include "catalog/merge/rewrite_row_changes.h"
#include "catalog/optimize/commit_size.h"
#include "catalog/row_change/statement_conditions.h"
#include "catalog/scan/log_answer.h"
#include "catalog/sql_function.h"
#include "catalog/unknown_relation.h"
#include "catalog/vacuum/lake_vacuum.h"
#include "catalog/write/insert_casts.h"
#include "catalog/write/rewrite_insert.h"
#include "catalog/write/skipped_write.h"
#include "catalog/write/write_settings.h"
#include "duckdb/catalog/catalog_search_path.hpp"
#include "duckdb/main/client_data.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/parser/parsed_data/attach_info.hpp"
#include "duckdb/planner/extension_callback.hpp"
#include "duckdb/storage/storage_extension.hpp"
#include "engine/guard.h"
#include "engine/open_database.h"
#include "engine/own_statement.h"
#include "engine/tree_rewriter.h"

namespace laguna::catalog {

#include "catalog/function_table.inc"
#include "catalog/statement_table.inc"

namespace {

constexpr const char* kStorageType = "laguna";

struct LakeStorageInfo final : duckdb::StorageExtensionInfo {
  LakeStorageInfo(const LakeEnvironment& lake_environment, LogUpkeeper* log_upkeeper)
      : environment(lake_environment), upkeeper(log_upkeeper) {}
  const LakeEnvironment& environment;
  LogUpkeeper* upkeeper;
};

duckdb::unique_ptr<duckdb::Catalog> Attach(duckdb::optional_ptr<duckdb::StorageExtensionInfo> info,
                                           duckdb::ClientContext&,
                                           duckdb::AttachedDatabase& database,
                                           const duckdb::string&, duckdb::AttachInfo&,
                                           duckdb::AttachOptions&) {
  const auto& storage = dynamic_cast<const LakeStorageInfo&>(*info);
  return duckdb::make_uniq<LakeCatalog>(database, storage.environment, storage.upkeeper);
}

duckdb::unique_ptr<duckdb::TransactionManager> MakeTransactionManager(
    duckdb::optional_ptr<duckdb::StorageExtensionInfo>, duckdb::AttachedDatabase& database,
    duckdb::Catalog& catalog) {
  return duckdb::make_uniq<LakeTransactionManager>(database, dynamic_cast<LakeCatalog&>(catalog));
}

// Every new session starts in the lake's first schema, with its rewriters of statements.
class DefaultSchema final : public duckdb::ExtensionCallback {
 public:
  explicit DefaultSchema(std::string schema) : schema_(std::move(schema)) {}

  void OnConnectionOpened(duckdb::ClientContext& context) override {
    duckdb::ClientData::Get(context).catalog_search_path->Set(
        duckdb::CatalogSearchEntry(LakeCatalog::kName, schema_),
        duckdb::CatalogSetPathType::SET_DIRECTLY);
    engine::AddTreeRewriter(context, RefuseKeys);
    engine::AddTreeRewriter(context, RestoreGeneratedColumns);
    engine::AddTreeRewriter(context, RewriteInsert);
    engine::AddTreeRewriter(context, NoteRowConditions);
    engine::AddTreeRewriter(context, RewriteRowChanges);
    engine::AddFailureReader(context, ReadInsertFailure);
  }

 private:
  std::string schema_;
};

void RunAtStart(duckdb::Connection& connection, const std::string& sql) {
  const auto result = connection.Query(sql);
  if (result->HasError()) throw engine::Translate(result->GetErrorObject());
}

// What works with and without a lake: our functions, and ATTACH ... (TYPE delta).
void AddFunctions(engine::OpenDatabase& database, const LakeEnvironment& environment) {
  duckdb::StorageExtension::Register(database.config(), "delta", ForeignStorage(environment));
  duckdb::ExtensionLoader loader(database.instance(), kStorageType);
  for (const auto* function : function_table) function->add(loader, environment);
}

void Attach(engine::OpenDatabase& database, const LakeEnvironment& environment,
            LogUpkeeper* upkeeper) {
  auto& config = database.config();
  auto storage = duckdb::make_shared_ptr<duckdb::StorageExtension>();
  storage->attach = Attach;
  storage->create_transaction_manager = MakeTransactionManager;
  storage->storage_info = duckdb::make_shared_ptr<LakeStorageInfo>(environment, upkeeper);
  duckdb::StorageExtension::Register(config, kStorageType, std::move(storage));
  AddWriteSettings(config);
  AddVacuumSettings(config);
  AddOptimizeSettings(config);
  TakeInsertCastsOff(config);
  config.replacement_scans.push_back(UnknownRelationScan());
  TakeRowChangeCastsOff(config);
  SkipDoneWrites(config);
  BuildMergesFromSource(config);
  AddLogAnswers(config);
  AddFunctions(database, environment);

  duckdb::Connection connection(database.duckdb());
  RunAtStart(connection,
             fmt::format("ATTACH '' AS {} (TYPE {})", LakeCatalog::kName, kStorageType));
  const auto lake =
      duckdb::DatabaseManager::Get(database.instance()).GetDatabase(LakeCatalog::kName);
  duckdb::ExtensionCallback::Register(
      config, duckdb::make_shared_ptr<DefaultSchema>(lake->GetCatalog().GetDefaultSchema()));
}

}  // namespace

engine::DatabaseSetup AttachLake(const LakeEnvironment& environment) {
  return AttachLake(environment, nullptr);
}

engine::DatabaseSetup AttachLake(const LakeEnvironment& environment, LogUpkeeper* upkeeper) {
  return [&environment, upkeeper](engine::OpenDatabase& database) {
    Attach(database, environment, upkeeper);
  };
}

engine::DatabaseSetup RegisterFunctions(const LakeEnvironment& environment) {
  return [&environment](engine::OpenDatabase& database) { AddFunctions(database, environment); };
}

std::span<const engine::OwnStatement* const> LakeStatements() {
  return statement_table;
}

std::vector<FunctionPage> LakeFunctionPages() {
  std::vector<FunctionPage> pages;
  for (const auto* function : function_table) {
    pages.push_back({.name = function->name,
                     .syntax = function->syntax,
                     .documentation = function->documentation,
                     .example = function->example});
  }
  return pages;
}

}  // namespace laguna::catalog
