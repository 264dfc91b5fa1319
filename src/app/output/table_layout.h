// SPDX-License-Identifier: Apache-2.0
// Which columns of a table a terminal of a given width can show, and how wide each becomes. Pure.
//
// Text and names of columns give way before numbers, dates and times (cut short they say something
// else), wide columns before narrow ones. When even that does not fit, columns in the middle are
// left out; the first and the last ones stay.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace laguna::app {

struct ColumnSize {
  // Of the widest cell, the name included.
  size_t width = 0;
  // Stands on the right.
  bool numeric = false;
  // Of the widest cell without the name, for columns whose cells are not to be cut (numbers, dates,
  // times); nothing for text.
  std::optional<size_t> uncut = std::nullopt;
};

struct ColumnPlace {
  // Into the table's columns; nothing: the "…" that stands for those left out.
  std::optional<size_t> column;
  size_t width = 1;
};

// Columns the frame takes beside the cells: " a │ b".
constexpr size_t kColumnPadding = 3;

// `terminal_width` nothing: every column as wide as it is.
std::vector<ColumnPlace> LayOutTable(std::span<const ColumnSize> columns,
                                     std::optional<size_t> terminal_width);

}  // namespace laguna::app
