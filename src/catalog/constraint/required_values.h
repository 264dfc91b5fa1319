// SPDX-License-Identifier: Apache-2.0
// NULL where a table's schema allows none: in NOT NULL columns and fields, as element of an array
// without NULLs, as value of a map without NULLs. Pure functions over DuckDB's vectors.
#pragma once

#include <optional>
#include <string>

#include "catalog/write/write_target.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct MissingValue {
  duckdb::idx_t row = 0;
  // "address.street", "tags[]" (an element), "prices{}" (a map's value).
  std::string path;
};

// The first NULL of `column`'s values that must not be one; a field counts only where its struct is
// not NULL.
std::optional<MissingValue> FindMissingValue(duckdb::Vector& values, duckdb::idx_t count,
                                             const WriteColumn& column);

// The row whose list holds the element at `index` of the lists' common vector; `lists` is flat.
duckdb::idx_t RowOfElement(duckdb::Vector& lists, duckdb::idx_t count, duckdb::idx_t index);

}  // namespace laguna::catalog
