// SPDX-License-Identifier: Apache-2.0
// The change data feed of a transaction of several statements.
//
// Where a commit has change data files, they are all that readers look at (protocol section "Add
// CDC File"). So the rows of files that plain INSERTs of the same transaction wrote have to be told
// there too: such a file is copied, with its change type. Where statements changed rows of one
// another, what they did together takes the place of what each told (changes/net_changes.h).
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/sql_name.h"
#include "catalog/write/field_ids.h"
#include "catalog/write/plan_write.h"
#include "catalog/write/write_target.h"
#include "engine/glob_text.h"
#include "engine/guard.h"
#include "engine/scoped_connection.h"
#include "engine/sql_text.h"

namespace laguna::catalog {

namespace {

base::Error UntoldRemovals(const std::string& root) {
  return base::Error(base::ErrorKind::kUnsupported, "commit.change_feed",
                     fmt::format("This transaction overwrites partitions of table {} and changes "
                                 "single rows of it. The table has a change data feed, which "
                                 "cannot tell both in one commit.",
                                 SqlNameOf(root)))
      .Hint("COMMIT between the two.")
      .With("table", SqlNameOf(root));
}

std::string NewChangeFile(base::Random& random) {
  return fmt::format("{}/cdc-00000-{}.c000.snappy.parquet", kChangeDataFolder,
                     base::MakeUuid(random));
}

WriteTargetPtr TargetOf(LakeCatalog& catalog, const std::string& root, const PendingTable& table) {
  return MakeWriteTarget(catalog, root, WriteMode::kAppend,
                         table.definition ? *table.definition : table.read->metadata());
}

// Of those of the table's columns that a file has: the option of COPY as SQL, behind a comma.
// Tables whose columns are found by ids need it.
std::string FieldIdsOption(const WriteTarget& target, std::span<const std::string> columns) {
  const auto all = FieldIdsOf(target);
  if (!all) return "";
  duckdb::child_list_t<duckdb::Value> ids;
  const auto& names = duckdb::StructType::GetChildTypes(all->type());
  const auto& values = duckdb::StructValue::GetChildren(*all);
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::find(columns, names[i].first) == columns.end()) continue;
    ids.emplace_back(names[i].first, values[i]);
  }
  return fmt::format(", FIELD_IDS {}", duckdb::Value::STRUCT(std::move(ids)).ToSQLString());
}

}  // namespace

void LakeTransaction::CompleteChangeFeeds() {
  for (const std::string& name : changes_) {
    const auto found = tables_.find(name);
    if (found == tables_.end()) continue;
    PendingTable& table = found->second;
    // All old rows go and all that are there come.
    if (table.replaces_content) table.change_data.clear();
    if (table.change_data.empty()) continue;
    if (table.has_untold_removals) throw UntoldRemovals(name);
    if (table.changes_own_rows) {
      TellNetChanges(name, table);
      continue;
    }
    for (const delta::AddFile& file : table.added) {
      if (!table.told.contains(file.path))
        table.change_data.push_back(TellInserted(name, table, file));
    }
  }
}

delta::AddCdcFile LakeTransaction::TellInserted(const std::string& root, const PendingTable& table,
                                                const delta::AddFile& file) {
  const LakeEnvironment& environment = catalog_.environment();
  delta::AddCdcFile told;
  told.path = NewChangeFile(environment.random);
  told.partition_values = file.partition_values;
  const std::string key = root + "/" + told.path;
  NoteDataFile(key);
  const std::string rows = fmt::format(
      "FROM system.main.read_parquet({}, hive_partitioning => false)",
      engine::QuotedText(engine::PatternOf(environment.store.Locate(root + "/" + file.path))));
  const auto client = context.lock();
  engine::ScopedConnection connection(*client->db);
  const auto no_rows = connection.Query(fmt::format("{} LIMIT 0", rows));
  if (no_rows->HasError()) throw engine::Translate(no_rows->GetErrorObject());
  const auto result = connection.Query(
      fmt::format("COPY (SELECT *, 'insert' AS _change_type {}) TO {} (FORMAT parquet{})", rows,
                  engine::QuotedText(environment.store.Locate(key)),
                  FieldIdsOption(*TargetOf(catalog_, root, table), no_rows->names)));
  if (result->HasError()) throw engine::Translate(result->GetErrorObject());
  const auto object = environment.store.Head(key);
  told.size_bytes = object ? static_cast<int64_t>(object->size_bytes) : 0;
  return told;
}

void LakeTransaction::TellNetChanges(const std::string& root, PendingTable& table) {
  const LakeEnvironment& environment = catalog_.environment();
  const auto target = TargetOf(catalog_, root, table);
  std::vector<std::string> partition_columns;
  for (const size_t column : target->PartitionColumns()) {
    partition_columns.push_back(target->columns[column].physical_name);
  }
  std::vector<FeedStep> steps = table.feed;
  for (FeedStep& step : steps) {
    for (FeedFile& file : step) {
      file.location = environment.store.Locate(root + "/" + file.location);
    }
  }
  const auto client = context.lock();
  NetChanges changes(*client, steps, std::move(partition_columns));
  std::vector<delta::AddCdcFile> files;
  for (const delta::PartitionValues& partition : changes.Partitions()) {
    delta::AddCdcFile& file = files.emplace_back();
    file.path = NewChangeFile(environment.random);
    file.partition_values = partition;
    const std::string key = root + "/" + file.path;
    NoteDataFile(key);
    changes.Write(partition, environment.store.Locate(key),
                  FieldIdsOption(*target, changes.columns()));
    const auto object = environment.store.Head(key);
    file.size_bytes = object ? static_cast<int64_t>(object->size_bytes) : 0;
  }
  table.change_data = std::move(files);
}

}  // namespace laguna::catalog
