// SPDX-License-Identifier: Apache-2.0
// The table that a parsed statement makes, before it is bound. Used on the query's thread.
#pragma once

#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/sql_statement.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Of CREATE TABLE, also behind EXPLAIN; null for other statements.
duckdb::CreateTableInfo* TableMadeBy(duckdb::SQLStatement& statement);

// Whether it will be a table of the lake, not a temporary one or one of another database.
bool IsInLake(duckdb::ClientContext& context, const duckdb::CreateTableInfo& info);

}  // namespace laguna::catalog
