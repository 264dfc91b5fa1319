// SPDX-License-Identifier: Apache-2.0
// The one precompiled header of all code that speaks DuckDB. Keep it short: it is read by every
// such file.
#pragma once
#include "duckdb.hpp"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/execution/physical_operator.hpp"
#include "duckdb/planner/logical_operator.hpp"
