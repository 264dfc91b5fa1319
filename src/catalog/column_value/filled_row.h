// SPDX-License-Identifier: Apache-2.0
// A row that a statement inserts, made whole: what it does not name comes from the columns' own
// definition (identity, generation expression, default).
#pragma once

#include "catalog/write/write_target.h"
#include "duckdb/common/vector.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/planner/expression.hpp"

namespace laguna::catalog {

using RowValues = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

// `values` has one for each column, of its type; null where the
// statement names none. `defaults` are the columns', of their types. InvalidInput for a value for a
// column that takes none; errors of generation expressions.
void FillInsertedRow(duckdb::ClientContext& context, const WriteTarget& target,
                     const RowValues& defaults, RowValues& values);

}  // namespace laguna::catalog
