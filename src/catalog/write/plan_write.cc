// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/plan_write.h"

#include <fmt/format.h>

#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/partition/partitioned_files.h"
#include "catalog/write/commit_sink.h"
#include "catalog/write/conform_rows.h"
#include "catalog/write/partition_text.h"
#include "catalog/write/recorded_parquet.h"
#include "catalog/write/returned_rows.h"
#include "catalog/write/store_assignment.h"
#include "catalog/write/target_file_size.h"
#include "catalog/write/write_settings.h"
#include "duckdb/execution/operator/persistent/physical_copy_to_file.hpp"
#include "duckdb/execution/operator/scan/physical_empty_result.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

void CheckPartitioning(const WriteTarget& target) {
  for (const size_t position : target.PartitionColumns()) {
    const WriteColumn& column = target.columns[position];
    if (CanPartitionBy(column.delta_type)) continue;
    throw Error(
        ErrorKind::kUnsupported, "write.partition_type",
        fmt::format("Table {} is partitioned by column \"{}\" of type {}, which Laguna does "
                    "not write.",
                    target.SqlName(), column.name, column.delta_type.ToString()))
        .With("table", target.SqlName())
        .With("column", column.name);
  }
  if (target.PartitionColumns().size() < target.columns.size()) return;
  throw Error(ErrorKind::kUnsupported, "write.only_partition_columns",
              fmt::format("Table {} is partitioned by all of its columns; nothing is left for its "
                          "data files, which Laguna does not write.",
                          target.SqlName()))
      .Hint("Make it anew with a column that is not in PARTITIONED BY.")
      .With("table", target.SqlName());
}

// Rows that come in an order the query asked for (ORDER BY) stay in it: one thread writes them.
bool WritesInParallel(duckdb::PhysicalOperator& rows) {
  return duckdb::PhysicalPlanGenerator::OrderPreservationRecursive(rows) !=
         duckdb::OrderPreservationType::FIXED_ORDER;
}

// Sets every field: the operator has no defaults.
void DescribeFiles(duckdb::PhysicalCopyToFile& copy, const WriteTarget& target,
                   const FilePlacement& placement, duckdb::FilenamePattern names) {
  copy.file_path = placement.folder;
  copy.use_tmp_file = false;
  copy.filename_pattern = std::move(names);
  copy.file_extension = "parquet";
  copy.overwrite_mode = duckdb::CopyOverwriteMode::COPY_OVERWRITE_OR_IGNORE;
  copy.per_thread_output = false;
  copy.return_type = duckdb::CopyFunctionReturnType::WRITTEN_FILE_STATISTICS;
  copy.partition_output = false;
  copy.write_partition_columns = false;
  copy.hive_file_pattern = true;
  for (const WriteColumn& column : target.columns) {
    copy.names.push_back(column.physical_name);
    copy.expected_types.push_back(column.file_type);
  }
  copy.write_empty_file = false;
  copy.rotate = true;
  copy.file_size_bytes = placement.file_bytes_max;
}

duckdb::PhysicalOperator& PlanPartitions(duckdb::ClientContext& context,
                                         duckdb::PhysicalPlanGenerator& planner,
                                         const WriteTargetPtr& target,
                                         duckdb::PhysicalOperator& rows, FileFolder folder,
                                         const FilePlacement& placement) {
  RecordedParquet parquet = BindParquet(context, target);
  duckdb::FilenamePattern names = FileNames(folder, parquet.codec);
  auto& files = planner.Make<PartitionedFiles>(
      PartitionedFilesPlan{target, std::move(parquet), placement.folder, std::move(names),
                           placement.file_bytes_max, !WritesInParallel(rows)},
      rows.estimated_cardinality);
  files.children.push_back(rows);
  return files;
}

