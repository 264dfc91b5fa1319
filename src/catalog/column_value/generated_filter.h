// SPDX-License-Identifier: Apache-2.0
// What filters on a column say about partition columns that are generated from it.
//
// Of `ts = c` follows `d = f(c)` for a partition column d GENERATED ALWAYS AS (f(ts)), and where f
// never falls while ts rises, of `ts >= c` follows `d >= f(c)`. So files are left out by their
// partition, without statistics. Which expressions rise is value_range's to say. What goes by the
// session's time zone may have been written under another one; there the constant is first moved
// two days outwards.
#pragma once

#include <string>
#include <vector>

#include "catalog/scan/file_pruning.h"
#include "catalog/scan/value_range.h"
#include "duckdb/main/client_context.hpp"

namespace laguna::catalog {

// Those of `numbers` that `filters` do not rule out so; what was asked is added to `decided`. The
// filters stay: rows have to be asked, too.
std::vector<size_t> PruneByGenerated(duckdb::ClientContext& context, const ScanColumns& columns,
                                     std::vector<size_t> numbers, const ScanFilterList& filters,
                                     std::string& decided);

}  // namespace laguna::catalog
