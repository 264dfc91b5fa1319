// SPDX-License-Identifier: Apache-2.0
// Which columns of one data file hold which fields of the table.
//
// Files are matched anew, one by one: by physical name, or by field id where the table maps columns
// by id (protocol section "Column Mapping"), down into structs, lists and maps. The engine then
// maps by the names found here; a field the file lacks reads as NULL.
#pragma once

#include "delta/action.h"
#include "duckdb.hpp"
#include "duckdb/common/multi_file/multi_file_data.hpp"

namespace laguna::catalog {

using FileColumns = duckdb::vector<duckdb::MultiFileColumnDefinition>;

// The table's columns, each with the name of its column in the file as identifier.
FileColumns ResolveColumns(const delta::Metadata& metadata, const FileColumns& file_columns);

// Makes the file's timestamps agree with the table's: Parquet's INT96 and unmarked timestamps hold
// instants where the table says so (Spark writes them in UTC), and casting one kind to the other
// would shift them by the session's time zone.
void AdoptTimestampKinds(const delta::Metadata& metadata, FileColumns& file_columns);

}  // namespace laguna::catalog
