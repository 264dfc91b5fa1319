// SPDX-License-Identifier: Apache-2.0
// COPY ... TO 'zone.table' (FORMAT delta), as CREATE TABLE AS or INSERT into the table of that
// name: one way to write a table, whatever the words.
//
// MODE append adds the rows, MODE overwrite puts them in the place of all others, both by the
// names of the columns and keeping the table's definition; both make the table when it is not
// there, as COPY without a MODE does, which refuses one that is.
#pragma once

#include "duckdb/parser/sql_statement.hpp"
#include "engine/duckdb.h"
#include "engine/statement_options.h"

namespace laguna::engine {

// Statements of other sorts stay as they are. InvalidInput ("copy.option", "copy.target") for an
// option that is none or has no such value, and for a target that is no table of the lake.
void ReplaceCopyToDelta(duckdb::ClientContext& context,
                        duckdb::unique_ptr<duckdb::SQLStatement>& statement,
                        StatementOptions& options);

}  // namespace laguna::engine
