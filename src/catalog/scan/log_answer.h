// SPDX-License-Identifier: Apache-2.0
// count(*), min and max of a whole scan, where the log tells them for certain, in the place of the
// scan.
//
// The engine does so by itself with PartitionStatisticsOf, but for strings of more than eight
// bytes: its statistics have no room for them.
#pragma once

#include "engine/duckdb.h"

namespace laguna::catalog {

// Adds a step to the optimizer; once for a database.
void AddLogAnswers(duckdb::DBConfig& config);

}  // namespace laguna::catalog
