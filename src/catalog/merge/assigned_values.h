// SPDX-License-Identifier: Apache-2.0
// What UPDATE and MERGE INTO give columns of a lake's table, without the casts that DuckDB's binder
// puts around it: those would drop fields that the table has not, leave others NULL, take a truth
// value for a number and round unasked. The write casts by the rules of an INSERT instead
// (catalog/write/store_assignment.h).
#pragma once

#include "catalog/merge/struct_expression.h"
#include "duckdb/main/config.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Registers the step behind the binder. InvalidInput "merge.struct_fields" for structs with other
// fields, "write.type" for values of another sort.
void TakeRowChangeCastsOff(duckdb::DBConfig& config);

// A cast that the user has written at the top of an assigned value, so that it stays.
ParsedPointer KeepWrittenCast(ParsedPointer value);

}  // namespace laguna::catalog
