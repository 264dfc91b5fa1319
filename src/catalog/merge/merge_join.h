// SPDX-License-Identifier: Apache-2.0
// Which side of MERGE INTO's join is built.
//
// Only the side that probes can leave out files and row groups, by the keys of the built side
// (DuckDB's dynamic join filters). So the source is built wherever it has no more rows than the
// table, while DuckDB compares bytes and would rather build the table when its keys are narrower
// than the source's rows.
#pragma once

#include "duckdb/main/config.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Runs behind DuckDB's own optimizers, for merges into tables of the lake.
void BuildMergesFromSource(duckdb::DBConfig& config);

}  // namespace laguna::catalog
