// SPDX-License-Identifier: Apache-2.0
#include "catalog/merge/merge_join.h"

#include <algorithm>
#include <utility>

#include "catalog/lake_table.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/optimizer/join_filter_pushdown_optimizer.hpp"
#include "duckdb/optimizer/optimizer.hpp"
#include "duckdb/optimizer/optimizer_extension.hpp"
#include "duckdb/planner/operator/logical_comparison_join.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "duckdb/planner/operator/logical_merge_into.hpp"

namespace laguna::catalog {
namespace {

using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

duckdb::LogicalMergeInto* FindMerge(LogicalOperator& plan) {
  if (plan.type == LogicalOperatorType::LOGICAL_MERGE_INTO) {
    return &plan.Cast<duckdb::LogicalMergeInto>();
  }
  // EXPLAIN and RETURNING stand above it.
  return plan.children.size() == 1 ? FindMerge(*plan.children[0]) : nullptr;
}

// The scan of the rows that may change: of the scans of the table, the one that asks which row it
// is.
bool IsTargetScan(const LogicalOperator& op, const duckdb::TableCatalogEntry& table) {
  if (op.type != LogicalOperatorType::LOGICAL_GET) return false;
  const auto& get = op.Cast<duckdb::LogicalGet>();
  if (get.GetTable().get() != &table) return false;
  const auto& ids = get.GetColumnIds();
  return std::any_of(ids.begin(), ids.end(), [](const duckdb::ColumnIndex& id) {
    return id.GetPrimaryIndex() == duckdb::MultiFileReader::COLUMN_IDENTIFIER_FILE_INDEX;
  });
}

bool HasTargetScan(const LogicalOperator& op, const duckdb::TableCatalogEntry& table) {
  if (IsTargetScan(op, table)) return true;
  return std::any_of(op.children.begin(), op.children.end(),
                     [&](const auto& child) { return HasTargetScan(*child, table); });
}

bool IsJoin(const LogicalOperator& op) {
  return op.type == LogicalOperatorType::LOGICAL_COMPARISON_JOIN && op.children.size() == 2;
}

// The join whose built side is the table alone: rows, perhaps filtered, but not joined.
duckdb::LogicalComparisonJoin* JoinThatBuildsTarget(LogicalOperator& op,
                                                    const duckdb::TableCatalogEntry& table) {
  if (!IsJoin(op)) {
    return op.children.size() == 1 ? JoinThatBuildsTarget(*op.children[0], table) : nullptr;
  }
  if (HasTargetScan(*op.children[0], table)) return JoinThatBuildsTarget(*op.children[0], table);
  const LogicalOperator* built = op.children[1].get();
  while (built->children.size() == 1) built = built->children[0].get();
  if (IsTargetScan(*built, table)) return &op.Cast<duckdb::LogicalComparisonJoin>();
  return JoinThatBuildsTarget(*op.children[1], table);
}

duckdb::idx_t RowsOf(duckdb::ClientContext& context, LogicalOperator& op) {
  return op.has_estimated_cardinality ? op.estimated_cardinality : op.EstimateCardinality(context);
}

// Dynamic filters come of an inner join, and of one that keeps the rows of the built side only.
bool GainsByFlipping(duckdb::ClientContext& context, duckdb::LogicalComparisonJoin& join) {
  const bool flips =
      join.join_type == duckdb::JoinType::INNER || join.join_type == duckdb::JoinType::LEFT;
  return flips && RowsOf(context, *join.children[0]) <= RowsOf(context, *join.children[1]);
}

void Flip(duckdb::LogicalComparisonJoin& join) {
  std::swap(join.children[0], join.children[1]);
  std::swap(join.left_projection_map, join.right_projection_map);
  join.join_type = duckdb::InverseJoinType(join.join_type);
  for (auto& condition : join.conditions) {
    std::swap(condition.left, condition.right);
    condition.comparison = duckdb::FlipComparisonExpression(condition.comparison);
  }
  // They were made for the sides as they were.
  join.join_stats.clear();
  join.filter_pushdown.reset();
}

void BuildSource(duckdb::OptimizerExtensionInput& input,
                 duckdb::unique_ptr<LogicalOperator>& plan) {
  duckdb::LogicalMergeInto* merge = FindMerge(*plan);
  if (merge == nullptr || dynamic_cast<LakeTable*>(&merge->table) == nullptr) return;
  duckdb::LogicalComparisonJoin* join = JoinThatBuildsTarget(*merge->children[0], merge->table);
  if (join == nullptr || !GainsByFlipping(input.context, *join)) return;
  Flip(*join);
  duckdb::JoinFilterPushdownOptimizer pushdown(input.optimizer);
  pushdown.VisitOperator(*join);
}

}  // namespace

void BuildMergesFromSource(duckdb::DBConfig& config) {
  duckdb::OptimizerExtension extension;
  extension.optimize_function = BuildSource;
  duckdb::OptimizerExtension::Register(config, std::move(extension));
}

}  // namespace laguna::catalog
