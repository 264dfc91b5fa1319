// SPDX-License-Identifier: Apache-2.0
// Which columns of one data file hold which fields of the table.
//
// Files are matched anew, one by one: by physical name, or by field id where the table maps columns
// by id (protocol section "Column Mapping"), down into structs, lists and maps. The engine then
// maps by the names found here; a field the file lacks reads as NULL.
#pragma once

#include <vector>

#include "delta/action.h"
#include "duckdb/common/multi_file/multi_file_data.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

using FileColumns = duckdb::vector<duckdb::MultiFileColumnDefinition>;

// The table's columns, each with the name of its column in the file as identifier.
FileColumns ResolveColumns(const delta::Metadata& metadata, const FileColumns& file_columns);

// Gives the file's columns the types that the table has them in; CastFromFile makes the values
// follow. Only of the `fields` that are read, by index of the schema. Unsupported
// "table.column_type" where a column's type does not read as the table's.
void AdoptTypes(const delta::Metadata& metadata, const std::vector<size_t>& fields,
                FileColumns& file_columns);

}  // namespace laguna::catalog
