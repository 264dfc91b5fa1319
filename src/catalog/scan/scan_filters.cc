// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/scan_filters.h"

#include <algorithm>

#include "catalog/scan/file_condition.h"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/filter/conjunction_filter.hpp"
#include "duckdb/planner/filter/optional_filter.hpp"

namespace laguna::catalog {
namespace {

bool Changes(const duckdb::TableFilter& filter) {
  const auto any = [](const auto& children) {
    return std::ranges::any_of(children, [](const auto& child) { return Changes(*child); });
  };
  switch (filter.filter_type) {
    case duckdb::TableFilterType::DYNAMIC_FILTER:
      return true;
    case duckdb::TableFilterType::OPTIONAL_FILTER: {
      const auto& child = filter.Cast<duckdb::OptionalFilter>().child_filter;
      return child && Changes(*child);
    }
    case duckdb::TableFilterType::CONJUNCTION_AND:
      return any(filter.Cast<duckdb::ConjunctionAndFilter>().child_filters);
    case duckdb::TableFilterType::CONJUNCTION_OR:
      return any(filter.Cast<duckdb::ConjunctionOrFilter>().child_filters);
    default:
      return false;
  }
}

}  // namespace

ScanFilters::ScanFilters(const ScanFiles& files, const duckdb::vector<duckdb::column_t>& columns,
                         const duckdb::TableFilterSet& filters)
    : columns_{&files, 0, columns} {
  for (const auto& [position, filter] : filters.filters) {
    filters_.push_back({position, filter->Copy()});
  }
}

bool ScanFilters::ChangeWhileScanning() const {
  return std::ranges::any_of(filters_,
                             [](const ColumnFilter& filter) { return Changes(*filter.filter); });
}

std::vector<size_t> ScanFilters::Keep(duckdb::ClientContext& context,
                                      std::span<const size_t> numbers) const {
  FileCondition condition(context, columns_);
  for (const auto& [position, filter] : filters_) {
    const auto type = ScanColumn(*columns_.files, columns_.columns[position]).type();
    if (type.id() == duckdb::LogicalTypeId::SQLNULL) continue;
    condition.Require(*filter, duckdb::BoundColumnRefExpression(
                                   type, duckdb::ColumnBinding(columns_.table_index, position)));
  }
  return condition.Keep(numbers);
}

}  // namespace laguna::catalog
