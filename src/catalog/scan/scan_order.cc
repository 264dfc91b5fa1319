// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/scan_order.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace laguna::catalog {
namespace {

enum class Rank { kFirst, kByBound, kLast };

struct Place {
  Rank rank;
  std::optional<duckdb::Value> bound;
  size_t number;
};

Place PlaceOf(const ScanColumn& column, ScanOrder order, size_t number) {
  auto bounds = column.Bounds(number);
  if (order.nulls_first && bounds.may_be_null) return {Rank::kFirst, std::nullopt, number};
  if (!bounds.may_be_value) return {Rank::kLast, std::nullopt, number};
  auto bound = order.descending ? std::move(bounds.max) : std::move(bounds.min);
  const auto rank = bound ? Rank::kByBound : Rank::kFirst;
  return {rank, std::move(bound), number};
}

}  // namespace

std::vector<size_t> InOrderOf(const ScanColumn& column, ScanOrder order,
                              std::span<const size_t> numbers) {
  std::vector<Place> places;
  places.reserve(numbers.size());
  for (const auto number : numbers) places.push_back(PlaceOf(column, order, number));
  std::ranges::stable_sort(places, [&](const Place& left, const Place& right) {
    if (left.rank != right.rank) return left.rank < right.rank;
    if (left.rank != Rank::kByBound) return false;
    return order.descending ? *right.bound < *left.bound : *left.bound < *right.bound;
  });
  std::vector<size_t> ordered;
  ordered.reserve(places.size());
  for (const auto& place : places) ordered.push_back(place.number);
  return ordered;
}

}  // namespace laguna::catalog
