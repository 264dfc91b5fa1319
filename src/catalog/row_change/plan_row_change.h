// SPDX-License-Identifier: Apache-2.0
// The physical plan of every row change:
//
//   rows -> ApplyRowChanges -> conform -> union with the rows left in files written anew
//        -> data files -> RowChangeSink
//
// and, for the change data feed, a second writer of files behind the first: what was updated and
// deleted, read again as it was, and the new rows that were kept aside.
#pragma once

#include <memory>

#include "catalog/row_change/row_change.h"
#include "duckdb/execution/physical_plan_generator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// `rows` gives what `change` speaks of; whether it writes change data files is decided here. No
// side effects: files appear when the plan runs.
duckdb::PhysicalOperator& PlanRowChange(duckdb::ClientContext& context,
                                        duckdb::PhysicalPlanGenerator& planner,
                                        std::shared_ptr<RowChange> change,
                                        duckdb::PhysicalOperator& rows,
                                        duckdb::vector<duckdb::LogicalType> result_types);

}  // namespace laguna::catalog
