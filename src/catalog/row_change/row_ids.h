// SPDX-License-Identifier: Apache-2.0
// Rows keep their ids (protocol section "Row Tracking") when they are written anew: the data file
// then has two columns more, in which a row stands with its id and, where it did not change, with
// the version that last changed it. What is NULL there follows from the file.
#pragma once

#include "catalog/table_view.h"
#include "catalog/write/write_target.h"
#include "delta/schema.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Whether whoever writes rows of the table anew has to keep their ids. A table that was made in the
// transaction that asks has given none yet.
bool KeepsRowIds(const TableView& view);

// The columns of a scan that say a row's id and its version, in the order of the file's columns.
duckdb::vector<duckdb::column_t> RowIdColumns();

// The same target with the two columns behind the table's own. The table keeps row ids.
WriteTargetPtr WithRowIds(const WriteTarget& target);

// One more column behind the target's, by the same name in files.
void AppendColumn(WriteTarget& target, const std::string& name, const duckdb::LogicalType& type,
                  delta::Primitive delta_type);

}  // namespace laguna::catalog
