// SPDX-License-Identifier: Apache-2.0
// Spark's type names that DuckDB does not know by itself: TIMESTAMP_NTZ, TIMESTAMP_LTZ, BYTE.
// (STRING, BINARY, LONG and SHORT it knows.) Registered as plain types, so a column declared with
// one is an ordinary TIMESTAMP.
#pragma once

#include "engine/duckdb.h"

namespace laguna::engine {

void AddSparkTypes(duckdb::DatabaseInstance& instance);

}  // namespace laguna::engine
