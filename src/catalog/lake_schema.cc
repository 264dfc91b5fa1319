// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/definition/view_query.h"
#include "catalog/lake.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_table.h"
#include "catalog/lake_transaction.h"
#include "catalog/link/table_link.h"
#include "catalog/table_error.h"
#include "catalog/time_travel.h"
#include "catalog/write/evolved_target.h"
#include "catalog/zone_listing.h"
#include "delta/identity_column.h"
#include "delta/table.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/keyword_helper.hpp"
#include "duckdb/parser/parsed_data/create_schema_info.hpp"
#include "duckdb/parser/parsed_data/create_view_info.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "engine/guard.h"
#include "engine/statement_options.h"
#include "engine/view_position.h"

namespace laguna::catalog {
namespace {

using duckdb::CatalogType;

duckdb::CreateSchemaInfo SchemaInfo(const std::string& zone) {
  duckdb::CreateSchemaInfo info;
  info.schema = zone;
  return info;
}

// Binds a temporary to the constructor parameter of SchemaCatalogEntry.
duckdb::CreateSchemaInfo& AsLvalue(duckdb::CreateSchemaInfo&& info) {
  return info;
}

bool SameName(std::string_view a, std::string_view b) {
  return duckdb::StringUtil::CIEquals(std::string(a), std::string(b));
}

// The one of `names` that `name` means; InvalidInput when there are several.
std::optional<std::string> Resolve(const std::vector<std::string>& names, std::string_view name,
                                   const LakeSchema& schema) {
  std::optional<std::string> found;
  for (const auto& candidate : names) {
    if (!SameName(candidate, name)) continue;
    if (found) {
      const std::string why =
          *found == candidate
              ? fmt::format("{}.{} is both a folder and a link.", schema.name, candidate)
              : fmt::format("Schema {} holds both {} and {}, which differ by case only.",
                            schema.name, *found, candidate);
      throw base::Error(base::ErrorKind::kInvalidInput, "catalog.ambiguous_name", why)
          .Hint("Rename one of the two.")
          .With("table", schema.FolderOf(candidate));
    }
    found = candidate;
  }
  return found;
}

std::string NameBelow(const std::string& zone, const std::string& key) {
  const auto prefix = zone + "/";
  return key.starts_with(prefix) ? key.substr(prefix.size()) : std::string();
}

// The same for a table that is not at the end of a link.
std::string FolderBelow(const std::string& zone, const std::string& root) {
  return ParseLinkedKey(root) ? std::string() : NameBelow(zone, root);
}

base::Error EmptyLink(LakeSchema& schema, const std::string& table, const std::string& root) {
  const std::string shown = fmt::format("{}.{}", schema.name, table);
  return base::Error(base::ErrorKind::kNotFound, "catalog.empty_link",
                     fmt::format("{} is a link to {}, where there is no Delta table.", shown,
                                 schema.lake_catalog().environment().store.Locate(root)))
      .Hint(fmt::format("ALTER TABLE {0} SET LOCATION '...' sets it elsewhere, DROP TABLE {0} "
                        "forgets it.",
                        shown))
      .With("table", shown);
}

// SnapshotAt, with errors that name the table as SQL does.
delta::SnapshotPtr NamedSnapshotAt(duckdb::ClientContext& context, delta::Table& table,
                                   const duckdb::BoundAtClause& at, const std::string& name) try {
  return SnapshotAt(context, table, at);
} catch (const base::Error& error) {
  throw NamingTable(context, table, error, name);
}

duckdb::unique_ptr<duckdb::SelectStatement> ParseView(duckdb::ClientContext& context,
                                                      const std::string& view,
                                                      const std::string& location,
                                                      const std::string& text) {
  const auto corrupt = [&](const std::string& why) {
    return base::Error(base::ErrorKind::kCorrupt, "catalog.bad_view",
                       fmt::format("View file {} {}", location, why))
        .Hint("The file must hold one SELECT statement.");
  };
  duckdb::Parser parser(context.GetParserOptions());
  try {
    parser.ParseQuery(text);
  } catch (const std::exception& exception) {
    throw corrupt("cannot be parsed: " + duckdb::ErrorData(exception).RawMessage());
  }
  if (parser.statements.size() != 1 ||
      parser.statements[0]->type != duckdb::StatementType::SELECT_STATEMENT) {
    throw corrupt("does not hold exactly one SELECT statement.");
  }
  auto query = duckdb::unique_ptr_cast<duckdb::SQLStatement, duckdb::SelectStatement>(
      std::move(parser.statements[0]));
  SetPositions(*query, engine::PositionOfView(view));
  return query;
}

// DROP and CREATE OR REPLACE ask whether the table is there and need nothing of its log, so one
// that cannot be read is no obstacle. Relations that are read are looked up with a position.
bool AsksForNameOnly(duckdb::ClientContext& context, const duckdb::EntryLookupInfo& lookup) {
  if (lookup.GetErrorContext().query_location.IsValid()) return false;
  const auto& source = engine::StatementOptionsOf(context).source;
  const auto tokens = duckdb::Parser::Tokenize(source);
  if (tokens.empty()) return false;
  const auto starts_with = [&](std::string_view word) {
    return SameName(source.substr(tokens[0].start, word.size()), word);
  };
  return starts_with("drop") || starts_with("create");
}

}  // namespace

LakeSchema::LakeSchema(LakeCatalog& catalog, const std::string& zone)
    : SchemaCatalogEntry(catalog, AsLvalue(SchemaInfo(zone))), lake_catalog_(catalog) {}

LakeSchema::~LakeSchema() = default;

std::string LakeSchema::FolderOf(std::string_view table) const {
  return fmt::format("{}/{}", name, table);
}

std::string LakeSchema::RootOf(duckdb::ClientContext& context, std::string_view table) const {
  return LakeTransaction::Get(context, lake_catalog_).RootOf(FolderOf(table));
}

std::string LakeSchema::ViewKeyOf(std::string_view view) const {
  return fmt::format("{}/{}{}", name, view, kViewSuffix);
}

std::vector<std::string> LakeSchema::TableNames(duckdb::ClientContext& context) {
  auto& transaction = LakeTransaction::Get(context, lake_catalog_);
  auto& store = lake_catalog_.environment().store;
  std::vector<std::string> result;
  const ZoneListing listing = ListZone(store, name);
  for (const auto& folder : listing.folders) {
    const auto root = FolderOf(folder);
    if (!transaction.IsDropped(root) && delta::Table::Exists(store, root)) result.push_back(folder);
  }
  for (auto& link : LinkNames(transaction, listing)) result.push_back(std::move(link));
  for (const auto& root : transaction.CreatedTables()) {
    const auto created = FolderBelow(name, root);
    if (!created.empty() && std::ranges::find(result, created) == result.end()) {
      result.push_back(created);
    }
  }
  std::ranges::sort(result);
  return result;
}

std::vector<std::string> LakeSchema::ViewNames(duckdb::ClientContext& context) {
  auto& transaction = LakeTransaction::Get(context, lake_catalog_);
  std::vector<std::string> result;
  for (const auto& view : ListZone(lake_catalog_.environment().store, name).views) {
    if (!transaction.IsDropped(ViewKeyOf(view))) result.push_back(view);
  }
  AddCreated(transaction, kViewSuffix, result);
  std::ranges::sort(result);
  return result;
}

void LakeSchema::AddCreated(const LakeTransaction& transaction, std::string_view suffix,
                            std::vector<std::string>& names) const {
  for (const auto& key : transaction.CreatedDefinitions()) {
    auto created = NameBelow(name, key);
    if (!created.ends_with(suffix)) continue;
    created.resize(created.size() - suffix.size());
    if (std::ranges::find(names, created) == names.end()) names.push_back(created);
  }
}

std::vector<std::string> LakeSchema::LinkNames(const LakeTransaction& transaction,
                                               const ZoneListing& listing) const {
  std::vector<std::string> names;
  for (const auto& link : listing.links) {
    if (!transaction.IsDropped(LinkKeyOf(FolderOf(link)))) names.push_back(link);
  }
  AddCreated(transaction, kLinkSuffix, names);
  return names;
}

std::optional<std::string> LakeSchema::FindTable(duckdb::ClientContext& context,
                                                 std::string_view table) {
  if (IsHiddenName(table)) return std::nullopt;
  auto& transaction = LakeTransaction::Get(context, lake_catalog_);
  auto& store = lake_catalog_.environment().store;
  std::vector<std::string> candidates;
  for (const auto& root : transaction.CreatedTables()) {
    const auto created = FolderBelow(name, root);
    if (SameName(created, table)) candidates.push_back(created);
  }
  const ZoneListing listing = ListZone(store, name);
  for (const auto& folder : listing.folders) {
    // Only folders of that name are looked into.
    if (!SameName(folder, table) || std::ranges::find(candidates, folder) != candidates.end()) {
      continue;
    }
    const auto root = FolderOf(folder);
    if (!transaction.IsDropped(root) && delta::Table::Exists(store, root)) {
      candidates.push_back(folder);
    }
  }
  for (const auto& link : LinkNames(transaction, listing)) {
    if (SameName(link, table)) candidates.push_back(link);
  }
  return Resolve(candidates, table, *this);
}

std::optional<std::string> LakeSchema::FindView(duckdb::ClientContext& context,
                                                std::string_view view) {
  if (IsHiddenName(view)) return std::nullopt;
  return Resolve(ViewNames(context), view, *this);
}

LakeTable& LakeSchema::Keep(std::unique_ptr<LakeTable> entry) {
  const auto root = entry->root();
  return *tables_.emplace(root, std::move(entry))->second;
}

LakeTable& LakeSchema::EntryFor(const std::string& table, const TableViewPtr& view) {
  const std::lock_guard lock(mutex_);
  const auto [first, last] = tables_.equal_range(view->root);
  for (auto it = first; it != last; ++it) {
    auto& entry = *it->second;
    if (!entry.fixed() && entry.view() && entry.name == table &&
        delta::IsSameButMarks(entry.view()->metadata, view->metadata)) {
      return entry;
    }
  }
  return Keep(LakeTable::Make(*this, table, view, false));
}

LakeTable& LakeSchema::FixedEntryFor(const std::string& table, const TableViewPtr& view) {
  const std::lock_guard lock(mutex_);
  const auto [first, last] = tables_.equal_range(view->root);
  for (auto it = first; it != last; ++it) {
    auto& entry = *it->second;
    if (entry.fixed() && entry.view()->version == view->version &&
        entry.view()->metadata == view->metadata) {
      return entry;
    }
  }
  return Keep(LakeTable::Make(*this, table, view, true));
}

LakeTable& LakeSchema::ListedEntry(duckdb::ClientContext& context, const std::string& table) {
  try {
    const auto root = RootOf(context, table);
    const auto view = LakeTransaction::Get(context, lake_catalog_).View(root);
    if (view) return EntryFor(table, view);
    if (ParseLinkedKey(root)) throw EmptyLink(*this, table, root);
    throw base::Error(base::ErrorKind::kNotFound, "catalog.unknown_table",
                      fmt::format("Table {}.{} is gone.", name, table));
  } catch (const std::exception&) {
    // The engine's own refusal of a schema (two columns of one name) included.
    return BrokenEntry(table, engine::CurrentError());
  }
}

LakeTable& LakeSchema::BrokenEntry(const std::string& table, const base::Error& error) {
  const std::lock_guard lock(mutex_);
  const auto [first, last] = tables_.equal_range(FolderOf(table));
  for (auto it = first; it != last; ++it) {
    const auto& known = it->second->error();
    if (known && known->sentence() == error.sentence()) return *it->second;
  }
  return Keep(LakeTable::MakeBroken(*this, table, error));
}

duckdb::ViewCatalogEntry& LakeSchema::LookupView(duckdb::ClientContext& context,
                                                 const std::string& view) {
  const auto key = ViewKeyOf(view);
  const auto text = LakeTransaction::Get(context, lake_catalog_).ReadDefinition(key);
  if (!text) {
    throw base::Error(base::ErrorKind::kNotFound, "catalog.unknown_table",
                      fmt::format("View {}.{} is gone.", name, view));
  }
  const auto full_name = fmt::format("{}.{}", name, view);
  engine::NoteView(context, full_name);
  const std::lock_guard lock(mutex_);
  const auto [first, last] = views_.equal_range(view);
  for (auto it = first; it != last; ++it) {
    if (it->second.text == *text) return *it->second.entry;
  }
  duckdb::CreateViewInfo info;
  info.catalog = LakeCatalog::kName;
  info.schema = name;
  info.view_name = view;
  info.query = ParseView(context, full_name, lake_catalog_.environment().store.Locate(key), *text);
  info.sql =
      fmt::format("CREATE VIEW {}.{} AS {};", duckdb::KeywordHelper::WriteOptionallyQuoted(name),
                  duckdb::KeywordHelper::WriteOptionallyQuoted(view), info.query->ToString());
  auto entry = std::make_unique<duckdb::ViewCatalogEntry>(lake_catalog_, *this, info);
  return *views_.emplace(view, CachedView{*text, std::move(entry)})->second.entry;
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::LookupTable(
    duckdb::ClientContext& context, const std::string& table,
    const duckdb::EntryLookupInfo& lookup) {
  const auto root = RootOf(context, table);
  if (const auto at = lookup.GetAtClause()) {
    const auto snapshot =
        NamedSnapshotAt(context, lake_catalog_.Table(root), *at, fmt::format("{}.{}", name, table));
    return &FixedEntryFor(table, ViewOf(root, *snapshot));
  }
  const auto view = LakeTransaction::Get(context, lake_catalog_).View(root);
  if (!view && ParseLinkedKey(root)) throw EmptyLink(*this, table, root);
  if (!view) return nullptr;
  return &EntryFor(table, view);
}

duckdb::optional_ptr<duckdb::CatalogEntry> LakeSchema::LookupEntry(
    duckdb::CatalogTransaction transaction, const duckdb::EntryLookupInfo& lookup) {
  const auto type = lookup.GetCatalogType();
  if (type != CatalogType::TABLE_ENTRY && type != CatalogType::VIEW_ENTRY) return nullptr;
  if (!transaction.HasContext()) return nullptr;
  auto& context = transaction.GetContext();
  const auto& wanted = lookup.GetEntryName();
  if (LakeTable* target = FindTarget(context, wanted)) return target;
  try {
    if (const auto table = FindTable(context, wanted)) {
      if (AsksForNameOnly(context, lookup)) return &ListedEntry(context, *table);
      return LookupTable(context, *table, lookup);
    }
    if (const auto view = FindView(context, wanted)) {
      auto& entry = LookupView(context, *view);
      // DROP VIEW asks for a view and gets it, whatever it reads.
      if (type == CatalogType::TABLE_ENTRY) CheckRelations(context, *this, *view, entry.GetQuery());
      return &entry;
    }
    return nullptr;
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, lookup.GetErrorContext().query_location);
  }
}

void LakeSchema::Scan(duckdb::ClientContext& context, CatalogType type,
                      const std::function<void(duckdb::CatalogEntry&)>& callback) {
  if (type != CatalogType::TABLE_ENTRY && type != CatalogType::VIEW_ENTRY) return;
  engine::Guarded([&] {
    if (type == CatalogType::TABLE_ENTRY) {
      for (const auto& table : TableNames(context)) callback(ListedEntry(context, table));
    }
    for (const auto& view : ViewNames(context)) {
      try {
        callback(LookupView(context, view));
      } catch (const base::Error& error) {
        callback(BrokenEntry(view, error));
      }
    }
  });
}

// Without a client there is no transaction to see tables through; DuckDB asks so only when it
// writes checkpoints of its own storage.
void LakeSchema::Scan(CatalogType, const std::function<void(duckdb::CatalogEntry&)>&) {}

duckdb::SimilarCatalogEntry LakeSchema::GetSimilarEntry(duckdb::CatalogTransaction transaction,
                                                        const duckdb::EntryLookupInfo& lookup) {
  duckdb::SimilarCatalogEntry result;
  const auto type = lookup.GetCatalogType();
  if (type != CatalogType::TABLE_ENTRY && type != CatalogType::VIEW_ENTRY) return result;
  if (!transaction.HasContext()) return result;
  return engine::Guarded([&] {
    auto names = TableNames(transaction.GetContext());
    for (auto& view : ViewNames(transaction.GetContext())) names.push_back(std::move(view));
    for (const auto& candidate : names) {
      const auto score = duckdb::StringUtil::SimilarityRating(candidate, lookup.GetEntryName());
      if (score <= result.score) continue;
      result.score = score;
      result.name = candidate;
      result.schema = this;
    }
    return result;
  });
}

}  // namespace laguna::catalog
