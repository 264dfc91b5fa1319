// SPDX-License-Identifier: Apache-2.0
// What the log knows of a scan's rows as a whole: count(*), min and max without opening a file.
//
// A count is exact where every file says how many rows it has. A minimum or maximum is exact where
// it is one of the values, which is more than a bound has to be: partition values always; whole
// numbers, dates and decimals of at most 15 digits unless a deletion vector may have taken the row
// away or the file says that its bounds are wide. Strings too, where they are shorter than what
// writers cut them to and bear no sign of it, unless a table has them cut shorter than usual.
// Timestamps are cut to milliseconds in the log, and floating point may hide NaN.
#pragma once

#include <optional>

#include "catalog/scan/column_bounds.h"
#include "catalog/scan/scan_column.h"
#include "catalog/scan/table_file_list.h"
#include "duckdb/function/partition_stats.hpp"

namespace laguna::catalog {

// Bounds of a column over all files of the list.
ColumnBounds MergedBounds(const TableFileList& list, const ScanColumn& column);

// The least and the greatest value of a column in all live rows; nothing where the log does not
// tell them for certain, or where there are no values.
struct Extremes {
  duckdb::Value min;
  duckdb::Value max;
};
std::optional<Extremes> ExactExtremes(const TableFileList& list, const ScanColumn& column);

// For the engine; empty where not even the count is exact. It may outlive `list`.
duckdb::vector<duckdb::PartitionStatistics> PartitionStatisticsOf(const TableFileList& list);

}  // namespace laguna::catalog
