// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/moved_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/clone/known_clones.h"
#include "catalog/definition/new_name.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/sql_name.h"
#include "delta/table.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/client_context.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kDropped = "_laguna/dropped/";
// "-20260131T235959.123Z-" and a UUID behind the name; once there were no milliseconds.
constexpr size_t kTimeLengths[] = {20, 16};
constexpr size_t kUuidLength = 36;

void RefuseInTransaction(duckdb::ClientContext& context, const std::string& what) {
  if (context.transaction.IsAutoCommit()) return;
  throw Error(ErrorKind::kUnsupported, "alter.in_transaction",
              fmt::format("{} moves the table's folder and cannot be part of a transaction.", what))
      .Hint("Run it before BEGIN or after COMMIT.");
}

void CheckFree(duckdb::ClientContext& context, LakeSchema& schema, const std::string& name,
               const std::string& own_root) {
  CheckNewName(context, schema, name);
  const auto table = schema.FindTable(context, name);
  if (table && schema.RootOf(*table) != own_root) throw ExistsError(schema, "Table", *table);
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

struct DroppedName {
  std::string name;
  std::string dropped_at;
};

// "sales-20260131T235959.123Z-<uuid>"; nothing for another spelling.
std::optional<DroppedName> SplitName(std::string_view folder) {
  for (const size_t time_length : kTimeLengths) {
    const size_t suffix_length = 1 + time_length + 1 + kUuidLength;
    if (folder.size() <= suffix_length) continue;
    const std::string_view suffix = folder.substr(folder.size() - suffix_length);
    const std::string_view time = suffix.substr(1, time_length);
    const bool fits = suffix.front() == '-' && suffix[1 + time_length] == '-' && time[8] == 'T' &&
                      time.back() == 'Z';
    if (!fits) continue;
    return DroppedName{std::string(folder.substr(0, folder.size() - suffix_length)),
                       std::string(time)};
  }
  return std::nullopt;
}

// The folders right below `prefix`, without slashes.
std::vector<std::string> FoldersBelow(io::ObjectStore& store, const std::string& prefix) {
  std::vector<std::string> folders;
  io::ListOptions options;
  options.delimited = true;
  while (true) {
    const io::ListPage page = store.List(prefix, options);
    for (const std::string& folder : page.folders) {
      folders.push_back(folder.substr(prefix.size(), folder.size() - prefix.size() - 1));
    }
    if (!page.next_start_after) return folders;
    options.start_after = *page.next_start_after;
  }
}

// What was dropped by itself, and what went with its schema.
void AddBelow(io::ObjectStore& store, const std::string& folder, const std::string& zone,
              std::vector<DroppedTable>& tables) {
  const std::string below = std::string(kDropped) + folder + "/";
  const auto whole_zone = SplitName(folder);
  for (const std::string& each : FoldersBelow(store, below)) {
    const auto name = whole_zone ? DroppedName{each, whole_zone->dropped_at}
                                 : SplitName(each).value_or(DroppedName{});
    if (name.name.empty() || !delta::Table::Exists(store, below + each)) continue;
    tables.push_back({zone, name.name, name.dropped_at, below + each});
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
  const std::string root = from.RootOf(table);
  CheckFree(context, to, name, root);
  const std::string renamed = to.RootOf(name);
  if (renamed == root) return;
  LakeCatalog& lake = from.lake_catalog();
  LakeTransaction& transaction = LakeTransaction::Get(context, lake);
  if (const TableViewPtr view = transaction.View(root)) {
    CheckNotCloned(lake, *view);
    NoteClone(lake, renamed, view->metadata.id, view->files);
  }
  transaction.MoveFolder(root, renamed);
}

std::vector<DroppedTable> DroppedTables(io::ObjectStore& store, const std::string& zone) {
  std::vector<DroppedTable> tables;
  for (const std::string& folder : FoldersBelow(store, std::string(kDropped))) {
    const auto whole_zone = SplitName(folder);
    const std::string of_zone = whole_zone ? whole_zone->name : folder;
    if (zone.empty() || zone == of_zone) AddBelow(store, folder, of_zone, tables);
  }
  std::ranges::stable_sort(tables, [](const DroppedTable& a, const DroppedTable& b) {
    return a.dropped_at > b.dropped_at;
  });
  return tables;
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
      .MoveFolder(found->folder, schema.RootOf(found->name));
  return *found;
}

}  // namespace laguna::catalog
