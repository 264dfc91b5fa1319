// SPDX-License-Identifier: Apache-2.0
// The place where a catalog changes a parsed statement before DuckDB binds it.
//
// A rewriter runs in the statement's own transaction, so it may look tables up and bind queries; it
// changes the tree in place, and nothing else, because EXPLAIN comes here too. A session's
// rewriters run in the order in which they were added, for every statement a user gives (not for
// those that DuckDB runs inside). Only code that speaks DuckDB includes this. Used on the session's
// thread.
#pragma once

#include <optional>

#include "base/error.h"
#include "duckdb/parser/sql_statement.hpp"
#include "duckdb/planner/expression/bound_parameter_data.hpp"
#include "engine/duckdb.h"
#include "engine/statement_options.h"

namespace laguna::engine {

using StatementParameters = duckdb::case_insensitive_map_t<duckdb::BoundParameterData>;

struct Rewriting {
  duckdb::ClientContext& context;
  duckdb::SQLStatement& statement;
  StatementOptions& options;
  StatementParameters& parameters;
};

// May throw an Error. The context's lock is held: nothing that takes it may be called.
using TreeRewriter = void (*)(const Rewriting& rewriting);

// Asked when DuckDB could not bind a statement, which is parsed again for it: a better error than
// DuckDB's, or nothing. Runs in a transaction without the context's lock and changes nothing.
using FailureReader = std::optional<base::Error> (*)(const Rewriting& rewriting);

// For ExtensionCallback::OnConnectionOpened.
void AddTreeRewriter(duckdb::ClientContext& context, TreeRewriter rewriter);
void AddFailureReader(duckdb::ClientContext& context, FailureReader reader);

}  // namespace laguna::engine
