// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/composed_columns.h"

#include <utility>

#include "catalog/scan/metadata_column.h"
#include "catalog/scan/row_tracking.h"
#include "catalog/scan/table_scan.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/planner/expression/bound_conjunction_expression.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"

namespace laguna::catalog {
namespace {

using ExpressionPtr = duckdb::unique_ptr<duckdb::Expression>;

ExpressionPtr Both(ExpressionPtr left, ExpressionPtr right) {
  return duckdb::make_uniq<duckdb::BoundConjunctionExpression>(
      duckdb::ExpressionType::CONJUNCTION_AND, std::move(left), std::move(right));
}

}  // namespace

duckdb::virtual_column_map_t HiddenColumns(const TableView& view) {
  auto columns = ScanVirtualColumns();
  AddRowTrackingColumns(view, columns);
  AddMetadataColumn(view, columns);
  return columns;
}

bool IsComposedColumn(duckdb::column_t column) {
  return IsRowTrackingColumn(column) || IsMetadataColumn(column);
}

ExpressionPtr ComposedExpression(duckdb::ClientContext& context, const ScanFiles& files,
                                 size_t number, duckdb::BaseFileReader& reader,
                                 duckdb::column_t& column) {
  if (IsMetadataColumn(column)) return MetadataExpression(context, files, number, reader, column);
  const auto& view = files.view();
  return RowTrackingExpression(context, view, view.files.at(number), reader, column);
}

ComposedFilters::ComposedFilters(const duckdb::MultiFileList& files)
    : MultiFileReaderGlobalState({}, &files) {}

duckdb::unique_ptr<duckdb::TableFilterSet> ComposedFilters::Take(
    const duckdb::TableFilterSet& filters, const duckdb::vector<duckdb::ColumnIndex>& column_ids,
    const duckdb::virtual_column_map_t& columns) {
  const std::lock_guard lock(mutex_);
  const bool first = !std::exchange(taken_, true);
  auto others = duckdb::make_uniq<duckdb::TableFilterSet>();
  for (const auto& [position, filter] : filters.filters) {
    const auto column = column_ids[position].GetPrimaryIndex();
    if (!IsComposedColumn(column)) {
      others->filters.emplace(position, filter->Copy());
    } else if (first) {
      const duckdb::BoundReferenceExpression value(columns.at(column).type, positions_.size());
      auto condition = filter->ToExpression(value);
      positions_.push_back(position);
      types_.push_back(value.return_type);
      condition_ =
          condition_ ? Both(std::move(condition_), std::move(condition)) : std::move(condition);
    }
  }
  return others;
}

void ComposedFilters::Apply(duckdb::ClientContext& context,
                            const duckdb::MultiFileReaderData& reader_data,
                            duckdb::DataChunk& input, duckdb::DataChunk& output) const {
  if (!condition_) return;
  duckdb::ExpressionExecutor values(context);
  for (const auto position : positions_) values.AddExpression(*reader_data.expressions[position]);
  duckdb::DataChunk columns;
  columns.Initialize(context, types_);
  values.Execute(input, columns);
  duckdb::ExpressionExecutor check(context, *condition_);
  duckdb::SelectionVector kept(STANDARD_VECTOR_SIZE);
  const auto count = check.SelectExpression(columns, kept);
  if (count < input.size()) output.Slice(kept, count);
}

}  // namespace laguna::catalog
