// SPDX-License-Identifier: Apache-2.0
#include "app/output/row_lines.h"

#include <algorithm>
#include <variant>

#include "app/output/display_width.h"
#include "app/output/paint.h"
#include "app/output/result_writer.h"

namespace laguna::app {
namespace {

constexpr size_t kStructWidthMax = 72;
constexpr std::string_view kBehindName = " = ";

}  // namespace

RowLines::RowLines(const std::vector<engine::ResultColumn>& columns, bool colour)
    : colour_(colour) {
  for (const engine::ResultColumn& column : columns) {
    names_.push_back(Printable(column.name));
    names_width_ = std::max(names_width_, DisplayWidth(names_.back()));
  }
  for (std::string& name : names_) {
    const std::string blanks(names_width_ - DisplayWidth(name), ' ');
    name = blanks + Painted(name, Paint::kBold, colour_).append(kBehindName);
  }
}

std::string RowLines::Of(const engine::ResultBatch& batch, size_t row) const {
  std::string lines;
  for (size_t column = 0; column < names_.size(); ++column) {
    lines += names_[column];
    lines += ShownCell(batch, row, column);
    lines += '\n';
  }
  return lines;
}

std::string RowLines::ShownCell(const engine::ResultBatch& batch, size_t row, size_t column) const {
  const auto text = batch.Text(row, column);
  if (!text) return Null();
  if (text->starts_with('{') && text->size() > kStructWidthMax) {
    const engine::Value cell = batch.Cell(row, column);
    const auto* fields = std::get_if<engine::ValueStruct>(&cell.alternatives());
    if (fields != nullptr && !fields->empty()) return ShownFields(*fields);
  }
  return ToldFromNull(Printable(*text));
}

std::string RowLines::ShownFields(const engine::ValueStruct& fields) const {
  const std::string indent(names_width_ + kBehindName.size(), ' ');
  std::string lines;
  for (const auto& [name, value] : fields) {
    if (!lines.empty()) lines += "\n" + indent;
    lines += Printable(name) + ": ";
    lines += value.IsNull() ? Null() : ToldFromNull(Printable(value.ToText()));
  }
  return lines;
}

std::string RowLines::Null() const {
  return Painted(kNullShown, Paint::kDim, colour_);
}

}  // namespace laguna::app
