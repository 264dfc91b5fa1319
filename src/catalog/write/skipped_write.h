// SPDX-License-Identifier: Apache-2.0
// A write that its table has already (write_settings.h) is taken out of the plan before it is
// optimized, with its common table expressions: those stand above the write, and the engine would
// compute them whether or not somebody reads them.
//
// What stays is a write without rows, which tells the user. RowsToWrite (plan_write.h) does the
// rest where the optimizer is switched off.
#pragma once

#include "duckdb/main/config.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

void SkipDoneWrites(duckdb::DBConfig& config);

}  // namespace laguna::catalog
