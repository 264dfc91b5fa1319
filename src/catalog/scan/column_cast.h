// SPDX-License-Identifier: Apache-2.0
// What the values of a data file's column become in its table.
//
// A file keeps the types its writer had: narrower ones than the table's (protocol section "Type
// Widening"), timestamps and texts without their annotation. Only what loses nothing is cast, and
// never as the session would: its time zone must not change what is stored. Pure.
#pragma once

#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Whether a file's column of one type reads as the table's; both have no types inside. A value that
// does not fit after all is an error when it is read.
bool ReadsAs(const duckdb::LogicalType& in_file, const duckdb::LogicalType& in_table);

// `value`, which is as the file has it, as `in_table`: types that differ where ReadsAs allows it,
// down to the last field.
duckdb::unique_ptr<duckdb::Expression> CastFromFile(duckdb::unique_ptr<duckdb::Expression> value,
                                                    const duckdb::LogicalType& in_table);

}  // namespace laguna::catalog
