// SPDX-License-Identifier: Apache-2.0
// Changes to a parsed query that a caller asks for (engine/relation.h): on the syntax tree, so that
// every position in the query stays true. Only code that speaks DuckDB includes this.
#pragma once

#include <string>
#include <vector>

#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "engine/duckdb.h"
#include "engine/front.h"
#include "engine/relation.h"
#include "engine/script.h"

namespace laguna::engine {

// The statement that Parse gets for a query and a plan: long enough to hold the added columns'
// expressions, which may stand before the query; the tokens are the query's alone.
ScriptStatement CoverOf(const Script& script, const ScriptStatement& query, const QueryPlan& plan);

// Puts replacements and added columns into a parsed query (of `cover`), and takes replaced
// relations off the list of those that stood behind STREAM. InvalidInput when it is no query or a
// replaced relation is not there.
void ApplyPlan(FrontStatement& front, const Script& script, const ScriptStatement& cover,
               const QueryPlan& plan, const duckdb::ParserOptions& options);

// The query as the statement its target asks for.
void ApplyTarget(FrontStatement& front, const QueryTarget& target);

// A scalar expression with the positions it has at `offset` of its statement.
duckdb::unique_ptr<duckdb::ParsedExpression> ParseExpressionAt(const duckdb::ParserOptions& options,
                                                               const std::string& expression,
                                                               size_t offset);

}  // namespace laguna::engine
