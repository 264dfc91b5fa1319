// SPDX-License-Identifier: Apache-2.0
// A query this program wrote, in the place of the table function that stands for it (DuckDB's
// bind_replace).
//
// Only code that speaks DuckDB includes this. Pure.
#pragma once

#include <string>

#include "duckdb/parser/tableref.hpp"
#include "engine/duckdb.h"

namespace laguna::engine {

// `select` is one SELECT statement, and `alias` what its relation is called. Its positions are not
// those of the user's script, so it has none. Throws DuckDB's ParserException.
duckdb::unique_ptr<duckdb::TableRef> WrittenQuery(duckdb::ClientContext& context,
                                                  const std::string& select,
                                                  const std::string& alias);

}  // namespace laguna::engine
