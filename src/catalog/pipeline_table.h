// SPDX-License-Identifier: Apache-2.0
// Tables that a pipeline fills: the rows are those of its definition, so a statement that puts
// another table in the place of one is refused. DROP TABLE takes a table away from its pipeline.
#pragma once

#include <string>

#include "catalog/lake_schema.h"
#include "catalog/session_table.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Unsupported ("create.pipeline_table") when a pipeline fills the table, by its name in the schema.
// A table whose log cannot be read is not known to be one.
void CheckMayReplace(duckdb::ClientContext& context, LakeSchema& schema, const std::string& table);

}  // namespace laguna::catalog
