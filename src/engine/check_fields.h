// SPDX-License-Identifier: Apache-2.0
// Fields of structs in the CHECK constraints of a CREATE TABLE, said so that DuckDB's binder finds
// them: it takes the last part of `address.zip` for a column. Only code that speaks DuckDB includes
// this.
#pragma once

#include "duckdb/parser/sql_statement.hpp"
#include "engine/duckdb.h"

namespace laguna::engine {

// column.field becomes struct_extract(column, 'field'); other statements stay as they are.
void SpellCheckFields(duckdb::SQLStatement& statement);

}  // namespace laguna::engine
