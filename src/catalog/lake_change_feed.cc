// SPDX-License-Identifier: Apache-2.0
// The change data feed of a transaction of several statements.
//
// Where a commit has change data files, they are all that readers look at (protocol section "Add
// CDC File"). So the rows of files that plain INSERTs of the same transaction wrote have to be told
// there too: such a file is copied, with its change type, and so is one that went as a whole. Where
// statements changed rows of one another, what they did together takes the place of what each told
// (changes/net_changes.h).
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/random.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/link/table_link.h"
#include "catalog/row_change/row_change.h"
#include "catalog/scan/scan_files.h"
#include "catalog/write/field_ids.h"
#include "catalog/write/plan_write.h"
#include "catalog/write/write_target.h"
#include "delta/deletion_vector_file.h"
#include "delta/properties.h"
#include "duckdb/main/appender.hpp"
#include "engine/glob_text.h"
#include "engine/guard.h"
#include "engine/scoped_connection.h"
#include "engine/sql_text.h"

namespace laguna::catalog {

namespace {

std::string NewChangeFile(base::Random& random) {
  return fmt::format("{}/cdc-00000-{}.c000.snappy.parquet", kChangeDataFolder,
                     base::MakeUuid(random));
}

const delta::Metadata& DefinitionOf(const PendingTable& table) {
  return table.definition ? *table.definition : table.read->metadata();
}

WriteTargetPtr TargetOf(LakeCatalog& catalog, const std::string& root, const PendingTable& table) {
  return MakeWriteTarget(catalog, root, WriteMode::kAppend, DefinitionOf(table));
}

// Whether readers find out by the files alone what happened to rows: the table is new, all old rows
// went, or there is no feed any more.
bool TellsByFiles(const PendingTable& table) {
  return !table.read || table.replaces_content ||
         !delta::BooleanProperty(DefinitionOf(table).configuration, "delta.enableChangeDataFeed",
                                 false);
}

std::string LocationOfData(const std::string& root, const delta::AddFile& file,
                           io::ObjectStore& store) {
  auto view = std::make_shared<TableView>();
  view->root = root;
  const delta::AddFile files[] = {file};
  view->files = delta::FileTable().With({}, files);
  return ScanFiles(std::move(view), store).LocationOf(0);
}

// The positions of rows in a temporary table.
void MakeTableOf(engine::ScopedConnection& connection, const delta::DeletionVector& rows) {
  const auto made = connection.Query("CREATE TEMP TABLE gone (position BIGINT)");
  if (made->HasError()) throw engine::Translate(made->GetErrorObject());
  duckdb::Appender appender(connection, "gone");
  rows.ForEachBatch([&](std::span<const uint64_t> positions) {
    for (const uint64_t position : positions) appender.AppendRow(static_cast<int64_t>(position));
  });
  appender.Close();
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
    if (table.dropped) continue;
    if (TellsByFiles(table)) table.change_data.clear();
    if (table.change_data.empty()) continue;
    for (const UntoldRemoval& removal : table.untold_removals) {
      delta::AddCdcFile told = TellFile(name, table, removal.file, kDeleted);
      table.feed[removal.step].push_back({told.path, told.partition_values});
      table.change_data.push_back(std::move(told));
    }
    if (table.changes_own_rows) {
      TellNetChanges(name, table);
      continue;
    }
    for (const delta::AddFile& file : table.added) {
      if (!table.told.contains(file.path))
        table.change_data.push_back(TellFile(name, table, file, kInserted));
    }
  }
}

delta::AddCdcFile LakeTransaction::TellFile(const std::string& root, const PendingTable& table,
                                            const delta::AddFile& file, const char* change_type) {
  const LakeEnvironment& environment = catalog_.environment();
  delta::AddCdcFile told;
  told.path = NewChangeFile(environment.random);
  told.partition_values = file.partition_values;
  const std::string key = root + "/" + told.path;
  NoteDataFile(key);
  const auto client = context.lock();
  engine::ScopedConnection connection(*client->db);
  const std::string location =
      engine::QuotedText(engine::PatternOf(LocationOfData(root, file, environment.store)));
  const std::string rows =
      fmt::format("system.main.read_parquet({}, hive_partitioning => false)", location);
  const auto no_rows = connection.Query(fmt::format("FROM {} LIMIT 0", rows));
  if (no_rows->HasError()) throw engine::Translate(no_rows->GetErrorObject());
  std::string live = fmt::format("SELECT *, '{}' AS _change_type FROM {}", change_type, rows);
  if (file.deletion_vector) {
    MakeTableOf(connection,
                delta::LoadDeletionVector(environment.store, root, *file.deletion_vector));
    live = fmt::format(
        "SELECT * EXCLUDE (file_row_number), '{}' AS _change_type FROM "
        "system.main.read_parquet({}, "
        "hive_partitioning => false, file_row_number => true) WHERE file_row_number NOT IN (FROM "
        "gone)",
        change_type, location);
  }
  const auto result = connection.Query(
      fmt::format("COPY ({}) TO {} (FORMAT parquet{})", live,
                  engine::QuotedText(WritePathOf(environment.lake, key)),
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
    changes.Write(partition, WritePathOf(environment.lake, key),
                  FieldIdsOption(*target, changes.columns()));
    const auto object = environment.store.Head(key);
    file.size_bytes = object ? static_cast<int64_t>(object->size_bytes) : 0;
  }
  table.change_data = std::move(files);
}

}  // namespace laguna::catalog
