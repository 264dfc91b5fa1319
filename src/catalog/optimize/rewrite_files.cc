// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/rewrite_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/optimize/nested_query.h"
#include "catalog/optimize/table_get.h"
#include "catalog/optimize/tiled_files.h"
#include "catalog/row_change/row_ids.h"
#include "catalog/write/plan_write.h"
#include "duckdb/execution/operator/persistent/physical_copy_to_file.hpp"
#include "duckdb/execution/operator/projection/physical_projection.hpp"
#include "duckdb/execution/physical_plan_generator.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/operator/logical_extension_operator.hpp"
#include "duckdb/planner/operator/logical_order.hpp"
#include "duckdb/planner/operator/logical_projection.hpp"

namespace laguna::catalog {
namespace {

using duckdb::idx_t;
using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;
using Plan = duckdb::unique_ptr<duckdb::LogicalOperator>;

// Table indexes of the plan, beside kGetIndex.
constexpr idx_t kPlacedIndex = 1;
constexpr idx_t kFilesIndex = 2;

duckdb::unique_ptr<duckdb::Expression> Column(const duckdb::LogicalType& type, idx_t table,
                                              idx_t position) {
  return duckdb::make_uniq<duckdb::BoundColumnRefExpression>(
      type, duckdb::ColumnBinding(table, position));
}

// The target's columns, as far as they come from `table`.
Expressions ColumnsOf(const WriteTarget& target, idx_t table) {
  Expressions columns;
  for (const WriteColumn& column : target.columns) {
    columns.push_back(Column(column.type, table, columns.size()));
  }
  return columns;
}

// The last step of the plan: rows to files, of which it tells.
class WriteRows final : public duckdb::LogicalExtensionOperator {
 public:
  // `columns` are the target's, among those of `rows`; with a curve, behind them the place. Without
  // one rows go into files as they come.
  WriteRows(TiledFilesPlan files, Expressions columns, Plan rows)
      : LogicalExtensionOperator(std::move(columns)), files_(std::move(files)) {
    children.push_back(std::move(rows));
  }

  duckdb::vector<duckdb::ColumnBinding> GetColumnBindings() override {
    return GenerateColumnBindings(kFilesIndex, types.size());
  }
  [[nodiscard]] duckdb::vector<idx_t> GetTableIndex() const override { return {kFilesIndex}; }
  [[nodiscard]] bool SupportSerialization() const override { return false; }
  duckdb::string GetName() const override { return "LAKE_REWRITE"; }

  duckdb::PhysicalOperator& CreatePlan(duckdb::ClientContext& context,
                                       duckdb::PhysicalPlanGenerator& planner) override {
    auto& child = planner.CreatePlan(*children[0]);
    duckdb::vector<duckdb::LogicalType> row_types;
    for (const auto& column : expressions) row_types.push_back(column->return_type);
    auto& rows = planner.Make<duckdb::PhysicalProjection>(
        std::move(row_types), std::move(expressions), child.estimated_cardinality);
    rows.children.push_back(child);
    if (!files_.target->PartitionColumns().empty()) {
      return PlanFiles(context, planner, files_.target, rows, FileFolder::kData);
    }
    if (files_.curve) return PlanTiledFiles(context, planner, files_, rows);
    return PlanFiles(context, planner, files_.target, rows, files_.placement);
  }

 protected:
  void ResolveTypes() override {
    types = duckdb::GetCopyFunctionReturnLogicalTypes(
        duckdb::CopyFunctionReturnType::WRITTEN_FILE_STATISTICS);
  }

