// SPDX-License-Identifier: Apache-2.0
// The change data feed of a transaction of several statements.
//
// Where a commit has change data files, they are all that readers look at (protocol section "Add
// CDC File"). So the rows of files that plain INSERTs of the same transaction wrote have to be told
// there too: such a file is copied, with its change type.
#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/write/plan_write.h"
#include "engine/guard.h"
#include "engine/sql_text.h"

namespace laguna::catalog {

void LakeTransaction::CompleteChangeFeeds() {
  for (const std::string& name : changes_) {
    const auto found = tables_.find(name);
    if (found == tables_.end()) continue;
    PendingTable& table = found->second;
    if (table.feed_follows_from_files) table.change_data.clear();
    if (table.change_data.empty()) continue;
    for (const delta::AddFile& file : table.added) {
      if (!table.told.contains(file.path)) table.change_data.push_back(TellInserted(name, file));
    }
  }
}

delta::AddCdcFile LakeTransaction::TellInserted(const std::string& root,
                                                const delta::AddFile& file) {
  const LakeEnvironment& environment = catalog_.environment();
  delta::AddCdcFile told;
  told.path = fmt::format("{}/cdc-00000-{}.c000.snappy.parquet", kChangeDataFolder,
                          base::MakeUuid(environment.random));
  told.partition_values = file.partition_values;
  const std::string key = root + "/" + told.path;
  NoteDataFile(key);
  const auto client = context.lock();
  duckdb::Connection connection(*client->db);
  const auto result = connection.Query(
      fmt::format("COPY (SELECT *, 'insert' AS _change_type FROM read_parquet({})) TO {} (FORMAT "
                  "parquet)",
                  engine::QuotedText(environment.store.Locate(root + "/" + file.path)),
                  engine::QuotedText(environment.store.Locate(key))));
  if (result->HasError()) throw engine::Translate(result->GetErrorObject());
  const auto object = environment.store.Head(key);
  told.size_bytes = object ? static_cast<int64_t>(object->size_bytes) : 0;
  return told;
}

}  // namespace laguna::catalog
