// SPDX-License-Identifier: Apache-2.0
// An expression in the engine's SQL over one row of a table, bound to a chunk of the table's
// columns.
#pragma once

#include <string>

#include "delta/schema.h"
#include "duckdb/main/client_context.hpp"
#include "duckdb/planner/expression.hpp"

namespace laguna::catalog {

// `sql` names the schema's columns; they are BoundReferences to their positions in `schema`. The
// result is cast to `type`. DuckDB's binder errors pass through.
duckdb::unique_ptr<duckdb::Expression> BindOverRow(duckdb::ClientContext& context,
                                                   const std::string& sql,
                                                   const delta::Schema& schema,
                                                   const std::string& table,
                                                   const duckdb::LogicalType& type);

}  // namespace laguna::catalog
