// SPDX-License-Identifier: Apache-2.0
// A row of a result as lines, one for each column: "  city = Bergen". A struct that is too wide for
// one line has a line for each of its fields.
//
// An immutable value; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"

namespace laguna::app {

class RowLines {
 public:
  // `colour`: names are bold, NULL is dim.
  RowLines(const std::vector<engine::ResultColumn>& columns, bool colour);

  // Each line with its end; what is in the row is seen whole.
  [[nodiscard]] std::string Of(const engine::ResultBatch& batch, size_t row) const;

 private:
  [[nodiscard]] std::string ShownCell(const engine::ResultBatch& batch, size_t row,
                                      size_t column) const;
  [[nodiscard]] std::string ShownFields(const engine::ValueStruct& fields) const;
  [[nodiscard]] std::string Null() const;

  const bool colour_;
  // "city = ", as wide as each other.
  std::vector<std::string> names_;
  size_t names_width_ = 0;
};

}  // namespace laguna::app
