// SPDX-License-Identifier: Apache-2.0
// What an EXECUTE runs: the statement that the session prepared under its name.
//
// Only code that speaks DuckDB includes this. Used on the session's thread.
#pragma once

#include "duckdb/parser/sql_statement.hpp"
#include "engine/duckdb.h"

namespace laguna::engine {

// The statement behind an EXECUTE, as the rewriters left it when it was prepared; `statement`
// itself where it is no EXECUTE or nothing is prepared under its name. Valid until the session
// prepares or forgets a statement.
const duckdb::SQLStatement& StatementToRun(duckdb::ClientContext& context,
                                           const duckdb::SQLStatement& statement);

}  // namespace laguna::engine
