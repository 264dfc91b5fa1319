// SPDX-License-Identifier: Apache-2.0
// What a plan says of the scan of the table whose rows a statement changes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "duckdb/execution/physical_operator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Tells the transaction that the rows which the statement changes are decided one by one. Other
// scans of the table in the same plan (a sub-query, the source of a merge with itself) are not.
// `root` is the table's.
void DecideRowByRow(duckdb::PhysicalOperator& plan, const std::string& root);

// The numbers of the scanned files when the plan gives all their rows and does nothing else.
std::optional<std::vector<size_t>> FilesOfWholeScan(duckdb::PhysicalOperator& plan);

// Whether no row of the table can come twice: no joins.
bool GivesEachRowOnce(const duckdb::PhysicalOperator& plan);

}  // namespace laguna::catalog
