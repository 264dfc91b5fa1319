// SPDX-License-Identifier: Apache-2.0
// The table a statement writes rows to, as its data files need it. An immutable value, shared
// between the plan and its operators.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/text_limit.h"
#include "engine/duckdb.h"

namespace laguna::catalog {

class LakeCatalog;

struct WriteColumn {
  std::string name;
  // In data files, statistics and partition values.
  std::string physical_name;
  duckdb::LogicalType type;
  // The same with the names its fields have in data files.
  duckdb::LogicalType file_type;
  delta::DataType delta_type;
  // In data files of tables with column mapping.
  std::optional<int32_t> field_id;
  bool required = false;
  bool is_partition = false;
  // The lengths of its texts.
  delta::TextLimits text_limits = {};
};

enum class WriteMode {
  kAppend,
  kOverwrite,  // INSERT OVERWRITE
  // The same, of the partitions that get rows.
  kOverwritePartitions,
  kCreate,   // CREATE TABLE AS
  kReplace,  // CREATE OR REPLACE TABLE AS
};

struct WriteTarget {
  // The lake outlives every plan.
  LakeCatalog& catalog;
  // "bronze/t".
  std::string root;
  WriteMode mode = WriteMode::kAppend;
  // The definition the files follow. For a new table without id and creation time: those are set
  // when the statement runs.
  delta::Metadata metadata;
  // All columns in the schema's order.
  std::vector<WriteColumn> columns;
  // WITH SCHEMA EVOLUTION: the schema that `metadata` takes the place of.
  std::optional<delta::Schema> evolved_from;

  // "bronze.t".
  [[nodiscard]] std::string SqlName() const;
  // Where the table's folder lies, as DuckDB's file system knows it.
  [[nodiscard]] std::string Location() const;
  // The path of a data file relative to the root, from its full path.
  [[nodiscard]] std::string RelativePath(const std::string& path) const;
  // Positions of the partition columns in `columns`, in partition order.
  [[nodiscard]] std::vector<size_t> PartitionColumns() const;
};

using WriteTargetPtr = std::shared_ptr<const WriteTarget>;

// Unsupported when a column has a type that cannot be written.
WriteTargetPtr MakeWriteTarget(LakeCatalog& catalog, std::string root, WriteMode mode,
                               delta::Metadata metadata);
// The same with a definition that the write gives the table.
WriteTargetPtr MakeEvolvingTarget(LakeCatalog& catalog, std::string root, WriteMode mode,
                                  delta::Metadata metadata, delta::Schema evolved_from);

}  // namespace laguna::catalog
