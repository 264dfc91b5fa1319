// SPDX-License-Identifier: Apache-2.0
// How the rows of a query become text: one OutputFormat per file in output/format, found by CMake.
//
// A ResultWriter gets one result: Begin once, Rows for every batch, End once; it streams and holds
// bounded memory. Used by one thread; the Output outlives it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "app/output/output.h"
#include "engine/result.h"

namespace laguna::app {

class ResultWriter {
 public:
  virtual ~ResultWriter() = default;
  virtual void Begin(const std::vector<engine::ResultColumn>& columns) = 0;
  virtual void Rows(const engine::ResultBatch& batch) = 0;
  virtual void End() = 0;
};

// What only the formats for people, `table` and `line`, heed.
struct TableStyle {
  // Dim and bold by terminal escapes.
  bool colour = false;
  // A row with the columns' types below their names.
  bool types = false;
  // The table is made to fit so many columns; nothing: as wide as it is.
  std::optional<size_t> width{};
  // Of more rows, the first and the last are shown; nothing: all.
  std::optional<size_t> rows_max{};
  // How to see what did not fit, for the line below a table: "--format line".
  std::string_view see_whole{};
};

struct OutputFormat {
  std::string_view name;
  // One line for help pages.
  std::string_view summary;
  std::unique_ptr<ResultWriter> (*make)(Output& output, const TableStyle& style);
};

std::span<const OutputFormat* const> OutputFormats();
// InvalidInput "usage.format" with the nearest name.
const OutputFormat& FindOutputFormat(std::string_view name);

// The columns' names, later ones of equal names told apart by a suffix ("id", "id_1"), for formats
// in which a name may stand once.
std::vector<std::string> DistinctNames(const std::vector<engine::ResultColumn>& columns);

// How formats for people show that there is no value, and a text so that it is not taken for that:
// the text NULL stands in quotes, a quoted one in one more pair.
inline constexpr std::string_view kNullShown = "NULL";
std::string ToldFromNull(std::string_view text);

}  // namespace laguna::app
