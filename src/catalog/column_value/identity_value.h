// SPDX-License-Identifier: Apache-2.0
// The values of identity columns in the rows of a statement.
#pragma once

#include "catalog/write/write_target.h"
#include "duckdb/planner/expression.hpp"

namespace laguna::catalog {

// The next value for each row, from the transaction's counter for the target's column at
// `position`; to be evaluated once a row. May be run again, in a later transaction.
duckdb::unique_ptr<duckdb::Expression> NextIdentity(const WriteTarget& target, size_t position);

// InvalidInput "write.identity" when the column at `position` takes no value from a statement
// (GENERATED ALWAYS AS IDENTITY).
void CheckTakesValue(const WriteTarget& target, size_t position);

}  // namespace laguna::catalog
