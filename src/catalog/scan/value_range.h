// SPDX-License-Identifier: Apache-2.0
// Between which values an expression over a row lies, for all rows of a file.
//
// An expression that never falls while its column rises lies between what it is at the column's
// bounds: CAST(ts AS DATE) between CAST(min AS DATE) and CAST(max AS DATE). So its range is the
// expression itself, twice, with the bounds in the place of the column, and the engine computes it.
// Which casts and functions rise is a closed list (value_range.cc); what is not on it has no range.
//
// What goes by the session's time zone (an instant's local date) does not rise where clocks are set
// back. Local time is less than a day away from the instant, so the column's bounds are first moved
// two days outwards.
#pragma once

#include <optional>

#include "catalog/scan/bounds_chunk.h"
#include "catalog/scan/scan_column.h"
#include "duckdb/planner/column_binding.hpp"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// How expressions name the columns of a scan.
struct ScanColumns {
  const ScanFiles* files = nullptr;
  duckdb::idx_t table_index = 0;
  // By the column index of a binding.
  duckdb::vector<duckdb::column_t> columns;

  // The column, or the field of a struct, that the expression is; nothing for other expressions.
  [[nodiscard]] std::optional<ScanColumn> Find(const duckdb::Expression& expression) const;
};

struct ValueRange {
  // Inclusive, over the bounds of a file; NULL: not known.
  duckdb::unique_ptr<duckdb::Expression> min;
  duckdb::unique_ptr<duckdb::Expression> max;
  // The column it goes by; nothing for constants. Where the column is NULL so is the value.
  std::optional<ScanColumn> column;
};

// Nothing when the expression has no range that is certain.
std::optional<ValueRange> RangeOf(duckdb::ClientContext& context,
                                  const duckdb::Expression& expression, const ScanColumns& columns,
                                  BoundsChunk& bounds);

}  // namespace laguna::catalog
