// SPDX-License-Identifier: Apache-2.0
// The field ids that data files of a table with column mapping carry (protocol section "Column
// Mapping"), as DuckDB's Parquet writer takes them. Pure functions.
#pragma once

#include <optional>

#include "catalog/write/write_target.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// A STRUCT of ids by physical name, for the writer's option field_ids; nothing where the table's
// fields have none.
std::optional<duckdb::Value> FieldIdsOf(const WriteTarget& target);

}  // namespace laguna::catalog
