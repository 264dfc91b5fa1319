// SPDX-License-Identifier: Apache-2.0
// The physical plan of every write: query -> ConformRows -> Parquet files -> CommitSink.
#pragma once

#include <cstdint>
#include <string>

#include "catalog/write/write_target.h"
#include "duckdb/common/filename_pattern.hpp"
#include "duckdb/execution/physical_plan_generator.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct WritePlan {
  WriteTargetPtr target;
  // Gives the rows; any columns.
  duckdb::PhysicalOperator& rows;
  // One per column of the target, over the columns of `rows`.
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions;
  // What the statement gives back: one BIGINT, or the table's columns.
  duckdb::vector<duckdb::LogicalType> result_types;
  // RETURNING: the rows as they are written.
  bool returns_rows = false;
};

// No side effects: files appear when the plan runs.
duckdb::PhysicalOperator& PlanWrite(duckdb::ClientContext& context,
                                    duckdb::PhysicalPlanGenerator& planner, WritePlan plan);

// `rows`, or no rows where the table has the session's write already (write_settings.h): then
// nothing below is computed.
duckdb::PhysicalOperator& RowsToWrite(duckdb::ClientContext& context,
                                      duckdb::PhysicalPlanGenerator& planner,
                                      const WriteTarget& target, duckdb::PhysicalOperator& rows);

// Where files of the table lie.
enum class FileFolder { kData, kChangeData };
inline constexpr const char* kChangeDataFolder = "_change_data";
// File names carry a UUID that is drawn for each file when it is opened, so that a prepared
// statement never writes a name twice.
duckdb::FilenamePattern FileNames(FileFolder folder, const std::string& codec);

// Writes `rows`, which have the target's columns, as files; gives one row a file, as WrittenFileOf
// takes it.
duckdb::PhysicalOperator& PlanFiles(duckdb::ClientContext& context,
                                    duckdb::PhysicalPlanGenerator& planner,
                                    const WriteTargetPtr& target, duckdb::PhysicalOperator& rows,
                                    FileFolder folder);

// Where files go, and where the next one begins.
struct FilePlacement {
  // As DuckDB's file system knows it.
  std::string folder;
  uint64_t file_bytes_max = 0;
};
// The same for a target without partition columns.
duckdb::PhysicalOperator& PlanFiles(duckdb::ClientContext& context,
                                    duckdb::PhysicalPlanGenerator& planner,
                                    const WriteTargetPtr& target, duckdb::PhysicalOperator& rows,
                                    const FilePlacement& placement);

// Column `position` of `rows` as `type`, with nothing lost (catalog/write/store_assignment.h).
duckdb::unique_ptr<duckdb::Expression> ColumnAs(duckdb::ClientContext& context,
                                                const duckdb::PhysicalOperator& rows,
                                                duckdb::idx_t position,
                                                const duckdb::LogicalType& type);

}  // namespace laguna::catalog
