// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/moved_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

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

// What bears a name that is wanted.
struct Taken {
  // "Table" or "View".
  std::string sort;
  std::string name;
};

std::optional<Taken> FindTaken(duckdb::ClientContext& context, LakeSchema& schema,
                               const std::string& name) {
  CheckNewName(context, schema, name);
  if (const auto table = schema.FindTable(context, name)) return Taken{"Table", *table};
  if (const auto view = schema.FindView(context, name)) return Taken{"View", *view};
  return std::nullopt;
}

// How to make the name free.
std::string MakingFree(const LakeSchema& schema, const Taken& taken) {
  const std::string name = QuotedSqlNameOf(schema.FolderOf(taken.name));
  if (taken.sort == "View") return fmt::format("DROP VIEW {}", name);
  return fmt::format(
      "ALTER TABLE {} RENAME TO another_name (or DROP TABLE {}, which UNDROP TABLE "
      "brings back)",
      name, name);
}

Error CannotRename(const LakeSchema& from, const std::string& table, const LakeSchema& to,
                   const Taken& taken) {
  return ExistsError(to, taken.sort, taken.name)
      .Hint(fmt::format("Choose another name for {}, or make this one free first: {}.",
                        QuotedSqlNameOf(from.FolderOf(table)), MakingFree(to, taken)));
}

Error CannotComeBack(const LakeSchema& schema, const DroppedTable& dropped, const Taken& taken) {
  return ExistsError(schema, taken.sort, taken.name)
      .Hint(fmt::format("The table that was dropped on {} comes back under its old name. Make that "
                        "free first: {}; then UNDROP TABLE {} again.",
                        dropped.dropped_at, MakingFree(schema, taken),
                        QuotedSqlNameOf(schema.FolderOf(dropped.name))));
}

// Clones find the files by the folder's path.
void CheckNotCloned(LakeCatalog& lake, const TableView& view) {
  for (const std::string& root : ClonesOf(lake.environment().store, view.root)) {
    if (!ReadsFilesOf(lake, root, view.root)) continue;
    const std::string table = SqlNameOf(view.root);
    throw Error(ErrorKind::kUnsupported, "alter.cloned",
                fmt::format("Table {} cannot be renamed: {} is a shallow clone and finds its files "
                            "by the table's folder.",
                            table, SqlNameOf(root)))
        .Hint(fmt::format("Drop the clone first, or make it whole: CREATE OR REPLACE TABLE {0} AS "
                          "FROM {0}.",
                          QuotedSqlNameOf(root)))
        .With("table", table)
        .With("clone", SqlNameOf(root));
  }
}

bool IsNamed(const DroppedTable& table, const std::string& name) {
  return duckdb::StringUtil::CIEquals(table.name, name);
}

// Which of the dropped tables may be meant. One of that name in another schema is nearer than any
// other.
std::string SuggestDropped(const std::string& zone, const std::string& name,
                           const std::vector<DroppedTable>& dropped) {
  if (dropped.empty()) {
    return "No dropped table is kept in this lake: they stay for dropped_retention of laguna.yaml, "
           "until the task maintain or 'laguna doctor --clean' deletes them.";
  }
  std::set<std::string> names;
  std::set<std::string> elsewhere;
  for (const DroppedTable& table : dropped) {
    const std::string shown = QuotedSqlNameOf(fmt::format("{}/{}", table.zone, table.name));
    names.insert(shown);
    if (IsNamed(table, name)) elsewhere.insert(shown);
  }
  const std::vector<std::string> known(names.begin(), names.end());
  const std::string meant =
      elsewhere.empty()
          ? base::SuggestName(QuotedSqlNameOf(fmt::format("{}/{}", zone, name)), known)
          : fmt::format("Did you mean '{}'?", *elsewhere.begin());
  return meant + " SHOW TABLES DROPPED lists all, with the time of each.";
}

Error NotDropped(const LakeSchema& schema, const std::string& name, const std::string& hint) {
  return Error(ErrorKind::kNotFound, "alter.not_dropped",
               fmt::format("No dropped table {}.{} is kept.", schema.name, name))
      .Hint(hint)
      .With("table", fmt::format("{}.{}", schema.name, name));
}

// A table that is there has most likely lost rows.
std::string HintOfLiving(const LakeSchema& schema, const std::string& table) {
  const std::string name = QuotedSqlNameOf(schema.FolderOf(table));
  return fmt::format(
      "{0} is there and was not dropped. To have older rows of it back: DESCRIBE "
      "HISTORY {0} shows its versions, RESTORE TABLE {0} TO VERSION AS OF n takes "
      "it back to one.",
      name);
}

}  // namespace

void RenameTable(duckdb::ClientContext& context, LakeSchema& from, const std::string& table,
                 LakeSchema& to, const std::string& name) {
  RefuseInTransaction(context, "ALTER TABLE ... RENAME TO");
  const std::string root = from.FolderOf(table);
  const auto taken = FindTaken(context, to, name);
  const bool is_itself = taken && taken->sort == "Table" && to.FolderOf(taken->name) == root;
  if (taken && !is_itself) throw CannotRename(from, table, to, *taken);
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
  const auto dropped = DroppedTables(schema.lake_catalog().environment().store, "");
  const auto found = std::ranges::find_if(dropped, [&](const DroppedTable& table) {
    return table.zone == schema.name && IsNamed(table, name);
  });
  if (found == dropped.end()) {
    const auto living = schema.FindTable(context, name);
    throw NotDropped(
        schema, name,
        living ? HintOfLiving(schema, *living) : SuggestDropped(schema.name, name, dropped));
  }
  const auto taken = FindTaken(context, schema, found->name);
  if (taken) throw CannotComeBack(schema, *found, *taken);
  LakeTransaction::Get(context, schema.lake_catalog())
      .MoveFolder(found->folder, schema.FolderOf(found->name));
  return *found;
}

}  // namespace laguna::catalog
