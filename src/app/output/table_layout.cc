// SPDX-License-Identifier: Apache-2.0
#include "app/output/table_layout.h"

#include <algorithm>
#include <cstdint>

namespace laguna::app {
namespace {

// Names and texts are not cut below this.
constexpr size_t kTextWidthMin = 8;
// Numbers, dates and times are, beyond this: a HUGEINT, a time with its zone.
constexpr size_t kUncutWidthMax = 32;

size_t LeastWidth(const ColumnSize& column) {
  const size_t text = std::min(column.width, kTextWidthMin);
  return std::max(text, std::min(column.uncut.value_or(0), kUncutWidthMax));
}

// The columns that fit at their least widths: all, or some from the left and some from the right.
std::vector<ColumnPlace> ChooseColumns(std::span<const ColumnSize> columns, size_t available) {
  size_t needed = 0;
  for (const ColumnSize& column : columns) needed += LeastWidth(column) + kColumnPadding;
  std::vector<ColumnPlace> places;
  if (needed <= available) {
    for (size_t i = 0; i < columns.size(); ++i) places.push_back({i, LeastWidth(columns[i])});
    return places;
  }
  size_t used = 1 + kColumnPadding;  // the "…"
  size_t left = 0;
  size_t right = columns.size();
  while (left < right) {
    const bool from_left = left <= columns.size() - right;
    const size_t next = LeastWidth(columns[from_left ? left : right - 1]) + kColumnPadding;
    if (used + next > available && left > 0) break;
    used += next;
    from_left ? ++left : --right;
  }
  for (size_t i = 0; i < left; ++i) places.push_back({i, LeastWidth(columns[i])});
  if (left < right) places.push_back({std::nullopt, 1});
  for (size_t i = right; i < columns.size(); ++i) places.push_back({i, LeastWidth(columns[i])});
  return places;
}

// Shares out what is left of the width: every column grows towards its content up to one common
// cap.
void Widen(std::vector<ColumnPlace>& places, std::span<const ColumnSize> columns,
           size_t available) {
  size_t used = 0;
  for (const ColumnPlace& place : places) used += place.width + kColumnPadding;
  bool grew = true;
  while (used < available && grew) {
    grew = false;
    // The narrowest of those that still want more grow by one.
    size_t narrowest = SIZE_MAX;
    const auto wants = [&](const ColumnPlace& place) {
      return place.column && place.width < columns[*place.column].width;
    };
    for (const ColumnPlace& place : places) {
      if (wants(place)) narrowest = std::min(narrowest, place.width);
    }
    for (ColumnPlace& place : places) {
      if (used == available || !wants(place) || place.width != narrowest) continue;
      ++place.width;
      ++used;
      grew = true;
    }
  }
}

}  // namespace

std::vector<ColumnPlace> LayOutTable(std::span<const ColumnSize> columns,
                                     std::optional<size_t> terminal_width) {
  std::vector<ColumnPlace> places;
  if (!terminal_width) {
    for (size_t i = 0; i < columns.size(); ++i) places.push_back({i, columns[i].width});
    return places;
  }
  const size_t available = *terminal_width + 1;  // the last column has no separator behind it
  places = ChooseColumns(columns, available);
  Widen(places, columns, available);
  return places;
}

}  // namespace laguna::app
