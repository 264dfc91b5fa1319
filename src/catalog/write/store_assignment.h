// SPDX-License-Identifier: Apache-2.0
// Which values may be stored in a column without a cast that the user writes (store assignment, as
// Spark's ANSI rules have it, with texts taken as DuckDB takes them).
//
// Two kinds of harm are kept off: values that mean something else (a struct as text, a truth value
// as a number), which is known from the types; and values that would lose a part (1.7 as an
// integer, a moment as a day), which is known from each value. Pure but for the error that a cast
// throws when it runs.
#pragma once

#include <optional>
#include <string>

#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Why rows of type `from` cannot go into a column of type `to`, for the middle of a sentence ("is
// BOOLEAN in the rows and INTEGER in the table"); nothing when they can.
std::optional<std::string> AssignmentMisfit(const duckdb::LogicalType& from,
                                            const duckdb::LogicalType& to);

// `value` as `type`; an InvalidInput exception when it runs on a value that does not fit, or that
// would lose a part.
duckdb::unique_ptr<duckdb::Expression> AssignmentCast(duckdb::ClientContext& context,
                                                      duckdb::unique_ptr<duckdb::Expression> value,
                                                      const duckdb::LogicalType& type);

// What a constant would become in a column of type `type` if a part of it would be lost.
std::optional<std::string> LossyAssignment(const duckdb::Value& value,
                                           const duckdb::LogicalType& type);

}  // namespace laguna::catalog
