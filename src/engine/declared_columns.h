// SPDX-License-Identifier: Apache-2.0
// Columns of a parsed CREATE TABLE as the statement declared them, where DuckDB's parser read
// something in their place (edit/column_types.cc, edit/typed_partitions.cc).
#pragma once

#include <vector>

#include "duckdb/parser/sql_statement.hpp"
#include "engine/declared_type.h"
#include "engine/duckdb.h"

namespace laguna::engine {

// Gives columns their types and puts those of PARTITIONED BY behind the others. InvalidInput
// "sql.syntax" for a column that is there twice; DuckDB's syntax error for a type it cannot read.
void RestoreDeclaredColumns(duckdb::SQLStatement& statement,
                            const std::vector<DeclaredColumn>& columns);

}  // namespace laguna::engine
