// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/skipped_write.h"

#include <utility>

#include "catalog/lake_table.h"
#include "catalog/lake_transaction.h"
#include "catalog/write/write_settings.h"
#include "duckdb/optimizer/optimizer_extension.hpp"
#include "duckdb/planner/operator/logical_delete.hpp"
#include "duckdb/planner/operator/logical_empty_result.hpp"
#include "duckdb/planner/operator/logical_insert.hpp"
#include "duckdb/planner/operator/logical_merge_into.hpp"
#include "duckdb/planner/operator/logical_update.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

// The table that the operator writes to; null for other operators.
duckdb::TableCatalogEntry* TableOf(LogicalOperator& op) {
  switch (op.type) {
    case LogicalOperatorType::LOGICAL_INSERT:
      return &op.Cast<duckdb::LogicalInsert>().table;
    case LogicalOperatorType::LOGICAL_DELETE:
      return &op.Cast<duckdb::LogicalDelete>().table;
    case LogicalOperatorType::LOGICAL_UPDATE:
      return &op.Cast<duckdb::LogicalUpdate>().table;
    case LogicalOperatorType::LOGICAL_MERGE_INTO:
      return &op.Cast<duckdb::LogicalMergeInto>().table;
    default:
      return nullptr;
  }
}

bool IsDone(duckdb::ClientContext& context, duckdb::TableCatalogEntry& entry) {
  const auto* table = dynamic_cast<const LakeTable*>(&entry);
  if (table == nullptr || table->error() || table->fixed()) return false;
  auto& transaction = LakeTransaction::Get(context, entry.ParentCatalog());
  return IsAlreadyWritten(context, transaction, table->root());
}

// Whether the write below `plan` is done; then it has no rows any more.
bool Skip(duckdb::ClientContext& context, duckdb::unique_ptr<LogicalOperator>& plan) {
  if (auto* table = TableOf(*plan)) {
    if (plan->children.size() != 1 || !IsDone(context, *table)) return false;
    auto none = duckdb::make_uniq<duckdb::LogicalEmptyResult>(std::move(plan->children[0]));
    plan->children[0] = std::move(none);
    return true;
  }
  if (plan->type == LogicalOperatorType::LOGICAL_MATERIALIZED_CTE) {
    auto& behind = plan->children[1];
    if (!Skip(context, behind)) return false;
    auto write = std::move(behind);
    plan = std::move(write);
    return true;
  }
  // RETURNING, EXPLAIN and EXECUTE stand above it.
  return plan->children.size() == 1 && Skip(context, plan->children[0]);
}

void SkipDoneWrite(duckdb::OptimizerExtensionInput& input,
                   duckdb::unique_ptr<LogicalOperator>& plan) {
  engine::Guarded([&] { Skip(input.context, plan); });
}

}  // namespace

void SkipDoneWrites(duckdb::DBConfig& config) {
  duckdb::OptimizerExtension extension;
  extension.pre_optimize_function = SkipDoneWrite;
  duckdb::OptimizerExtension::Register(config, std::move(extension));
}

}  // namespace laguna::catalog
