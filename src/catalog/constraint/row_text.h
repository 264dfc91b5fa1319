// SPDX-License-Identifier: Apache-2.0
// A row's values as an error shows them: "k = -3, name = 'Ann'", of bounded length. Pure functions.
#pragma once

#include <string>

#include "catalog/write/write_target.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Longer values and rows are cut, and end in "...".
inline constexpr size_t kValueBytesMax = 60;
inline constexpr size_t kRowBytesMax = 500;

// `row` of a chunk whose first columns are the target's.
std::string RowText(const WriteTarget& target, const duckdb::DataChunk& chunk, duckdb::idx_t row);

// The same of a row as one struct.
std::string RowText(const duckdb::Value& row);

}  // namespace laguna::catalog
