// SPDX-License-Identifier: Apache-2.0
// Rows without an engine, for the tests of the output formats.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/output/json_text.h"
#include "app/output/result_writer.h"

namespace laguna::app {

class RowsForTest final : public engine::ResultBatch {
 public:
  using Row = std::vector<std::optional<std::string>>;
  explicit RowsForTest(std::vector<Row> rows) : rows_(std::move(rows)) {}

  [[nodiscard]] size_t rows() const override { return rows_.size(); }
  [[nodiscard]] std::optional<std::string_view> Text(size_t row, size_t column) const override {
    const auto& cell = rows_.at(row).at(column);
    return cell ? std::optional<std::string_view>(*cell) : std::nullopt;
  }
  [[nodiscard]] std::string Json(size_t row, size_t column) const override {
    const auto& cell = rows_.at(row).at(column);
    return cell ? JsonString(*cell) : "null";
  }
  [[nodiscard]] engine::Value Cell(size_t, size_t) const override { return cell_; }
  // What every Cell() is from now on.
  void SetCell(engine::Value cell) { cell_ = std::move(cell); }

 private:
  std::vector<Row> rows_;
  engine::Value cell_;
};

// What `format` makes of one result.
inline std::string Written(std::string_view format, const TableStyle& style,
                           const std::vector<engine::ResultColumn>& columns,
                           const std::vector<RowsForTest::Row>& rows) {
  StringOutput output;
  const auto writer = FindOutputFormat(format).make(output, style);
  writer->Begin(columns);
  if (!rows.empty()) writer->Rows(RowsForTest(rows));
  writer->End();
  return output.text();
}

}  // namespace laguna::app
