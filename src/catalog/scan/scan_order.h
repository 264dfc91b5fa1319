// SPDX-License-Identifier: Apache-2.0
// The order in which files are best read for ORDER BY with LIMIT: those first that hold what comes
// first, so that the others need not be opened. Only an order: every file is still in it.
#pragma once

#include <span>
#include <vector>

#include "catalog/scan/scan_column.h"
#include "duckdb/common/enums/order_type.hpp"

namespace laguna::catalog {

struct ScanOrder {
  bool descending = false;
  bool nulls_first = false;
};

// The files in the order of `column`'s bounds. Files whose bounds are not known come first: they
// have to be read in any case. Those with NULLs come first where NULLs do, those with nothing else
// last where they do not.
std::vector<size_t> InOrderOf(const ScanColumn& column, ScanOrder order,
                              std::span<const size_t> numbers);

}  // namespace laguna::catalog
