// SPDX-License-Identifier: Apache-2.0
// DuckDB's types and Delta's, both ways (DESIGN: "Tables: Delta inside DuckDB").
//
// Every type of Delta that we read has exactly one DuckDB type; several of DuckDB's are stored as
// the next larger one of Delta. What cannot be stored is refused with the cast to write. Pure
// functions.
#pragma once

#include <string_view>

#include "delta/schema.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// The type in which a column of a Delta table appears; `column` names it.
duckdb::LogicalType ToDuckdb(const delta::DataType& type, std::string_view column);

// The type as which a DuckDB column is stored; fields inside are nullable. Unsupported, with the
// cast to write, for TIME, INTERVAL, BIT, UNION, TIMESTAMP_NS, BIGNUM, VARIANT and others without a
// place in Delta.
delta::DataType ToDelta(const duckdb::LogicalType& type, std::string_view column);

}  // namespace laguna::catalog
