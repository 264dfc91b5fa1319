// SPDX-License-Identifier: Apache-2.0
// The part of DuckDB that nearly every file speaks: contexts and connections, values and chunks,
// catalog entries, operators and table functions.
//
// It stands in place of "duckdb.hpp", and is the precompiled header of all code that speaks DuckDB:
// a file that reads it pays for what it uses. "duckdb/main/database.hpp" and
// "duckdb/common/multi_file/multi_file_reader.hpp" are for the few that need them, who include them
// themselves.
#pragma once
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"
#include "duckdb/common/types/data_chunk.hpp"
#include "duckdb/execution/physical_operator.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/planner/logical_operator.hpp"
