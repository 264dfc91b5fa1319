// SPDX-License-Identifier: Apache-2.0
#include "catalog/link/located_table.h"

#include <fmt/format.h>

#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/link/table_link.h"
#include "catalog/zone_listing.h"
#include "delta/table_feature.h"
#include "duckdb/main/client_context.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kVectors = "delta.enableDeletionVectors";

std::string NameOf(const LakeSchema& schema, const std::string& table) {
  return fmt::format("{}.{}", schema.name, table);
}

std::string PlaceOf(const LakeSchema& schema, const std::string& root) {
  return schema.lake_catalog().environment().store.Locate(root);
}

LakeTransaction& TransactionOf(duckdb::ClientContext& context, const LakeSchema& schema) {
  return LakeTransaction::Get(context, schema.lake_catalog());
}

Error ElsewhereError(const LakeSchema& schema, const std::string& table, const std::string& place) {
  const std::string name = NameOf(schema, table);
  return Error(
             ErrorKind::kInvalidInput, "create.location",
             fmt::format("Table {} is at {}; it cannot be made at another LOCATION.", name, place))
      .Hint(fmt::format("Leave LOCATION out, or move the name first: ALTER TABLE {} SET LOCATION.",
                        name))
      .With("table", name);
}

// Files of others would be taken for the table's, and deleted by a VACUUM.
void CheckEmpty(const LakeSchema& schema, const std::string& table, const std::string& root) {
  io::ListOptions first;
  first.page_max = 1;
  first.delimited = true;
  const auto page = schema.lake_catalog().environment().store.List(root + "/", first);
  if (page.objects.empty() && page.folders.empty()) return;
  const std::string name = NameOf(schema, table);
  throw Error(ErrorKind::kExists, "create.location_taken",
              fmt::format("Table {} cannot be made at {}: the folder is not empty and holds no "
                          "Delta table.",
                          name, PlaceOf(schema, root)))
      .Hint("Give a folder that is empty or not there yet.")
      .With("table", name);
}

// Of those that the statement names; new tables have deletion vectors unless it says otherwise.
bool HasProperties(const TableView& table, delta::Properties wanted) {
  const auto vectors = wanted.find(kVectors);
  if (vectors != wanted.end() && vectors->second == "true") wanted.erase(vectors);
  return delta::HasProperties(table.protocol, table.metadata.configuration, wanted);
}

void PutLink(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table,
             const std::string& root) {
  const auto link = ParseLinkedKey(root);
  LAGUNA_ASSERT(link);
  TransactionOf(context, schema).SetLink(schema.FolderOf(table), link->location, false);
}

// As the name has it now; null where that cannot be read.
TableViewPtr ViewNow(duckdb::ClientContext& context, const LakeSchema& schema,
                     const std::string& table) try {
  return TransactionOf(context, schema).View(schema.RootOf(context, table));
} catch (const Error&) {
  return nullptr;
}

void CheckSetLocation(const LakeSchema& schema, const std::string& table, const std::string& place,
                      const TableViewPtr& now, const TableViewPtr& then) {
  const std::string name = NameOf(schema, table);
  if (!then) {
    throw Error(
        ErrorKind::kNotFound, "alter.location",
        fmt::format("The LOCATION of table {} cannot be {}: there is no Delta table.", name, place))
        .Hint("Give the folder that holds _delta_log.")
        .With("table", name);
  }
  if (!now || HaveSameColumns(now->metadata, then->metadata)) return;
  throw Error(
      ErrorKind::kInvalidInput, "alter.location_columns",
      fmt::format("The LOCATION of table {} cannot be {}: the table there has other columns "
                  "or partitions.",
                  name, place))
      .Hint(fmt::format("DROP TABLE {0} and CREATE TABLE {0} LOCATION '...' take it over as it is.",
                        name))
      .With("table", name);
}

}  // namespace

