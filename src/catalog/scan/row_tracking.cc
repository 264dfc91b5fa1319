// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/row_tracking.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "delta/row_tracking.h"
#include "delta/table_feature.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/function/function_binder.hpp"
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

const char* PropertyOf(RowTracking what) {
  return what == RowTracking::kRowId ? delta::kRowIdColumn : delta::kRowCommitVersionColumn;
}

}  // namespace

duckdb::vector<duckdb::column_t> RowTrackingColumns() {
  return {kRowId, kRowCommitVersion};
}

void AddRowTrackingColumns(const TableView& view, duckdb::virtual_column_map_t& columns) {
  if (!delta::Supports(view.protocol, "rowTracking")) return;
  columns.insert(std::make_pair(kRowId, duckdb::TableColumn("_row_id", LogicalType::BIGINT)));
  columns.insert(std::make_pair(kRowCommitVersion,
                                duckdb::TableColumn("_row_commit_version", LogicalType::BIGINT)));
}

bool IsRowTrackingColumn(duckdb::column_t column) {
  return column == kRowId || column == kRowCommitVersion;
}

std::optional<size_t> ReadMaterialized(const TableView& view, RowTracking what,
                                       duckdb::BaseFileReader& reader) {
  const auto column = MaterializedColumn(view, PropertyOf(what), reader);
  if (!column) return std::nullopt;
  // No column can be read twice.
  for (size_t place = 0; place < reader.column_ids.size(); ++place) {
    if (reader.column_ids[duckdb::MultiFileLocalIndex(place)].GetId() == *column) return place;
  }
  reader.column_ids.push_back(duckdb::MultiFileLocalColumnId(*column));
  reader.column_indexes.emplace_back(*column);
  return reader.column_ids.size() - 1;
}

ExpressionPtr RowTrackingValue(duckdb::ClientContext& context, const delta::FileView& file,
                               RowTracking what, std::optional<size_t> materialized,
                               size_t position) {
  const bool is_id = what == RowTracking::kRowId;
  const auto base = is_id ? file.base_row_id() : file.default_row_commit_version();
  auto value = Constant(NumberOrNull(base));
  if (is_id && base) value = Sum(context, std::move(value), Reference(position));
  if (!materialized) return value;
  return Coalesce(Reference(*materialized), std::move(value));
}

ExpressionPtr RowTrackingExpression(duckdb::ClientContext& context, const TableView& view,
                                    const delta::FileView& file, duckdb::BaseFileReader& reader,
                                    duckdb::column_t& column) {
  const auto what = column == kRowId ? RowTracking::kRowId : RowTracking::kRowCommitVersion;
  const auto materialized = ReadMaterialized(view, what, reader);
  // The engine puts the row's position where the next column comes.
  column = duckdb::MultiFileReader::COLUMN_IDENTIFIER_FILE_ROW_NUMBER;
  return RowTrackingValue(context, file, what, materialized, reader.column_ids.size());
}

}  // namespace laguna::catalog
