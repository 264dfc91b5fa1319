// SPDX-License-Identifier: Apache-2.0
#include "catalog/opened_table.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "base/error.h"
#include "catalog/foreign/foreign_catalog.h"
#include "catalog/foreign/foreign_table.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/log/parquet_port.h"
#include "catalog/named_table.h"
#include "io/store/local.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

// A log of its own with all it needs, which live as long as it.
struct OwnTable {
  OwnTable(duckdb::DatabaseInstance& database, std::shared_ptr<io::ObjectStore> owned,
           io::ObjectStore& store, std::string root, const base::Clock& clock)
      : owned_store(std::move(owned)), port(database), log(store, std::move(root), clock, &port) {}

  std::shared_ptr<io::ObjectStore> owned_store;
  DuckdbParquetPort port;
  delta::Table log;
};

// Null in a session without a lake.
LakeCatalog* LakeOf(duckdb::ClientContext& context) {
  auto catalog = duckdb::Catalog::GetCatalogEntry(context, LakeCatalog::kName);
  return catalog ? dynamic_cast<LakeCatalog*>(catalog.get()) : nullptr;
}

// The catalog owns it and outlives every query.
std::shared_ptr<delta::Table> Unowned(delta::Table& table) {
  return {std::shared_ptr<void>(), &table};
}

void SeeInLake(duckdb::ClientContext& context, LakeCatalog& lake, const std::string& root,
               OpenedTable& table) {
  auto& transaction = LakeTransaction::Get(context, lake);
  table.view = transaction.View(root);
  table.snapshot = transaction.ReadSnapshot(root);
}

std::filesystem::path FolderOf(const LakeEnvironment& environment, const std::string& path) {
  auto resolved = environment.lake.ResolvePath(path);
  if (resolved.starts_with("file://")) resolved = resolved.substr(std::string("file://").size());
  if (resolved.find("://") != std::string::npos) {
    throw Error(ErrorKind::kUnsupported, "delta_scan.unsupported_store",
                fmt::format("Delta tables are read from local folders only for now, not {}.", path))
        .With("path", path);
  }
  auto folder = std::filesystem::path(resolved).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  return folder;
}

// The folder as a key of the lake's store; empty when it lies elsewhere.
std::string KeyBelow(const std::filesystem::path& storage_root,
                     const std::filesystem::path& folder) {
  const auto below = folder.lexically_relative(storage_root);
  if (below.empty() || *below.begin() == ".." || *below.begin() == ".") return {};
  return below.string();
}

OpenedTable Own(duckdb::ClientContext& context, const LakeEnvironment& environment,
                const std::filesystem::path& folder) {
  auto store = std::make_shared<io::LocalObjectStore>(folder.parent_path().string());
  auto own = std::make_shared<OwnTable>(*context.db, store, *store, folder.filename().string(),
                                        environment.clock);
  OpenedTable table;
  table.log = std::shared_ptr<delta::Table>(own, &own->log);
  table.store = store.get();
  table.owned_store = std::move(store);
  table.title = table.log->Location();
  return table;
}

OpenedTable OpenLakeTable(duckdb::ClientContext& context, LakeTable& entry) {
  auto& schema = entry.lake_schema();
  auto& lake = schema.lake_catalog();
  OpenedTable table;
  table.name = fmt::format("{}.{}.{}", LakeCatalog::kName, schema.name, entry.name);
  table.title = fmt::format("{}.{}", schema.name, entry.name);
  table.log = Unowned(lake.Table(entry.root()));
  table.store = &lake.environment().store;
  SeeInLake(context, lake, entry.root(), table);
  return table;
}

OpenedTable OpenForeignTable(duckdb::ClientContext& context, ForeignTable& entry) {
  auto& catalog = entry.foreign_catalog();
  OpenedTable table = catalog.table();
  table.name = fmt::format("{}.{}.{}", catalog.GetName(), entry.schema.name, entry.name);
  table.title = entry.name;
  table.snapshot = catalog.SnapshotFor(context);
  table.view = ViewOf(table.log->root(), *table.snapshot);
  return table;
}

}  // namespace

OpenedTable OpenNamedTable(duckdb::ClientContext& context, const std::string& name,
                           const std::string& what_for, duckdb::QueryErrorContext place) {
  auto& entry = NamedEntry(context, name, place);
  if (auto* foreign = dynamic_cast<ForeignTable*>(&entry)) {
    return OpenForeignTable(context, *foreign);
  }
  return OpenLakeTable(context, AsLakeTable(entry, name, what_for));
}

OpenedTable LocateForeignFolder(duckdb::ClientContext& context, const LakeEnvironment& environment,
                                const std::string& path) {
  return Own(context, environment, FolderOf(environment, path));
}

OpenedTable LocateTableFolder(duckdb::ClientContext& context, const LakeEnvironment& environment,
                              const std::string& path) {
  const auto folder = FolderOf(environment, path);
  LakeCatalog* lake = LakeOf(context);
  const auto key = lake == nullptr ? "" : KeyBelow(environment.lake.storage_root, folder);
  if (key.empty()) return Own(context, environment, folder);
  OpenedTable table;
  table.log = Unowned(lake->Table(key));
  table.store = &environment.store;
  table.title = table.log->Location();
  return table;
}

OpenedTable OpenTableFolder(duckdb::ClientContext& context, const LakeEnvironment& environment,
                            const std::string& path) {
  OpenedTable table = LocateTableFolder(context, environment, path);
  if (table.store == &environment.store) {
    SeeInLake(context, *LakeOf(context), table.log->root(), table);
  } else if ((table.snapshot = table.log->Latest()) != nullptr) {
    table.view = ViewOf(table.log->root(), *table.snapshot);
  }
  if (table.view == nullptr) ThrowNoTable(table);
  return table;
}

void ThrowNoTable(const OpenedTable& table) {
  throw Error(ErrorKind::kNotFound, "delta_scan.no_table",
              fmt::format("{} is no Delta table: it has no _delta_log with a commit.",
                          table.log->Location()))
      .Hint("Give the folder that holds _delta_log.");
}

}  // namespace laguna::catalog
