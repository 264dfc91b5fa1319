// SPDX-License-Identifier: Apache-2.0
// Better words for a relation that does not exist.
//
// DuckDB asks its replacement scans before it gives up on a name; ours answers with an error when
// the schema is unknown (and says which one is near) or a file zone. Unknown tables of known
// schemas are left to DuckDB, which finds the nearest itself.
#pragma once

#include "duckdb/function/replacement_scan.hpp"

namespace laguna::catalog {

duckdb::ReplacementScan UnknownRelationScan();

}  // namespace laguna::catalog
