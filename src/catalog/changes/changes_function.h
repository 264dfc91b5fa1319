// SPDX-License-Identifier: Apache-2.0
// What table_changes and table_changes_by_path share: all but how they find the table.
#pragma once

#include <string>

#include "catalog/opened_table.h"
#include "duckdb/main/extension/extension_loader.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

using OpenChangedTable = OpenedTable (*)(duckdb::ClientContext& context,
                                         const LakeEnvironment& environment,
                                         const std::string& name, duckdb::QueryErrorContext place);

// name(table, from) and name(table, from, to).
void RegisterChangesFunction(duckdb::ExtensionLoader& loader, const std::string& name,
                             const LakeEnvironment& environment, OpenChangedTable open);

}  // namespace laguna::catalog