NewRoot RootAt(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table,
               const std::string& location) {
  const Lake& lake = schema.lake_catalog().environment().lake;
  const std::string kept = NewLocation(lake, location);
  if (const auto existing = schema.FindTable(context, table)) {
    std::string root = schema.RootOf(context, *existing);
    const std::string place = PlaceOf(schema, root);
    if (place != LinkedFolder(lake, kept)) throw ElsewhereError(schema, *existing, place);
    return {std::move(root), true};
  }
  NewRoot place{LinkedRoot(schema.FolderOf(table), kept), false};
  place.has_table = TransactionOf(context, schema).View(place.root) != nullptr;
  if (!place.has_table) CheckEmpty(schema, table, place.root);
  return place;
}

void TakeOver(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table,
              const std::string& root, const delta::Metadata& wanted) {
  const TableViewPtr view = TransactionOf(context, schema).View(root);
  LAGUNA_ASSERT(view);
  const bool fits =
      HaveSameColumns(view->metadata, wanted) && HasProperties(*view, wanted.configuration);
  if (!fits) {
    const std::string name = NameOf(schema, table);
    throw Error(ErrorKind::kInvalidInput, "create.location_differs",
                fmt::format("Table {} cannot be made at {}: the table that is there has other "
                            "columns, partitions or properties than the statement says.",
                            name, PlaceOf(schema, root)))
        .Hint(fmt::format("CREATE TABLE {} LOCATION '...' takes it over as it is.", name))
        .With("table", name);
  }
  PutLink(context, schema, table, root);
}

void TakeOver(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table,
              const std::string& root) {
  if (TransactionOf(context, schema).View(root)) return PutLink(context, schema, table, root);
  const std::string name = NameOf(schema, table);
  throw Error(ErrorKind::kNotFound, "create.location_empty",
              fmt::format("Table {} cannot be taken over from {}: there is no Delta table.", name,
                          PlaceOf(schema, root)))
      .Hint("Give the folder that holds _delta_log, or name the columns of a new table.")
      .With("table", name);
}

void LinkTo(duckdb::ClientContext& context, LakeCatalog& catalog, const std::string& root) {
  const auto link = ParseLinkedKey(root);
  if (!link) return;
  LakeTransaction& transaction = LakeTransaction::Get(context, catalog);
  const std::string folder = link->link.substr(0, link->link.size() - kLinkSuffix.size());
  if (!transaction.IsLinked(folder)) transaction.SetLink(folder, link->location, false);
}

void ThrowTaken(const LakeSchema& schema, const std::string& table, const std::string& root) {
  const std::string name = NameOf(schema, table);
  throw Error(ErrorKind::kExists, "create.location_taken",
              fmt::format("Table {} cannot be made at {}: a Delta table is there already.", name,
                          PlaceOf(schema, root)))
      .Hint(fmt::format("CREATE TABLE {} LOCATION '...' takes it over, CREATE OR REPLACE TABLE "
                        "replaces it.",
                        name))
      .With("table", name);
}

std::string SetLocation(duckdb::ClientContext& context, LakeSchema& schema,
                        const std::string& table, const std::string& location) {
  const std::string name = NameOf(schema, table);
  if (!context.transaction.IsAutoCommit()) {
    throw Error(ErrorKind::kUnsupported, "alter.in_transaction",
                "ALTER TABLE ... SET LOCATION cannot be part of a transaction.")
        .Hint("Run it before BEGIN or after COMMIT.");
  }
  const Lake& lake = schema.lake_catalog().environment().lake;
  const std::string kept = NewLocation(lake, location);
  const std::string folder = schema.FolderOf(table);
  const std::string root = LinkedRoot(folder, kept);
  std::string place = PlaceOf(schema, root);
  LakeTransaction& transaction = TransactionOf(context, schema);
  const TableViewPtr now = ViewNow(context, schema, table);
  CheckSetLocation(schema, table, place, now, transaction.View(root));
  const bool was_linked = transaction.IsLinked(folder);
  if (!was_linked) {
    transaction.DropTable(folder);
    transaction.Say(fmt::format(
        "The folder of table {} in the lake was moved aside, as DROP TABLE does.", name));
  }
  transaction.SetLink(folder, kept, was_linked);
  return place;
}

}  // namespace laguna::catalog
