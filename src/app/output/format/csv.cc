// SPDX-License-Identifier: Apache-2.0
// RFC 4180 with lines ended by \n: a header, fields quoted where they must be. NULL is an empty
// field, the empty string "".
#include "app/output/result_writer.h"

namespace laguna::app {
namespace {

class CsvWriter final : public ResultWriter {
 public:
  explicit CsvWriter(Output& output) : output_(output) {}

  void Begin(const std::vector<engine::ResultColumn>& columns) override {
    columns_ = columns.size();
    std::string line;
    for (size_t i = 0; i < columns_; ++i) {
      if (i > 0) line += ',';
      AppendField(line, columns[i].name);
    }
    output_.Write(line += '\n');
  }

  void Rows(const engine::ResultBatch& batch) override {
    std::string line;
    for (size_t row = 0; row < batch.rows(); ++row) {
      line.clear();
      for (size_t column = 0; column < columns_; ++column) {
        if (column > 0) line += ',';
        if (const auto text = batch.Text(row, column)) AppendField(line, *text);
      }
      output_.Write(line += '\n');
    }
  }

  void End() override {}

 private:
  static void AppendField(std::string& line, std::string_view text) {
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
      line += text;
      return;
    }
    line += '"';
    for (const char c : text) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }

  Output& output_;
  size_t columns_ = 0;
};

}  // namespace

extern const OutputFormat csv_format{
    .name = "csv",
    .summary = "comma-separated with a header (RFC 4180); NULL is empty, the empty string \"\"",
    .make = [](Output& output, const TableStyle&) -> std::unique_ptr<ResultWriter> {
      return std::make_unique<CsvWriter>(output);
    },
};

}  // namespace laguna::app
