// SPDX-License-Identifier: Apache-2.0
// A column of a scan, or a field inside one, and what is certain about its values file by file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/scan/column_bounds.h"
#include "catalog/scan/scan_files.h"
#include "delta/schema.h"

namespace laguna::catalog {

// Copied cheaply; the files outlive it. Thread-safe as ScanFiles is.
class ScanColumn {
 public:
  // `column` is an index of the table's schema or one of the scan's virtual columns.
  ScanColumn(const ScanFiles& files, duckdb::column_t column);

  // Of its values; SQLNULL for a virtual column of which no file says anything.
  [[nodiscard]] const duckdb::LogicalType& type() const { return type_; }
  // The field of the table's schema; null for virtual columns.
  [[nodiscard]] const delta::StructField* field() const {
    return fields_.empty() ? nullptr : fields_.back();
  }
  // The field at `index` of a struct column; nothing when the column is no struct.
  [[nodiscard]] std::optional<ScanColumn> Child(size_t index) const;
  [[nodiscard]] bool operator==(const ScanColumn& other) const;

  // Whether all rows of a file have one value, which Bounds tells: partition columns and the
  // virtual columns that name the file.
  [[nodiscard]] bool IsConstant() const { return is_constant_; }
  [[nodiscard]] bool IsPartitionColumn() const { return is_partition_column_; }
  // What the log says about the column in a file; nothing known of constants.
  [[nodiscard]] delta::ColumnStatistics Statistics(size_t number) const;
  [[nodiscard]] ColumnBounds Bounds(size_t number) const;

 private:
  [[nodiscard]] duckdb::Value Constant(size_t number) const;

  const ScanFiles* files_;
  duckdb::column_t column_;
  // From the schema's field down.
  std::vector<const delta::StructField*> fields_;
  delta::ColumnPath physical_names_;
  duckdb::LogicalType type_;
  bool is_constant_ = false;
  bool is_partition_column_ = false;
};

}  // namespace laguna::catalog
