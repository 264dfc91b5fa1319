// SPDX-License-Identifier: Apache-2.0
// Rows below each other, a line for each column: whatever is in them is seen whole.
#include <optional>

#include "app/output/result_writer.h"
#include "app/output/row_lines.h"

namespace laguna::app {
namespace {

class LineWriter final : public ResultWriter {
 public:
  LineWriter(Output& output, bool colour) : output_(output), colour_(colour) {}

  void Begin(const std::vector<engine::ResultColumn>& columns) override {
    lines_.emplace(columns, colour_);
  }

  void Rows(const engine::ResultBatch& batch) override {
    for (size_t row = 0; row < batch.rows(); ++row) {
      if (any_row_) output_.Write("\n");
      any_row_ = true;
      output_.Write(lines_->Of(batch, row));
    }
  }

  void End() override {}

 private:
  Output& output_;
  const bool colour_;
  std::optional<RowLines> lines_;
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
