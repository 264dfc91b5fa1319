// SPDX-License-Identifier: Apache-2.0
// A scan of chosen files of a table as a plan of our own needs it.
#pragma once

#include "catalog/table_view.h"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace laguna::catalog {

inline constexpr duckdb::idx_t kGetIndex = 0;

// All rows of the view's files but those their deletion vectors take away; `columns` are indexes of
// its schema and hidden columns of the scan, each at most once. Its table index is kGetIndex.
duckdb::unique_ptr<duckdb::LogicalOperator> TableGet(
    duckdb::ClientContext& context, const TableViewPtr& view, io::ObjectStore& store,
    const duckdb::vector<duckdb::column_t>& columns);

}  // namespace laguna::catalog
