// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/nearest_name.h"
#include "catalog/lake_schema.h"
#include "catalog/lake_transaction.h"
#include "catalog/zone_listing.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/attached_database.hpp"
#include "duckdb/storage/database_size.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

constexpr std::string_view kSchemaMarker = "/_schema";

// Blocks are not of this level; that a file is there is enough for a hint.
bool IsBlock(const Lake& lake, std::string_view name) {
  if (name.find('/') != std::string_view::npos) return false;
  std::error_code ignored;
  return std::filesystem::exists(lake.folder / "blocks" / fmt::format("{}.yaml", name), ignored);
}

bool SameName(std::string_view a, std::string_view b) {
  return duckdb::StringUtil::CIEquals(std::string(a), std::string(b));
}

}  // namespace

LakeCatalog::LakeCatalog(duckdb::AttachedDatabase& database, const LakeEnvironment& environment,
                         LogUpkeeper* upkeeper)
    : Catalog(database),
      environment_(environment),
      upkeeper_(upkeeper),
      parquet_(database.GetDatabase()) {}

LakeCatalog::~LakeCatalog() = default;

LakeCatalog& LakeCatalog::Get(duckdb::ClientContext& context) {
  return dynamic_cast<LakeCatalog&>(GetCatalog(context, kName));
}

void LakeCatalog::Initialize(bool) {}

duckdb::string LakeCatalog::GetDBPath() {
  return environment_.lake.storage_root.string();
}

duckdb::string LakeCatalog::GetDefaultSchema() const {
  const auto& zones = environment_.lake.zones;
  const auto first = std::ranges::find_if(zones, [](const Zone& zone) { return !zone.files; });
  return first == zones.end() ? std::string(DEFAULT_SCHEMA) : first->name;
}

delta::Table& LakeCatalog::Table(const std::string& root) {
  const std::lock_guard lock(mutex_);
  auto& table = tables_[root];
  if (!table) {
    table = std::make_unique<delta::Table>(environment_.store, root, environment_.clock, &parquet_);
  }
  return *table;
}

LakeSchema& LakeCatalog::SchemaFor(const std::string& zone) {
  const std::lock_guard lock(mutex_);
  auto& schema = schemas_[zone];
  if (!schema) schema = std::make_unique<LakeSchema>(*this, zone);
  return *schema;
}

std::vector<std::string> LakeCatalog::SchemaNames(duckdb::ClientContext& context) {
  auto& transaction = LakeTransaction::Get(context, *this);
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    const auto* zone = environment_.lake.FindZone(name);
    if (zone != nullptr && zone->files) return;
    if (IsReservedZoneName(name) || IsHiddenName(name) || transaction.IsDropped(name)) return;
    const auto known = [&](const std::string& other) { return SameName(other, name); };
    if (std::ranges::none_of(names, known)) names.push_back(name);
  };
  for (const auto& zone : environment_.lake.zones) add(zone.name);
  for (const auto& key : transaction.CreatedDefinitions()) {
    if (key.ends_with(kSchemaMarker)) add(key.substr(0, key.size() - kSchemaMarker.size()));
  }
  for (const auto& folder : ListFolders(environment_.store)) add(folder);
  return names;
}

LakeSchema* LakeCatalog::FindSchema(duckdb::ClientContext& context, std::string_view name) {
  if (IsReservedZoneName(name) || IsHiddenName(name)) return nullptr;
  if (const auto* zone = environment_.lake.FindZone(name)) {
    return zone->files ? nullptr : &SchemaFor(zone->name);
  }
  for (const auto& candidate : SchemaNames(context)) {
    if (SameName(candidate, name)) return &SchemaFor(candidate);
  }
  return nullptr;
}

base::Error LakeCatalog::UnknownSchema(duckdb::ClientContext& context, std::string_view name) {
  const auto* zone = environment_.lake.FindZone(name);
  if (zone != nullptr && zone->files) {
    return base::Error(base::ErrorKind::kNotFound, "catalog.file_zone",
                       fmt::format("Zone {} holds files, not tables.", zone->name))
        .Hint(fmt::format("Read its files: SELECT * FROM read_csv('{}/...').", zone->name))
        .With("schema", zone->name);
  }
  return base::Error(base::ErrorKind::kNotFound, "catalog.unknown_schema",
                     fmt::format("There is no schema {} in the lake.", name))
      .Hint(NearestZoneHint(context, name))
      .With("schema", std::string(name));
}

std::string LakeCatalog::NearestZoneHint(duckdb::ClientContext& context, std::string_view name) {
  auto names = SchemaNames(context);
  for (const auto& zone : environment_.lake.zones) {
    if (zone.files) names.push_back(zone.name);
  }
  const auto nearest = base::NearestName(name, names);
  if (IsBlock(environment_.lake, name)) {
    return fmt::format(
        "{0} is a block. Its tables are read with 'laguna sql --block {0}', and read "
        "and written by tasks of type sql with 'blocks: [{0}]'.",
        name);
  }
  if (!nearest) {
    return fmt::format(
        "'laguna table list' or SHOW ALL TABLES lists what there is; CREATE SCHEMA "
        "{} makes a new one.",
        name);
  }
  const auto* zone = environment_.lake.FindZone(*nearest);
  if (zone == nullptr || !zone->files) return fmt::format("Did you mean {}?", *nearest);
  return fmt::format("Did you mean {}? It holds files: SELECT * FROM read_csv('{}/...').", *nearest,
                     *nearest);
}

duckdb::optional_ptr<duckdb::SchemaCatalogEntry> LakeCatalog::LookupSchema(
    duckdb::CatalogTransaction transaction, const duckdb::EntryLookupInfo& lookup,
    duckdb::OnEntryNotFound if_not_found) {
  if (!transaction.HasContext()) return nullptr;
  auto& context = transaction.GetContext();
  try {
    if (auto* schema = FindSchema(context, lookup.GetEntryName())) return schema;
    if (if_not_found == duckdb::OnEntryNotFound::RETURN_NULL) return nullptr;
    throw UnknownSchema(context, lookup.GetEntryName());
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, lookup.GetErrorContext().query_location);
  }
}

void LakeCatalog::ScanSchemas(duckdb::ClientContext& context,
                              std::function<void(duckdb::SchemaCatalogEntry&)> callback) {
  engine::Guarded([&] {
    for (const auto& name : SchemaNames(context)) callback(SchemaFor(name));
  });
}

duckdb::CatalogLookupBehavior LakeCatalog::CatalogTypeLookupRule(duckdb::CatalogType type) const {
  const auto kept = type == duckdb::CatalogType::TABLE_ENTRY ||
                    type == duckdb::CatalogType::VIEW_ENTRY ||
                    type == duckdb::CatalogType::SCHEMA_ENTRY;
  return kept ? duckdb::CatalogLookupBehavior::STANDARD
              : duckdb::CatalogLookupBehavior::NEVER_LOOKUP;
}

duckdb::DatabaseSize LakeCatalog::GetDatabaseSize(duckdb::ClientContext&) {
  return {};
}

}  // namespace laguna::catalog
