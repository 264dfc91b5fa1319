// SPDX-License-Identifier: Apache-2.0
// The physical plan of INSERT ... REPLACE WHERE: in one commit the rows go for which the condition
// is true, and the new rows come, each of which must meet it.
//
// It is a row change (catalog/row_change): what a DELETE of the old rows would scan and the new
// rows go through one operator. Files of which the condition takes every row are not read at all.
#pragma once

#include "catalog/lake_table.h"
#include "catalog/write/plan_write.h"
#include "duckdb/execution/physical_plan_generator.hpp"
#include "engine/duckdb.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

// `plan.target` is of `table`. Errors of StartRowChange, and InvalidInput for a condition that does
// not speak of the table's columns alone.
duckdb::PhysicalOperator& PlanReplaceWhere(duckdb::ClientContext& context,
                                           duckdb::PhysicalPlanGenerator& planner, LakeTable& table,
                                           const engine::StatementOptions::ReplacedRows& replaced,
                                           WritePlan plan);

}  // namespace laguna::catalog
