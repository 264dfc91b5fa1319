// SPDX-License-Identifier: Apache-2.0
// Generated columns: their definition, and their values for rows that a statement writes.
//
// The table's log keeps the expression as Spark SQL. It reads columns of the same row that are not
// generated themselves and give no identities. The protocol asks that every row's value is what the
// expression gives: values that a statement does not name are computed, the others compared
// (GeneratedChecks, which ConformRows evaluates).
#pragma once

#include <string>
#include <vector>

#include "catalog/constraint/row_check.h"
#include "catalog/write/write_target.h"
#include "delta/schema.h"
#include "duckdb/common/vector.hpp"
#include "duckdb/parser/parsed_expression.hpp"
#include "duckdb/planner/expression.hpp"

namespace laguna::catalog {

// Makes the field of `schema` a generated one. `value` is in the engine's SQL. InvalidInput for an
// expression that reads other generated columns, gives another type or depends on the time;
// Unsupported for what Spark SQL cannot say or the engine does not evaluate as Spark does. `table`
// ("bronze.t") is for messages.
void SetGenerated(delta::Schema& schema, const std::string& column,
                  const duckdb::ParsedExpression& value, const std::string& table);

// The generated columns that are computed from `column`, by name; for those who change it.
std::vector<std::string> GeneratedColumnsUsing(const delta::Schema& schema,
                                               const std::string& column);

// One for each generated column: its value is what its expression gives.
std::vector<RowCheck> GeneratedChecks(const delta::Schema& schema);

// `values` are a row's, one for each column of the target, of its type; null where the statement
// says nothing. Fills in those of generated columns; the others must be there. Errors of the
// expressions name table and column.
void FillGenerated(duckdb::ClientContext& context, const WriteTarget& target,
                   duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& values);

}  // namespace laguna::catalog
