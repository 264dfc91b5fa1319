// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/file_filter.h"

#include <algorithm>
#include <utility>

#include "catalog/type_map.h"
#include "catalog/write/file_statistics.h"
#include "duckdb/common/multi_file/multi_file_reader.hpp"
#include "duckdb/planner/filter/conjunction_filter.hpp"
#include "duckdb/planner/filter/constant_filter.hpp"
#include "duckdb/planner/filter/dynamic_filter.hpp"
#include "duckdb/planner/filter/in_filter.hpp"
#include "duckdb/planner/filter/optional_filter.hpp"
#include "duckdb/planner/filter/struct_filter.hpp"

namespace laguna::catalog {
namespace {

using duckdb::ExpressionType;
using duckdb::TableFilterType;
using duckdb::Value;

bool MayCompare(ExpressionType comparison, const Value& constant, const ColumnBounds& bounds) {
  if (constant.IsNull() || constant.type() != bounds.type) return true;
  if (!bounds.may_be_value) return comparison == ExpressionType::COMPARE_DISTINCT_FROM;
  const auto above_min = !bounds.min || *bounds.min <= constant;
  const auto below_max = !bounds.max || constant <= *bounds.max;
  switch (comparison) {
    case ExpressionType::COMPARE_EQUAL:
    case ExpressionType::COMPARE_NOT_DISTINCT_FROM:
      return above_min && below_max;
    case ExpressionType::COMPARE_NOTEQUAL:
      return !bounds.min || !bounds.max || *bounds.min != constant || *bounds.max != constant;
    case ExpressionType::COMPARE_GREATERTHAN:
      return !bounds.max || *bounds.max > constant;
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      return below_max;
    case ExpressionType::COMPARE_LESSTHAN:
      return !bounds.min || *bounds.min < constant;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
      return above_min;
    default:
      return true;
  }
}

bool MayBeIn(const duckdb::vector<Value>& values, const ColumnBounds& bounds) {
  return std::ranges::any_of(values, [&](const Value& value) {
    return MayCompare(ExpressionType::COMPARE_EQUAL, value, bounds);
  });
}

bool MayMatchDynamic(const duckdb::DynamicFilter& filter, const ColumnBounds& bounds) {
  if (!filter.filter_data) return true;
  auto& data = *filter.filter_data;
  const duckdb::lock_guard<duckdb::mutex> lock(data.lock);
  if (!data.initialized || !data.filter) return true;
  return MayCompare(data.filter->comparison_type, data.filter->constant, bounds);
}

bool MayMatchStruct(const duckdb::StructFilter& filter, const FileColumn& column) {
  const auto child = column.Child(filter.child_idx);
  return !child || MayMatch(*filter.child_filter, *child);
}

template <class Conjunction>
const auto& Children(const duckdb::TableFilter& filter) {
  return filter.Cast<Conjunction>().child_filters;
}

delta::ColumnPath PhysicalPath(const std::vector<const delta::StructField*>& path) {
  delta::ColumnPath names;
  for (const auto* field : path) names.push_back(field->PhysicalName());
  return names;
}

}  // namespace

FileColumn::FileColumn(ScanFiles& files, size_t number, duckdb::column_t column)
    : files_(&files), number_(number), column_(column) {
  const auto& fields = files.view().metadata.schema.fields;
  if (column < fields.size()) path_.push_back(&fields[column]);
}

ColumnBounds FileColumn::Bounds() const {
  if (column_ == duckdb::MultiFileReader::COLUMN_IDENTIFIER_FILE_INDEX) {
    return ConstantBounds(Value::UBIGINT(number_));
  }
  if (path_.empty()) return UnknownBounds(duckdb::LogicalType::SQLNULL);
  if (path_.size() == 1) {
    if (const auto constant = files_->PartitionValue(number_, column_)) {
      return ConstantBounds(*constant);
    }
  }
  const auto& field = *path_.back();
  const auto file = files_->view().files.at(number_);
  const auto statistics = file.StatisticsOf(PhysicalPath(path_), field.type);
  return BoundsFromStatistics(field.type, ToDuckdb(field.type, field.name), &statistics,
                              file.RecordCount(), file.Tag(kNanCountsTag).has_value());
}

std::optional<FileColumn> FileColumn::Child(size_t index) const {
  if (path_.empty()) return std::nullopt;
  const auto* fields = path_.back()->type.AsStruct();
  if (fields == nullptr || index >= fields->fields.size()) return std::nullopt;
  auto child = *this;
  child.path_.push_back(&fields->fields[index]);
  return child;
}

bool MayMatch(const duckdb::TableFilter& filter, const FileColumn& column) {
  const auto may_match = [&](const auto& child) { return MayMatch(*child, column); };
  switch (filter.filter_type) {
    case TableFilterType::CONSTANT_COMPARISON: {
      const auto& comparison = filter.Cast<duckdb::ConstantFilter>();
      return MayCompare(comparison.comparison_type, comparison.constant, column.Bounds());
    }
    case TableFilterType::IN_FILTER:
      return MayBeIn(filter.Cast<duckdb::InFilter>().values, column.Bounds());
    case TableFilterType::IS_NULL:
      return column.Bounds().may_be_null;
    case TableFilterType::IS_NOT_NULL:
      return column.Bounds().may_be_value;
    case TableFilterType::CONJUNCTION_AND:
      return std::ranges::all_of(Children<duckdb::ConjunctionAndFilter>(filter), may_match);
    case TableFilterType::CONJUNCTION_OR:
      return std::ranges::any_of(Children<duckdb::ConjunctionOrFilter>(filter), may_match);
    case TableFilterType::OPTIONAL_FILTER: {
      const auto& child = filter.Cast<duckdb::OptionalFilter>().child_filter;
      return !child || MayMatch(*child, column);
    }
    case TableFilterType::STRUCT_EXTRACT:
      return MayMatchStruct(filter.Cast<duckdb::StructFilter>(), column);
    case TableFilterType::DYNAMIC_FILTER:
      return MayMatchDynamic(filter.Cast<duckdb::DynamicFilter>(), column.Bounds());
    default:
      return true;
  }
}

}  // namespace laguna::catalog
