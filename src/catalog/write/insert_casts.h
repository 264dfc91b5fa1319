// SPDX-License-Identifier: Apache-2.0
// What DuckDB's binder does to the rows of an INSERT into a lake's table, undone.
//
// The binder casts the query's columns to the table's types at the top of its plan, where constants
// are folded at once, where nobody sees any more what a struct had besides, and where a value that
// does not fit is an error without its column's name. So these casts go again right after binding,
// and the write makes its own (store_assignment.h), which know all that. What the user has cast
// stays: the rewriter of the statement has marked it.
#pragma once

#include "duckdb/parser/statement/insert_statement.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Puts CASE WHEN true THEN ... END around the casts at the top of the query.
void KeepWrittenCasts(duckdb::InsertStatement& insert);

// Registers the step behind the binder.
void TakeInsertCastsOff(duckdb::DBConfig& config);

}  // namespace laguna::catalog