duckdb::PhysicalOperator& Plan(duckdb::ClientContext& context,
                               duckdb::PhysicalPlanGenerator& planner, const WriteTargetPtr& target,
                               duckdb::PhysicalOperator& rows, FileFolder folder,
                               const FilePlacement& placement) {
  RecordedParquet parquet = BindParquet(context, target);
  duckdb::FilenamePattern names = FileNames(folder, parquet.codec);
  auto& planned = planner.Make<duckdb::PhysicalCopyToFile>(
      duckdb::GetCopyFunctionReturnLogicalTypes(
          duckdb::CopyFunctionReturnType::WRITTEN_FILE_STATISTICS),
      std::move(parquet.function), std::move(parquet.bind_data), rows.estimated_cardinality);
  auto& copy = planned.Cast<duckdb::PhysicalCopyToFile>();
  DescribeFiles(copy, *target, placement, std::move(names));
  copy.parallel = WritesInParallel(rows);
  copy.children.push_back(rows);
  return copy;
}

}  // namespace

duckdb::FilenamePattern FileNames(FileFolder folder, const std::string& codec) {
  duckdb::FilenamePattern names;
  names.SetFilenamePattern(fmt::format("{}-0000{{i}}-{{uuid}}.c000.{}",
                                       folder == FileFolder::kData ? "part" : "cdc", codec));
  return names;
}

duckdb::PhysicalOperator& PlanFiles(duckdb::ClientContext& context,
                                    duckdb::PhysicalPlanGenerator& planner,
                                    const WriteTargetPtr& target, duckdb::PhysicalOperator& rows,
                                    FileFolder folder) {
  CheckPartitioning(*target);
  FilePlacement placement{target->Location(), TargetFileSize(target->metadata.configuration)};
  if (folder == FileFolder::kChangeData) placement.folder += fmt::format("/{}", kChangeDataFolder);
  if (!target->PartitionColumns().empty()) {
    return PlanPartitions(context, planner, target, rows, folder, placement);
  }
  return Plan(context, planner, target, rows, folder, placement);
}

duckdb::PhysicalOperator& PlanFiles(duckdb::ClientContext& context,
                                    duckdb::PhysicalPlanGenerator& planner,
                                    const WriteTargetPtr& target, duckdb::PhysicalOperator& rows,
                                    const FilePlacement& placement) {
  LAGUNA_ASSERT(target->PartitionColumns().empty());
  return Plan(context, planner, target, rows, FileFolder::kData, placement);
}

duckdb::PhysicalOperator& RowsToWrite(duckdb::ClientContext& context,
                                      duckdb::PhysicalPlanGenerator& planner,
                                      const WriteTarget& target, duckdb::PhysicalOperator& rows) {
  auto& transaction = LakeTransaction::Get(context, target.catalog);
  if (!IsAlreadyWritten(context, transaction, target.root)) return rows;
  return planner.Make<duckdb::PhysicalEmptyResult>(rows.types, 0);
}

duckdb::PhysicalOperator& PlanWrite(duckdb::ClientContext& context,
                                    duckdb::PhysicalPlanGenerator& planner, WritePlan plan) {
  auto& given = RowsToWrite(context, planner, *plan.target, plan.rows);
  duckdb::PhysicalOperator* rows =
      &PlanConform(context, planner, {plan.target, given, std::move(plan.expressions)});
  const ReturnedRows* returned = nullptr;
  if (plan.returns_rows) {
    auto& keep = planner.Make<ReturnedRows>(*rows);
    keep.children.push_back(*rows);
    returned = &keep.Cast<ReturnedRows>();
    rows = &keep;
  }
  auto& files = PlanFiles(context, planner, plan.target, *rows, FileFolder::kData);
  auto& sink = planner.Make<CommitSink>(plan.target, std::move(plan.result_types), returned);
  sink.children.push_back(files);
  return sink;
}

duckdb::unique_ptr<duckdb::Expression> ColumnAs(duckdb::ClientContext& context,
                                                const duckdb::PhysicalOperator& rows,
                                                duckdb::idx_t position,
                                                const duckdb::LogicalType& type) {
  auto column = duckdb::make_uniq<duckdb::BoundReferenceExpression>(rows.types[position], position);
  return AssignmentCast(context, std::move(column), type);
}

}  // namespace laguna::catalog
