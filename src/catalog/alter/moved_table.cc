// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/moved_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/clone/known_clones.h"
#include "catalog/definition/new_name.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/link/table_link.h"
#include "catalog/sql_name.h"
#include "delta/table.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/client_context.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

void RefuseInTransaction(duckdb::ClientContext& context, const std::string& what) {
  if (context.transaction.IsAutoCommit()) return;
  throw Error(ErrorKind::kUnsupported, "alter.in_transaction",
              fmt::format("{} moves the table's folder and cannot be part of a transaction.", what))
      .Hint("Run it before BEGIN or after COMMIT.");
}

void CheckFree(duckdb::ClientContext& context, LakeSchema& schema, const std::string& name,
               const std::string& own_folder) {
  CheckNewName(context, schema, name);
  const auto table = schema.FindTable(context, name);
  if (table && schema.FolderOf(*table) != own_folder) throw ExistsError(schema, "Table", *table);
  if (const auto view = schema.FindView(context, name)) throw ExistsError(schema, "View", *view);
}

// Clones find the files by the folder's path.
void CheckNotCloned(LakeCatalog& lake, const TableView& view) {
  io::ObjectStore& store = lake.environment().store;
  for (const std::string& root : ClonesOf(store, view.metadata.id)) {
    if (!delta::Table::Exists(store, root)) continue;
    const std::string table = SqlNameOf(view.root);
    throw Error(ErrorKind::kUnsupported, "alter.cloned",
                fmt::format("Table {} cannot be renamed: {} is a shallow clone and finds its files "
                            "by the table's folder.",
                            table, SqlNameOf(root)))
        .Hint(fmt::format("Drop the clone first, or make it whole: CREATE OR REPLACE TABLE {0} AS "
                          "FROM {0}.",
                          SqlNameOf(root)))
        .With("table", table)
        .With("clone", SqlNameOf(root));
  }
}

Error NotDropped(const LakeSchema& schema, const std::string& name,
                 const std::vector<DroppedTable>& known) {
  std::vector<std::string> names;
  for (const DroppedTable& table : known) names.push_back(table.name);
  return Error(ErrorKind::kNotFound, "alter.not_dropped",
               fmt::format("No dropped table {}.{} is kept.", schema.name, name))
      .Hint(names.empty() ? "SHOW TABLES DROPPED lists those that are."
                          : base::SuggestName(name, names))
      .With("table", fmt::format("{}.{}", schema.name, name));
}

}  // namespace

void RenameTable(duckdb::ClientContext& context, LakeSchema& from, const std::string& table,
                 LakeSchema& to, const std::string& name) {
  RefuseInTransaction(context, "ALTER TABLE ... RENAME TO");
  const std::string root = from.FolderOf(table);
  CheckFree(context, to, name, root);
  const std::string renamed = to.FolderOf(name);
  if (renamed == root) return;
  LakeCatalog& lake = from.lake_catalog();
  LakeTransaction& transaction = LakeTransaction::Get(context, lake);
  if (const auto link = ParseLinkedKey(transaction.RootOf(root))) {
    transaction.SetLink(renamed, link->location, false);
    return transaction.DropLink(root);
  }
  if (const TableViewPtr view = transaction.View(root)) {
    CheckNotCloned(lake, *view);
    NoteClone(lake, renamed, view->metadata.id, view->files);
  }
  transaction.MoveFolder(root, renamed);
}

DroppedTable UndropTable(duckdb::ClientContext& context, LakeSchema& schema,
                         const std::string& name) {
  RefuseInTransaction(context, "UNDROP TABLE");
  const auto dropped = DroppedTables(schema.lake_catalog().environment().store, schema.name);
  const auto found = std::ranges::find_if(dropped, [&](const DroppedTable& table) {
    return duckdb::StringUtil::CIEquals(table.name, name);
  });
  if (found == dropped.end()) throw NotDropped(schema, name, dropped);
  CheckFree(context, schema, found->name, "");
  LakeTransaction::Get(context, schema.lake_catalog())
      .MoveFolder(found->folder, schema.FolderOf(found->name));
  return *found;
}

}  // namespace laguna::catalog
