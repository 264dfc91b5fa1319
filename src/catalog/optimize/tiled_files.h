// SPDX-License-Identifier: Apache-2.0
// The operator that writes rows in the order of their places (catalog/optimize/z_curve): a file
// ends where its tile ends, so that its bounds are the tile's.
//
// A tile that is planned for several files is cut after as many rows as each of them shall have.
// The rows are one thread's, as they are in order. State is per execution.
#pragma once

#include <cstdint>

#include "catalog/optimize/z_curve.h"
#include "catalog/write/plan_write.h"
#include "catalog/write/write_target.h"
#include "duckdb/execution/physical_plan_generator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct TiledFilesPlan {
  // Without partition columns.
  WriteTargetPtr target;
  FilePlacement placement;
  ZCurvePtr curve;
  // How many rows there are, about; 0: nobody knows.
  uint64_t row_count = 0;
};

// Writes `rows`, which have the target's columns and behind them the place (UBIGINT), sorted by it;
// gives one row a file, as WrittenFileOf takes it.
duckdb::PhysicalOperator& PlanTiledFiles(duckdb::ClientContext& context,
                                         duckdb::PhysicalPlanGenerator& planner,
                                         TiledFilesPlan plan, duckdb::PhysicalOperator& rows);

}  // namespace laguna::catalog
