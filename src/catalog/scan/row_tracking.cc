// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/row_tracking.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "delta/table_feature.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/function/function_binder.hpp"
#include "duckdb/planner/expression/bound_conjunction_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/expression/bound_operator_expression.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"

namespace laguna::catalog {
namespace {

using ExpressionPtr = duckdb::unique_ptr<duckdb::Expression>;
using duckdb::LogicalType;
using duckdb::Value;

// Numbers of virtual columns that the engine does not use itself.
const duckdb::column_t kRowId = duckdb::VIRTUAL_COLUMN_START + 1000;
const duckdb::column_t kRowCommitVersion = duckdb::VIRTUAL_COLUMN_START + 1001;

constexpr const char* kRowIdProperty = "delta.rowTracking.materializedRowIdColumnName";
constexpr const char* kCommitVersionProperty =
    "delta.rowTracking.materializedRowCommitVersionColumnName";

Value NumberOrNull(const std::optional<int64_t>& number) {
  return number ? Value::BIGINT(*number) : Value(LogicalType::BIGINT);
}

ExpressionPtr Constant(Value value) {
  return duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(value));
}

ExpressionPtr Reference(size_t index) {
  return duckdb::make_uniq<duckdb::BoundReferenceExpression>(LogicalType::BIGINT, index);
}

ExpressionPtr Coalesce(ExpressionPtr first, ExpressionPtr second) {
  auto result = duckdb::make_uniq<duckdb::BoundOperatorExpression>(
      duckdb::ExpressionType::OPERATOR_COALESCE, LogicalType::BIGINT);
  result->children.push_back(std::move(first));
  result->children.push_back(std::move(second));
  return result;
}

ExpressionPtr Sum(duckdb::ClientContext& context, ExpressionPtr left, ExpressionPtr right) {
  duckdb::vector<ExpressionPtr> summands;
  summands.push_back(std::move(left));
  summands.push_back(std::move(right));
  duckdb::ErrorData error;
  duckdb::FunctionBinder binder(context);
  auto sum = binder.BindScalarFunction(DEFAULT_SCHEMA, "+", std::move(summands), error, true);
  if (!sum) error.Throw();
  return sum;
}

ExpressionPtr Both(ExpressionPtr left, ExpressionPtr right) {
  return duckdb::make_uniq<duckdb::BoundConjunctionExpression>(
      duckdb::ExpressionType::CONJUNCTION_AND, std::move(left), std::move(right));
}

// The file's column that the property names; nothing when there is none.
std::optional<size_t> MaterializedColumn(const TableView& view, const char* property,
                                         const duckdb::BaseFileReader& reader) {
  const auto name = view.metadata.configuration.find(property);
  if (name == view.metadata.configuration.end()) return std::nullopt;
  const auto& columns = reader.columns;
  const auto found = std::ranges::find_if(columns, [&](const auto& column) {
    return column.name == name->second && column.type == LogicalType::BIGINT;
  });
  if (found == columns.end()) return std::nullopt;
  return static_cast<size_t>(found - columns.begin());
}

void Read(duckdb::BaseFileReader& reader, size_t column) {
  reader.column_ids.push_back(duckdb::MultiFileLocalColumnId(column));
  reader.column_indexes.emplace_back(column);
}

}  // namespace

void AddRowTrackingColumns(const TableView& view, duckdb::virtual_column_map_t& columns) {
  if (!delta::Supports(view.protocol, "rowTracking")) return;
  columns.insert(std::make_pair(kRowId, duckdb::TableColumn("_row_id", LogicalType::BIGINT)));
  columns.insert(std::make_pair(kRowCommitVersion,
                                duckdb::TableColumn("_row_commit_version", LogicalType::BIGINT)));
}

bool IsRowTrackingColumn(duckdb::column_t column) {
  return column == kRowId || column == kRowCommitVersion;
}

ExpressionPtr RowTrackingExpression(duckdb::ClientContext& context, const TableView& view,
                                    const delta::FileView& file, duckdb::BaseFileReader& reader,
                                    duckdb::column_t& column, duckdb::MultiFileLocalIndex local) {
  const bool is_id = column == kRowId;
  const auto materialized =
      MaterializedColumn(view, is_id ? kRowIdProperty : kCommitVersionProperty, reader);
  const auto base = is_id ? file.base_row_id() : file.default_row_commit_version();
  // The engine puts the row's position where the next column comes.
  column = duckdb::MultiFileReader::COLUMN_IDENTIFIER_FILE_ROW_NUMBER;
  const size_t position = local.GetIndex() + (materialized ? 1 : 0);
  if (materialized) Read(reader, *materialized);
  auto value = Constant(NumberOrNull(base));
  if (is_id && base) value = Sum(context, std::move(value), Reference(position));
  if (!materialized) return value;
  return Coalesce(Reference(local.GetIndex()), std::move(value));
}

RowTrackingFilters::RowTrackingFilters(const duckdb::MultiFileList& files)
    : MultiFileReaderGlobalState({}, &files) {}

duckdb::unique_ptr<duckdb::TableFilterSet> RowTrackingFilters::Take(
    const duckdb::TableFilterSet& filters, const duckdb::vector<duckdb::ColumnIndex>& column_ids) {
  const std::lock_guard lock(mutex_);
  const bool first = !std::exchange(taken_, true);
  auto others = duckdb::make_uniq<duckdb::TableFilterSet>();
  for (const auto& [position, filter] : filters.filters) {
    if (!IsRowTrackingColumn(column_ids[position].GetPrimaryIndex())) {
      others->filters.emplace(position, filter->Copy());
    } else if (first) {
      auto condition = filter->ToExpression(*Reference(positions_.size()));
      positions_.push_back(position);
      condition_ =
          condition_ ? Both(std::move(condition_), std::move(condition)) : std::move(condition);
    }
  }
  return others;
}

void RowTrackingFilters::Apply(duckdb::ClientContext& context,
                               const duckdb::MultiFileReaderData& reader_data,
                               duckdb::DataChunk& input, duckdb::DataChunk& output) const {
  if (!condition_) return;
  duckdb::ExpressionExecutor values(context);
  for (const auto position : positions_) values.AddExpression(*reader_data.expressions[position]);
  duckdb::DataChunk columns;
  columns.Initialize(context, duckdb::vector<LogicalType>(positions_.size(), LogicalType::BIGINT));
  values.Execute(input, columns);
  duckdb::ExpressionExecutor check(context, *condition_);
  duckdb::SelectionVector kept(STANDARD_VECTOR_SIZE);
  const auto count = check.SelectExpression(columns, kept);
  if (count < input.size()) output.Slice(kept, count);
}

}  // namespace laguna::catalog
