// SPDX-License-Identifier: Apache-2.0
// The hidden column _metadata, as Spark has it: a struct that says where a row lies and what its
// file is, and which row it is in tables with row tracking.
//
//   file_path, file_name, file_size, file_modification_time, row_index [, row_id,
//   row_commit_version]
//
// A table's own column of that name hides it.
#pragma once

#include "catalog/scan/scan_files.h"
#include "duckdb/common/multi_file/multi_file_states.hpp"
#include "duckdb/common/table_column.hpp"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

void AddMetadataColumn(const TableView& view, duckdb::virtual_column_map_t& columns);
bool IsMetadataColumn(duckdb::column_t column);
duckdb::LogicalType MetadataType(const TableView& view);
// The place of file_path among the fields.
constexpr size_t kMetadataFilePath = 0;

// How a file gives the column: as RowTrackingExpression does.
duckdb::unique_ptr<duckdb::Expression> MetadataExpression(duckdb::ClientContext& context,
                                                          const ScanFiles& files, size_t number,
                                                          duckdb::BaseFileReader& reader,
                                                          duckdb::column_t& column);
// To be called when the reader's columns are mapped: the engine takes the row's position, which it
// reads for the column, to be of the column's type.
void MendMetadataPosition(duckdb::BaseFileReader& reader);

}  // namespace laguna::catalog
