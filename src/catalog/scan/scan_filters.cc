// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/scan_filters.h"

#include <algorithm>
#include <utility>

#include "catalog/scan/file_condition.h"
#include "catalog/scan/scan_column.h"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_conjunction_expression.hpp"
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

using ExpressionPtr = duckdb::unique_ptr<duckdb::Expression>;

// Null: nothing.
ExpressionPtr LastingPart(const duckdb::TableFilter& filter, const duckdb::Expression& column) {
  switch (filter.filter_type) {
    case duckdb::TableFilterType::CONSTANT_COMPARISON:
    case duckdb::TableFilterType::IN_FILTER:
    case duckdb::TableFilterType::IS_NULL:
    case duckdb::TableFilterType::IS_NOT_NULL:
      return filter.ToExpression(column);
    case duckdb::TableFilterType::OPTIONAL_FILTER: {
      const auto& child = filter.Cast<duckdb::OptionalFilter>().child_filter;
      return child ? LastingPart(*child, column) : nullptr;
    }
    case duckdb::TableFilterType::CONJUNCTION_AND: {
      auto all = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(
          duckdb::ExpressionType::CONJUNCTION_AND);
      for (const auto& child : filter.Cast<duckdb::ConjunctionAndFilter>().child_filters) {
        if (auto part = LastingPart(*child, column)) all->children.push_back(std::move(part));
      }
      if (all->children.size() == 1) return std::move(all->children[0]);
      return all->children.empty() ? nullptr : std::move(all);
    }
    default:
      return nullptr;
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

ScanFilterList ScanFilters::Lasting() const {
  ScanFilterList lasting;
  for (const auto& [position, filter] : filters_) {
    const ScanColumn column(*columns_.files, columns_.columns[position]);
    if (column.field() == nullptr) continue;
    auto part = LastingPart(
        *filter, duckdb::BoundColumnRefExpression(
                     column.type(), duckdb::ColumnBinding(columns_.table_index, position)));
    if (part) lasting.push_back(std::move(part));
  }
  return lasting;
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
