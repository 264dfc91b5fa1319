// SPDX-License-Identifier: Apache-2.0
// Which files of a table may hold rows for which filters hold. Pure but for the engine that
// evaluates.
#pragma once

#include <string>
#include <vector>

#include "catalog/scan/value_range.h"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

using ScanFilterList = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

// Leaves out the files that a filter on partition columns rules out, drops the filter, and says so
// in `decided`.
std::vector<size_t> PruneByPartition(duckdb::ClientContext& context, const ScanColumns& columns,
                                     std::vector<size_t> numbers, ScanFilterList& filters,
                                     std::string& decided);
// Also what follows from the filters together: a = b AND b = 5 is a = 5.
std::vector<size_t> PruneByStatistics(duckdb::ClientContext& context, const ScanColumns& columns,
                                      const std::vector<size_t>& numbers,
                                      const ScanFilterList& filters);

}  // namespace laguna::catalog
