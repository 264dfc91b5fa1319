// SPDX-License-Identifier: Apache-2.0
// The columns of a Delta table as DuckDB's catalog entries have them: names, types, NOT NULL,
// defaults, comments.
#pragma once

#include <string>

#include "delta/action.h"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// What an entry called `name` is made from. Unsupported for a type that cannot be shown.
duckdb::unique_ptr<duckdb::CreateTableInfo> EntryInfo(duckdb::SchemaCatalogEntry& schema,
                                                      const std::string& name,
                                                      const delta::Metadata& metadata);

}  // namespace laguna::catalog
