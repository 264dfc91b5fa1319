// SPDX-License-Identifier: Apache-2.0
// The table properties of a CREATE TABLE: WITH (...) and TBLPROPERTIES (...) in one.
#pragma once

#include <string>

#include "delta/action.h"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "engine/duckdb.h"
#include "engine/statement_options.h"

namespace laguna::catalog {

// Names of delta.* properties must be known and their values well formed (InvalidInput, with the
// nearest name), and come out in Delta's spelling; others are the user's own and kept as they are.
delta::Properties TablePropertiesOf(const duckdb::CreateTableInfo& info,
                                    const engine::StatementOptions& options,
                                    const std::string& table);

}  // namespace laguna::catalog
