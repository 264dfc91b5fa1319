// SPDX-License-Identifier: Apache-2.0
// Texts as columns of VARCHAR(n) and CHAR(n) store them (delta/text_limit.h), in rows that are
// written, nested ones included. Pure functions over DuckDB's vectors.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "catalog/write/write_target.h"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// A text that its limit does not hold.
struct LongText {
  duckdb::idx_t row = 0;
  // "name", "address.street", "tags[]" (an element), "prices{}" (a map's value).
  std::string path;
  int64_t characters = 0;
  delta::TextLimit limit;
};

// Makes each of `column`'s values what is stored of it; gives the first that is too long, which
// stays.
std::optional<LongText> FitTexts(duckdb::Vector& values, duckdb::idx_t count,
                                 const WriteColumn& column);

// The same of a value that other columns are computed from; what is too long stays. The value
// itself where the column has no limits.
duckdb::unique_ptr<duckdb::Expression> FittedTexts(duckdb::unique_ptr<duckdb::Expression> value,
                                                   const WriteColumn& column);

// Violation "write.text_limit": `row` ("k = 1, v = 'abcdef'") holds the text.
base::Error TooLong(const LongText& text, const std::string& table, const std::string& row);

}  // namespace laguna::catalog
