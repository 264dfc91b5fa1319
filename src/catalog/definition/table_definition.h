// SPDX-License-Identifier: Apache-2.0
// What a CREATE TABLE says, as the definition Delta keeps of a table.
#pragma once

#include <string>

#include "delta/action.h"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "engine/duckdb.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

// Without id and creation time, which the execution sets. With deletion vectors, unless the
// statement says otherwise. `name` ("bronze.t") is for messages.
// Unsupported, by name, for what Laguna does not keep (keys, SORTED BY, formats other
// than Delta); InvalidInput for unknown properties and columns.
delta::Metadata DefinitionOf(const duckdb::CreateTableInfo& info,
                             const engine::StatementOptions& options, const std::string& name);

}  // namespace laguna::catalog
