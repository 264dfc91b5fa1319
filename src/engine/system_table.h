// SPDX-License-Identifier: Apache-2.0
// Tables of the program itself: rows of ours (row_source.h) under names one can select from, in a
// catalog that users cannot change.
#pragma once

#include <string>
#include <vector>

#include "engine/database.h"
#include "engine/row_source.h"

namespace laguna::engine {

// The catalog of system tables.
constexpr const char* kSystemTableCatalog = "laguna";

// Makes the catalog and in it one view per source: "runs" is `laguna.runs`, made of the table
// function `laguna_runs()`. Sources have no required options; their columns are asked at once,
// their rows when somebody selects them. Once per database.
DatabaseSetup AddSystemTables(std::vector<RowSource> sources);

}  // namespace laguna::engine
