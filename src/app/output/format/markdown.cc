// SPDX-License-Identifier: Apache-2.0
// A table as GitHub and most wikis draw it: | in cells is escaped, line ends become <br>.
#include "app/output/display_width.h"
#include "app/output/result_writer.h"

namespace laguna::app {
namespace {

class MarkdownWriter final : public ResultWriter {
 public:
  explicit MarkdownWriter(Output& output) : output_(output) {}

  void Begin(const std::vector<engine::ResultColumn>& columns) override {
    columns_ = columns.size();
    std::string names = "|";
    std::string rule = "|";
    for (const engine::ResultColumn& column : columns) {
      AppendCell(names, column.name);
      rule += column.numeric ? " ---: |" : " --- |";
    }
    output_.Write(names + "\n" + rule + "\n");
  }

  void Rows(const engine::ResultBatch& batch) override {
    std::string line;
    for (size_t row = 0; row < batch.rows(); ++row) {
      line.clear();
      line.push_back('|');
      for (size_t column = 0; column < columns_; ++column) {
        const auto text = batch.Text(row, column);
        AppendCell(line, text ? ToldFromNull(*text) : std::string(kNullShown));
      }
      output_.Write(line += '\n');
    }
  }

  void End() override {}

 private:
  static void AppendCell(std::string& line, std::string_view text) {
    line += ' ';
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      if (begin > 0) line += "<br>";
      for (const char c : Printable(text.substr(begin, end - begin))) {
        if (c == '|') line += '\\';
        line += c;
      }
      begin = end + 1;
    }
    line += " |";
  }

  Output& output_;
  size_t columns_ = 0;
};

}  // namespace

extern const OutputFormat markdown_format{
    .name = "markdown",
    .summary = "a table for a README, an issue or a wiki",
    .make = [](Output& output, const TableStyle&) -> std::unique_ptr<ResultWriter> {
      return std::make_unique<MarkdownWriter>(output);
    },
};

}  // namespace laguna::app
