// SPDX-License-Identifier: Apache-2.0
// The part of DuckDB that nearly every file speaks: contexts and connections, values and chunks,
// catalog entries, operators and table functions.
//
// It stands in place of "duckdb.hpp", and is the one precompiled header of all code that speaks
// DuckDB. Keep it short: an empty file that reads it takes 0.8 s to compile, nearly all of it for
// the templates that these headers use inside. "duckdb/main/database.hpp" and
// "duckdb/common/multi_file/multi_file_reader.hpp" would add 0.6 s to each of 300 files; the few
// that need them include them themselves.
#pragma once
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"
#include "duckdb/common/types/data_chunk.hpp"
#include "duckdb/execution/physical_operator.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/planner/logical_operator.hpp"
