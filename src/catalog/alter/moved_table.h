// SPDX-License-Identifier: Apache-2.0
// Tables that get another name or come back after DROP TABLE. A table's name is its folder, so both
// move a folder when the transaction commits. A commit moves one folder and nothing else: what a
// transaction did before could not be undone behind it, so neither stands inside BEGIN ... COMMIT.
#pragma once

#include <string>

#include "catalog/alter/dropped_table.h"
#include "catalog/lake_schema.h"

namespace duckdb {
class ClientContext;
}  // namespace duckdb

namespace laguna::catalog {

// `table` as it is on disk, in `from`; `name` in `to`. Exists and InvalidInput as CREATE TABLE has
// them, Unsupported "alter.in_transaction" inside BEGIN ... COMMIT and "alter.cloned" for a table
// whose files shallow clones name by its folder.
void RenameTable(duckdb::ClientContext& context, LakeSchema& from, const std::string& table,
                 LakeSchema& to, const std::string& name);

// Puts back the table of that name that was dropped last, and says which. NotFound
// "alter.not_dropped" with the nearest name that could be; else as RenameTable.
DroppedTable UndropTable(duckdb::ClientContext& context, LakeSchema& schema,
                         const std::string& name);

}  // namespace laguna::catalog
