// SPDX-License-Identifier: Apache-2.0
// Tables of the lake by the name a user writes. Used on the query's thread, in its transaction.
#pragma once

#include <string>

#include "catalog/lake_schema.h"
#include "catalog/lake_table.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// "bronze.sales", "lake.bronze.sales", or a name that the search path finds. NotFound as DuckDB
// says it; InvalidInput "catalog.not_a_lake_table" for what is no Delta table (`what_for` completes
// the sentence: "so it has no history"); what its log cannot be read for.
LakeTable& NamedTable(duckdb::ClientContext& context, const std::string& name,
                      const std::string& what_for,
                      duckdb::QueryErrorContext place = duckdb::QueryErrorContext());

// What the name means: a table of the lake, of another database, a view. NotFound as DuckDB says
// it.
duckdb::CatalogEntry& NamedEntry(duckdb::ClientContext& context, const std::string& name,
                                 duckdb::QueryErrorContext place = duckdb::QueryErrorContext());
// The second half of NamedTable: the entry of `name`, if it is a table of the lake that can be
// read.
LakeTable& AsLakeTable(duckdb::CatalogEntry& entry, const std::string& name,
                       const std::string& what_for);

// The schema and the table's own name, for a table that may not exist. NotFound for a schema that
// does not.
struct TableName {
  LakeSchema& schema;
  std::string name;
};
TableName ResolveTableName(duckdb::ClientContext& context, const std::string& name);

}  // namespace laguna::catalog
