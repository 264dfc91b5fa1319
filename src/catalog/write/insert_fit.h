// SPDX-License-Identifier: Apache-2.0
// Whether the columns of rows to insert fit a table's, and one message that names every one that
// does not: missing ones, unknown ones with the nearest name, ones of another type. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "delta/schema.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct GivenColumn {
  std::string name;
  duckdb::LogicalType type;
};

enum class InsertMatch { kByPosition, kByName };

// InvalidInput "insert.columns", or nothing when they fit. `wanted` are the table's columns, or
// those that the statement lists. By name, nullable columns and those that fill themselves may be
// missing; by position none.
std::optional<base::Error> MisfitOf(const std::string& table,
                                    const std::vector<delta::StructField>& wanted,
                                    const std::vector<GivenColumn>& given, InsertMatch match);

}  // namespace laguna::catalog
