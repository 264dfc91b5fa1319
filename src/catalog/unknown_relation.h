// SPDX-License-Identifier: Apache-2.0
// Better words for a relation that does not exist.
//
// DuckDB asks its replacement scans before it gives up on a name; ours is the last of them and
// answers with an error that says which schema or table is near. Only names of the lake, of
// laguna.* and temporary ones are proposed, never the engine's own tables. What may be a file is
// left alone.
#pragma once

#include <string>

#include "base/error.h"
#include "duckdb/function/replacement_scan.hpp"

namespace laguna::catalog {

// NotFound "sql.not_found" with the nearest name. `schema` is a zone, "laguna", or empty for a
// table that was named without one.
base::Error UnknownTable(duckdb::ClientContext& context, const std::string& schema,
                         const std::string& table);

duckdb::ReplacementScan UnknownRelationScan();

}  // namespace laguna::catalog
