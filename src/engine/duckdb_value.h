// SPDX-License-Identifier: Apache-2.0
// Our values as DuckDB's and back. Only code that speaks DuckDB includes this.
#pragma once

#include "engine/duckdb.h"
#include "engine/value.h"

namespace laguna::engine {

// A list takes the widest type of its elements; an empty struct is NULL, since DuckDB has none.
// InvalidInput when the text of a Typed does not cast to its type.
duckdb::Value ToDuckdb(const Value& value);
// The same, cast to `type`.
duckdb::Value ToDuckdb(const Value& value, const duckdb::LogicalType& type);

Value FromDuckdb(const duckdb::Value& value);
// The same, with moments in time told in the session's time zone instead of UTC.
Value FromDuckdb(const duckdb::Value& value, duckdb::ClientContext& context);

// The type that `name` spells ("DECIMAL(10,2)"). InvalidInput when there is none.
duckdb::LogicalType TypeNamed(const std::string& name);

}  // namespace laguna::engine
