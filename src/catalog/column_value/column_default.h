// SPDX-License-Identifier: Apache-2.0
// Column defaults between the two sides: what a user writes in the engine's SQL, what the table's
// log keeps in Spark SQL, and what the engine evaluates for a row without a value.
#pragma once

#include <string>

#include "delta/schema.h"
#include "duckdb/common/unique_ptr.hpp"
#include "duckdb/parser/parsed_expression.hpp"

namespace laguna::catalog {

// Gives the field a default that a statement names. InvalidInput for a value that the column cannot
// take, or a column whose values the table makes itself; Unsupported for what Spark SQL cannot say
// or the engine does not evaluate as Spark does. `table` ("bronze.t") is for messages.
void SetColumnDefault(delta::StructField& field, const duckdb::ParsedExpression& value,
                      const std::string& table);

// The default as the engine's expression; null where the column has none. One that cannot be
// evaluated is an expression that says so when a row asks for it, so that other rows can be
// written.
duckdb::unique_ptr<duckdb::ParsedExpression> ColumnDefault(const delta::StructField& field);

}  // namespace laguna::catalog
