// SPDX-License-Identifier: Apache-2.0
// Whether a table or view may bear a name in a zone.
#pragma once

#include <string>

#include "base/error.h"
#include "catalog/lake_schema.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// InvalidInput for names that cannot be a folder of the store or are hidden ("_x", ".x"),
// Unsupported in a zone of files and in a schema that the transaction drops.
void CheckNewName(duckdb::ClientContext& context, const LakeSchema& schema,
                  const std::string& name);

// "Table bronze.t already exists."; `what` is "Table" or "View".
base::Error ExistsError(const LakeSchema& schema, const std::string& what, const std::string& name);

}  // namespace laguna::catalog
