// SPDX-License-Identifier: Apache-2.0
// Spark's name for the Delta table in a folder, delta.`/data/sales`, where a statement reads it: a
// call of delta_scan. Only code that speaks DuckDB includes this.
#pragma once

#include "duckdb/parser/sql_statement.hpp"
#include "engine/duckdb.h"

namespace laguna::engine {

// A name without a slash stays what it is, a table of the schema delta. An AT clause becomes the
// call's version or time.
void ReplaceFolderRelations(duckdb::SQLStatement& statement);

}  // namespace laguna::engine
