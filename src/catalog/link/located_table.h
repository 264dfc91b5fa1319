// SPDX-License-Identifier: Apache-2.0
// Tables of the lake that CREATE TABLE ... LOCATION and ALTER TABLE ... SET LOCATION put elsewhere:
// what is there already, and the link that gives it a name. Used on the query's thread, in its
// transaction.
#pragma once

#include <string>

#include "catalog/lake_schema.h"
#include "delta/action.h"

namespace laguna::catalog {

struct NewRoot {
  std::string root;
  // A table is there, known to the lake or not.
  bool has_table = false;
};

// Where CREATE TABLE makes `table` (as it is on disk, where it exists) with this LOCATION. Errors
// of NewLocation (link/table_link.h); InvalidInput "create.location" when the lake has the table
// elsewhere, Exists "create.location_taken" when other things are there than a table.
NewRoot RootAt(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table,
               const std::string& location);

// Gives the table at `root` the name. InvalidInput "create.location_differs" where it is not what
// the statement says.
void TakeOver(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table,
              const std::string& root, const delta::Metadata& wanted);
// The same, whatever it is. NotFound "create.location_empty" where no table is.
void TakeOver(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table,
              const std::string& root);
// The link to a table that was made at `root` past the transaction; nothing for a root that is a
// folder of the lake, and where the link is there.
void LinkTo(duckdb::ClientContext& context, LakeCatalog& catalog, const std::string& root);
// Exists "create.location_taken".
[[noreturn]] void ThrowTaken(const LakeSchema& schema, const std::string& table,
                             const std::string& root);

// The name means the table at `location` from now on; a folder of the lake that it meant is moved
// aside. NotFound "alter.location" where no table is, InvalidInput "alter.location_columns" for one
// with other columns or partitions, Unsupported "alter.in_transaction" inside BEGIN ... COMMIT.
// Gives where it is.
std::string SetLocation(duckdb::ClientContext& context, LakeSchema& schema,
                        const std::string& table, const std::string& location);

}  // namespace laguna::catalog
