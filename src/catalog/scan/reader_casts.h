// SPDX-License-Identifier: Apache-2.0
// Hands the values of a file's columns on as the table's, inside the engine's reader and before it
// filters.
//
// The engine would cast a filter to the file's type, and a filter on a DOUBLE means something else
// to a FLOAT. Merely calling columns by the table's type is never enough: the reader's dictionaries
// keep the file's, and expressions refuse a vector of another one. So the reader gets an expression
// for each column that differs, and evaluates filters on what comes out of it.
#pragma once

#include <vector>

#include "catalog/scan/spark_calendar.h"
#include "duckdb/common/multi_file/base_file_reader.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// After the reader's columns got the table's types (AdoptTypes) and were mapped. `types_in_file`
// are those they had before.
void CastColumns(duckdb::BaseFileReader& reader,
                 const std::vector<duckdb::LogicalType>& types_in_file,
                 const FileCalendar& calendar);

}  // namespace laguna::catalog
