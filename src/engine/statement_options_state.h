// SPDX-License-Identifier: Apache-2.0
// How a Session hands a statement's options to the hooks, and the statement to its rewriters. Only
// the engine includes this.
#pragma once

#include "duckdb/parser/sql_statement.hpp"
#include "engine/statement_options.h"
#include "engine/tree_rewriter.h"

namespace laguna::engine {

// They hold until the next statement of `context` ends; the rewriters get `statement` when its
// transaction has begun. `statement` and `parameters` live until it is planned. No statement may be
// open.
void BeginStatement(duckdb::ClientContext& context, StatementOptions options,
                    duckdb::SQLStatement& statement, StatementParameters& parameters);
// The first answer of the readers.
std::optional<base::Error> ReadFailure(const Rewriting& rewriting);
}  // namespace laguna::engine
