// SPDX-License-Identifier: Apache-2.0
// The beginning of every row change: is the table one whose rows may be changed, and how?
#pragma once

#include <memory>

#include "catalog/lake_table.h"
#include "catalog/row_change/row_change.h"

namespace laguna::catalog {

// Table, view and how the table takes changes; the rest is for the caller to fill in. Errors,
// before a byte is written: Unsupported for an old version, a materialized view or a table feature
// we do not write; Violation for a table that is append-only; NotFound for one that is gone.
std::shared_ptr<RowChange> StartRowChange(duckdb::ClientContext& context, LakeCatalog& catalog,
                                          LakeTable& table, RowStatement statement);

// The plan's rows have the identity of the table's row (LakeTable::GetRowIdColumns) from column
// `first` on, side by side.
void SetIdentity(RowChange& change, duckdb::idx_t first);

}  // namespace laguna::catalog
