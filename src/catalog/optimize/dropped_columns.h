// SPDX-License-Identifier: Apache-2.0
// Values of dropped columns, which stay in the files under column mapping (protocol section "Column
// Mapping") until the files are written anew: which files have any, top level and nested. The rows
// of such columns are what REORG ... APPLY (PURGE) takes away. Pure; thread-safe.
#pragma once

#include "catalog/scan/parquet_columns.h"
#include "delta/action.h"

namespace laguna::catalog {

// False when no file of the table can have one: without column mapping, or while the schema has
// every id that was ever given to a column.
[[nodiscard]] bool MayHaveDroppedColumns(const delta::Metadata& metadata);

// Whether a file has columns that the table has not: fields of structs, also inside arrays and
// maps, count. Those in which rows keep their ids are the table's; partition columns may stand in
// files as well.
[[nodiscard]] bool HasDroppedColumns(const ParquetColumn& file, const delta::Metadata& metadata);

}  // namespace laguna::catalog
