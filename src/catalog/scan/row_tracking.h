// SPDX-License-Identifier: Apache-2.0
// The hidden columns of tables with row tracking (protocol section "Row Tracking"): _row_id, which
// a row keeps for its whole life, and _row_commit_version, the version that last changed it.
//
// A row's value stands in the file's materialised column, where the file has one and the row is not
// NULL there; else it follows from the add action: its base row id plus the row's position, its
// default commit version. Rows of a file that tells neither have NULL.
#pragma once

#include <optional>

#include "catalog/table_view.h"
#include "duckdb/common/multi_file/multi_file_states.hpp"
#include "duckdb/common/table_column.hpp"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// The numbers of _row_id and _row_commit_version among virtual columns.
duckdb::vector<duckdb::column_t> RowTrackingColumns();
// Adds the two columns where the table supports row tracking.
void AddRowTrackingColumns(const TableView& view, duckdb::virtual_column_map_t& columns);
bool IsRowTrackingColumn(duckdb::column_t column);

enum class RowTracking { kRowId, kRowCommitVersion };

// Has the reader read the file's materialised column, and says where among the columns it reads;
// nothing when the file has none.
std::optional<size_t> ReadMaterialized(const TableView& view, RowTracking what,
                                       duckdb::BaseFileReader& reader);
// The value of a row of the file, over what the reader reads: the materialised column, if there is
// one, and the row's position.
duckdb::unique_ptr<duckdb::Expression> RowTrackingValue(duckdb::ClientContext& context,
                                                        const delta::FileView& file,
                                                        RowTracking what,
                                                        std::optional<size_t> materialized,
                                                        size_t position);
// How a file gives the column. Has the reader read what it needs of the file; says in `column`
// which column of the engine's own it needs behind that.
duckdb::unique_ptr<duckdb::Expression> RowTrackingExpression(duckdb::ClientContext& context,
                                                             const TableView& view,
                                                             const delta::FileView& file,
                                                             duckdb::BaseFileReader& reader,
                                                             duckdb::column_t& column);

}  // namespace laguna::catalog
