// SPDX-License-Identifier: Apache-2.0
// Rows below each other, a line for each column: whatever is in them is seen whole.
#include <algorithm>

#include "app/output/display_width.h"
#include "app/output/paint.h"
#include "app/output/result_writer.h"

namespace laguna::app {
namespace {

class LineWriter final : public ResultWriter {
 public:
  LineWriter(Output& output, bool colour) : output_(output), colour_(colour) {}

  void Begin(const std::vector<engine::ResultColumn>& columns) override {
    size_t width = 0;
    for (const engine::ResultColumn& column : columns) {
      names_.push_back(Printable(column.name));
      width = std::max(width, DisplayWidth(names_.back()));
    }
    for (std::string& name : names_) {
      const std::string blanks(width - DisplayWidth(name), ' ');
      name = blanks + Painted(name, Paint::kBold, colour_) + " = ";
    }
  }

  void Rows(const engine::ResultBatch& batch) override {
    std::string lines;
    for (size_t row = 0; row < batch.rows(); ++row) {
      lines = any_row_ ? "\n" : "";
      any_row_ = true;
      for (size_t column = 0; column < names_.size(); ++column) {
        const auto text = batch.Text(row, column);
        lines += names_[column];
        lines += text ? ToldFromNull(Printable(*text)) : Painted(kNullShown, Paint::kDim, colour_);
        lines += '\n';
      }
      output_.Write(lines);
    }
  }

  void End() override {}

 private:
  Output& output_;
  const bool colour_;
  // "city = ", as wide as each other.
  std::vector<std::string> names_;
  bool any_row_ = false;
};

}  // namespace

extern const OutputFormat line_format{
    .name = "line",
    .summary = "every value whole, on a line of its own behind its column's name",
    .make = [](Output& output, const TableStyle& style) -> std::unique_ptr<ResultWriter> {
      return std::make_unique<LineWriter>(output, style.colour);
    },
};

}  // namespace laguna::app