 private:
  TiledFilesPlan files_;
};

// The rows sorted by their places; the place comes behind the target's columns.
Plan InOrder(const ZCurvePtr& curve, const WriteTarget& target,
             const duckdb::vector<duckdb::column_t>& columns, Plan rows) {
  const idx_t row_count = rows->estimated_cardinality;
  Expressions values;
  for (const ZColumn& column : curve->columns()) {
    const auto found = std::find(columns.begin(), columns.end(), column.column);
    LAGUNA_ASSERT(found != columns.end());
    const auto position = static_cast<idx_t>(found - columns.begin());
    values.push_back(Column(target.columns[position].type, kGetIndex, position));
  }
  Expressions placed = ColumnsOf(target, kGetIndex);
  const idx_t place = placed.size();
  placed.push_back(PlaceExpression(curve, std::move(values)));
  auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(kPlacedIndex, std::move(placed));
  projection->children.push_back(std::move(rows));
  duckdb::vector<duckdb::BoundOrderByNode> orders;
  orders.emplace_back(duckdb::OrderType::ASCENDING, duckdb::OrderByNullType::NULLS_FIRST,
                      Column(duckdb::LogicalType::UBIGINT, kPlacedIndex, place));
  auto order = duckdb::make_uniq<duckdb::LogicalOrder>(std::move(orders));
  // For the progress: writing in order is half of the work.
  order->SetEstimatedCardinality(row_count);
  order->children.push_back(std::move(projection));
  return order;
}

// Those of the target, as the scan of the table calls them: indexes of its schema, then the row ids
// where rows keep them.
duckdb::vector<duckdb::column_t> DataColumns(const TableView& view, const WriteTarget& target) {
  duckdb::vector<duckdb::column_t> columns;
  for (const WriteColumn& column : target.columns) {
    if (const auto index = view.metadata.schema.IndexOf(column.name)) columns.push_back(*index);
  }
  if (KeepsRowIds(view)) {
    for (const duckdb::column_t column : RowIdColumns()) columns.push_back(column);
  }
  LAGUNA_ASSERT(columns.size() == target.columns.size());
  return columns;
}

Plan PlanOf(duckdb::ClientContext& context, const WriteTargetPtr& target,
            const FileRewrite& rewrite) {
  const auto columns = DataColumns(*rewrite.view, *target);
  Plan rows = TableGet(context, rewrite.view, target->catalog.environment().store, columns);
  const auto row_count =
      static_cast<idx_t>(std::max<int64_t>(rewrite.view->files.total_rows().value_or(0), 0));
  rows->SetEstimatedCardinality(row_count);
  Expressions written = ColumnsOf(*target, rewrite.curve ? kPlacedIndex : kGetIndex);
  if (rewrite.curve) {
    rows = InOrder(rewrite.curve, *target, columns, std::move(rows));
    written.push_back(Column(duckdb::LogicalType::UBIGINT, kPlacedIndex, written.size()));
  }
  std::string folder = target->Location();
  if (!rewrite.folder.empty()) folder += "/" + rewrite.folder;
  TiledFilesPlan files{
      target, {std::move(folder), rewrite.file_bytes_max}, rewrite.curve, row_count};
  return duckdb::make_uniq<WriteRows>(std::move(files), std::move(written), std::move(rows));
}

}  // namespace

std::string FolderOf(const std::vector<delta::AddFile>& files) {
  for (const delta::AddFile& file : files) {
    const bool is_absolute = file.path.starts_with('/') ||
                             file.path.find("://") != std::string::npos ||
                             file.path.starts_with("file:");
    if (is_absolute) continue;
    const size_t slash = file.path.rfind('/');
    return slash == std::string::npos ? "" : file.path.substr(0, slash);
  }
  return "";
}

WriteTargetPtr TargetOfDataColumns(LakeCatalog& catalog, const TableView& view) {
  delta::Metadata metadata = view.metadata;
  for (const std::string& name : view.metadata.partition_columns) {
    std::erase_if(metadata.schema.fields,
                  [&](const delta::StructField& field) { return field.name == name; });
  }
  metadata.partition_columns.clear();
  const WriteTargetPtr target =
      MakeWriteTarget(catalog, view.root, WriteMode::kAppend, std::move(metadata));
  return KeepsRowIds(view) ? WithRowIds(*target) : target;
}

RewrittenFiles RewriteFiles(duckdb::ClientContext& context, const WriteTargetPtr& target,
                            const FileRewrite& rewrite) {
  NestedQuery query(context);
  query.OnProgress(rewrite.on_progress);
  const auto reports = query.Run([&] { return PlanOf(query.context(), target, rewrite); });
  RewrittenFiles written;
  const delta::PartitionValues partition = rewrite.view->files.at(0).ToAddFile().partition_values;
  const int64_t now_ms = target->catalog.environment().clock.NowMs();
  for (duckdb::DataChunk& chunk : reports->Collection().Chunks()) {
    for (idx_t row = 0; row < chunk.size(); ++row) {
      WrittenFile& file = written.files.emplace_back(WrittenFileOf(*target, chunk, row, now_ms));
      if (!rewrite.partitions_anew) file.add.partition_values = partition;
      file.add.data_change = false;
    }
  }
  auto& transaction = LakeTransaction::Get(query.context(), target->catalog);
  written.keys = transaction.TakeDataFiles();
  query.Commit();
  return written;
}

delta::RemoveFile RemovalOf(const delta::AddFile& file) {
  delta::RemoveFile removal;
  removal.path = file.path;
  removal.deletion_vector = file.deletion_vector;
  removal.data_change = false;
  return removal;
}

void DeleteUnnamed(LakeCatalog& catalog, const std::vector<std::string>& keys) noexcept {
  if (keys.empty()) return;
  try {
    catalog.environment().store.DeleteMany(keys);
  } catch (...) {
    // As the header has it.
  }
}

}  // namespace laguna::catalog
