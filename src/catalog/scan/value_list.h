// SPDX-License-Identifier: Apache-2.0
// Whether one of many values lies between two bounds, as an expression over the bounds: for
// `column IN (...)` asked of files. The values are sorted once, and each file costs a binary
// search.
#pragma once

#include <vector>

#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// False when no value lies in [min, max]; a bound that is NULL is no bound. `values` are of the
// bounds' type, in any order, none NULL.
duckdb::unique_ptr<duckdb::Expression> HoldsOneOf(duckdb::unique_ptr<duckdb::Expression> min,
                                                  duckdb::unique_ptr<duckdb::Expression> max,
                                                  std::vector<duckdb::Value> values);

}  // namespace laguna::catalog
