// SPDX-License-Identifier: Apache-2.0
// Whether a query over streams gives the same rows however its input falls into batches.
//
// A streaming table appends what its query makes of each batch of new rows, so the query has to
// work row by row: filters, projections, UNION ALL of streams, and joins that look rows up in
// tables. What sees several rows at once (aggregates, DISTINCT, LIMIT, window functions), what
// joins new rows with new rows only, and what gives rows of the other side again with every batch
// would be silently wrong. Only code that speaks DuckDB includes this.
#pragma once

#include <vector>

#include "duckdb.hpp"
#include "duckdb/parser/sql_statement.hpp"

namespace laguna::engine {

// `streams` are the offsets of relations behind STREAM. Throws "stream.not_row_by_row" as DuckDB's
// exception, with the place in the statement and what to write instead.
void CheckRowByRow(duckdb::ClientContext& context, duckdb::SQLStatement& statement,
                   const std::vector<size_t>& streams);

// Throws "sql.not_of_one_row" for a condition that sees other rows than its own or makes more of
// them: a sub-query, a window function, COLUMNS(*), unnest.
void CheckOfOneRow(const duckdb::ParsedExpression& condition);

}  // namespace laguna::engine
