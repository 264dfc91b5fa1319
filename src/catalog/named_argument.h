// SPDX-License-Identifier: Apache-2.0
// The named arguments of a call of a table function.
#pragma once

#include "duckdb/function/table_function.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Null where it is not given, or NULL; owned by `input`.
const duckdb::Value* GivenArgument(const duckdb::TableFunctionBindInput& input, const char* name);
bool IsArgumentTrue(const duckdb::TableFunctionBindInput& input, const char* name);

}  // namespace laguna::catalog
