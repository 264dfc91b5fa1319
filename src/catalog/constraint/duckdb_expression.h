// SPDX-License-Identifier: Apache-2.0
// A condition that a user wrote in the engine's SQL, as the expression of Spark SQL that the log
// keeps.
//
// Where the two name one thing differently (`//` and DIV, starts_with and startswith) the name is
// changed; spark_translation then says whether the result can be evaluated. Pure functions over
// DuckDB's syntax trees.
#pragma once

#include <string>

#include "catalog/constraint/spark_expression.h"
#include "delta/schema.h"
#include "duckdb/parser/parsed_expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Columns get the schema's spelling; `table` is the table's own name, which may stand before them.
// Unsupported "constraint.unsupported" for what has no counterpart, InvalidInput
// "constraint.unknown_column".
SparkExpression FromDuckdb(const duckdb::ParsedExpression& expression, const delta::Schema& schema,
                           const std::string& table);

// The same for the text of an expression. DuckDB's parser errors pass through.
SparkExpression FromDuckdbText(duckdb::ClientContext& context, const std::string& text,
                               const delta::Schema& schema, const std::string& table);

}  // namespace laguna::catalog
