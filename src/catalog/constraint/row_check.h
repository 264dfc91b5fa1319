// SPDX-License-Identifier: Apache-2.0
// The conditions that every row of a table must meet: its CHECK constraints, the invariants of its
// columns, and that generated columns have the values they shall have.
//
// All stand in the log as Spark SQL (protocol sections "CHECK Constraints", "Column Invariants" and
// "Generated Columns"). A condition must be TRUE: NULL breaks it. Immutable values.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "delta/action.h"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

inline constexpr const char* kConstraintPrefix = "delta.constraints.";

struct RowCheck {
  // A constraint's name; empty for an invariant.
  std::string name;
  // For an invariant: "address.zip".
  std::string column;
  // As the log has it.
  std::string expression;
  // For a generated column (catalog/column_value/generated_column.h): what it is computed from.
  std::string generated_as = {};
};

// Constraints by name, then invariants in the schema's order. Corrupt for an invariant whose JSON
// cannot be read.
std::vector<RowCheck> RowChecksOf(const delta::Metadata& metadata, const std::string& table);

// The condition in the engine's SQL, over the table's columns by their names. Errors of
// spark_parser and spark_translation, with check and table named.
std::string ConditionSql(const RowCheck& check, const delta::Schema& schema,
                         const std::string& table);

// The condition over a chunk whose first columns are `schema`'s, in its order.
duckdb::unique_ptr<duckdb::Expression> BindCondition(duckdb::ClientContext& context,
                                                     const RowCheck& check,
                                                     const delta::Schema& schema,
                                                     const std::string& table);

// Violation "write.check": `row` ("k = -3") breaks the check; `is_null`: its condition is NULL.
base::Error BrokenCheck(const RowCheck& check, const std::string& table, const std::string& row,
                        bool is_null);

// InvalidInput "write.check_failed": the condition cannot be computed for a row.
base::Error FailedCheck(const RowCheck& check, const std::string& table, const std::string& why);

}  // namespace laguna::catalog
