// SPDX-License-Identifier: Apache-2.0
// A zone of the lake as a SQL schema: its folders with a Delta log are tables, so are its
// <name>.link files, and its <name>.view.sql files are views.
//
// Nothing is kept but the entries handed out (plans and SHOW hold on to their addresses): every
// look-up lists the zone, so what other processes make or drop is seen at once, and touches no
// table but the one asked for. Names match without regard to case and keep their spelling on disk.
// Owned by LakeCatalog, lives as long as it; hooks may come from any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/table_view.h"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/catalog/catalog_entry/view_catalog_entry.hpp"

namespace laguna::catalog {

class LakeCatalog;
class LakeTable;
class LakeTransaction;
struct ZoneListing;

class LakeSchema final : public duckdb::SchemaCatalogEntry {
 public:
  // `zone` is the folder's name as it is on disk (or will be).
  LakeSchema(LakeCatalog& catalog, const std::string& zone);
  ~LakeSchema() override;

  [[nodiscard]] LakeCatalog& lake_catalog() const { return lake_catalog_; }
  // The key of a table's folder, "<zone>/<table>": its root, unless it is a link.
  [[nodiscard]] std::string FolderOf(std::string_view table) const;
  // The root of a table that is there, or is about to be made: LakeTransaction::RootOf.
  [[nodiscard]] std::string RootOf(duckdb::ClientContext& context, std::string_view table) const;
  // The key of a view's file: "<zone>/<view>.view.sql".
  [[nodiscard]] std::string ViewKeyOf(std::string_view view) const;

  // The table's name as it is on disk, or as this transaction creates it; nothing when there is
  // none. InvalidInput when two folders differ by case only, or a link stands beside a folder.
  std::optional<std::string> FindTable(duckdb::ClientContext& context, std::string_view name);
  // The same for views.
  std::optional<std::string> FindView(duckdb::ClientContext& context, std::string_view name);
  // Names of all tables, by listing alone: no log is read.
  std::vector<std::string> TableNames(duckdb::ClientContext& context);
  std::vector<std::string> ViewNames(duckdb::ClientContext& context);

  // The entry for `view`'s definition; the same object for the same definition.
  LakeTable& EntryFor(const std::string& name, const TableViewPtr& view);
  // The entry fixed to `view`'s version.
  LakeTable& FixedEntryFor(const std::string& name, const TableViewPtr& view);

  void Scan(duckdb::ClientContext& context, duckdb::CatalogType type,
            const std::function<void(duckdb::CatalogEntry&)>& callback) override;
  void Scan(duckdb::CatalogType type,
            const std::function<void(duckdb::CatalogEntry&)>& callback) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> LookupEntry(
      duckdb::CatalogTransaction transaction, const duckdb::EntryLookupInfo& lookup) override;
  duckdb::SimilarCatalogEntry GetSimilarEntry(duckdb::CatalogTransaction transaction,
                                              const duckdb::EntryLookupInfo& lookup) override;

  // Changes (definition/).
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateTable(
      duckdb::CatalogTransaction transaction, duckdb::BoundCreateTableInfo& info) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateView(duckdb::CatalogTransaction transaction,
                                                        duckdb::CreateViewInfo& info) override;
  void DropEntry(duckdb::ClientContext& context, duckdb::DropInfo& info) override;
  void Alter(duckdb::CatalogTransaction transaction, duckdb::AlterInfo& info) override;

  // What a lake does not keep: refused, with the place that does.
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateIndex(duckdb::CatalogTransaction transaction,
                                                         duckdb::CreateIndexInfo& info,
                                                         duckdb::TableCatalogEntry& table) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateFunction(
      duckdb::CatalogTransaction transaction, duckdb::CreateFunctionInfo& info) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateSequence(
      duckdb::CatalogTransaction transaction, duckdb::CreateSequenceInfo& info) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateTableFunction(
      duckdb::CatalogTransaction transaction, duckdb::CreateTableFunctionInfo& info) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateCopyFunction(
      duckdb::CatalogTransaction transaction, duckdb::CreateCopyFunctionInfo& info) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreatePragmaFunction(
      duckdb::CatalogTransaction transaction, duckdb::CreatePragmaFunctionInfo& info) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateCollation(
      duckdb::CatalogTransaction transaction, duckdb::CreateCollationInfo& info) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateType(duckdb::CatalogTransaction transaction,
                                                        duckdb::CreateTypeInfo& info) override;

 private:
  struct CachedView {
    std::string text;
    std::unique_ptr<duckdb::ViewCatalogEntry> entry;
  };

  // Adds what the transaction creates with that suffix.
  void AddCreated(const LakeTransaction& transaction, std::string_view suffix,
                  std::vector<std::string>& names) const;
  // The tables of the zone that are links, as the transaction sees them.
  [[nodiscard]] std::vector<std::string> LinkNames(const LakeTransaction& transaction,
                                                   const ZoneListing& listing) const;
  duckdb::optional_ptr<duckdb::CatalogEntry> LookupTable(duckdb::ClientContext& context,
                                                         const std::string& name,
                                                         const duckdb::EntryLookupInfo& lookup);
  duckdb::ViewCatalogEntry& LookupView(duckdb::ClientContext& context, const std::string& name);
  // The table's entry for SHOW; one whose log cannot be read is listed without columns and says
  // why.
  LakeTable& ListedEntry(duckdb::ClientContext& context, const std::string& name);
  LakeTable& BrokenEntry(const std::string& name, const base::Error& error);
  LakeTable& Keep(std::unique_ptr<LakeTable> entry);

  LakeCatalog& lake_catalog_;
  std::mutex mutex_;
  // By the table's root; every definition seen stays, plans may still use it.
  std::multimap<std::string, std::unique_ptr<LakeTable>> tables_;
  std::multimap<std::string, CachedView> views_;
};

}  // namespace laguna::catalog
