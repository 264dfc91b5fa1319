// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/row_text.h"

#include <string_view>

#include "base/utf8.h"

namespace laguna::catalog {

namespace {

std::string Cut(std::string text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  return std::string(base::TruncateBytes(text, bytes_max)) + "...";
}

// Gathers "name = value" until the row is long enough.
class RowWriter {
 public:
  [[nodiscard]] bool IsFull() const { return text_.size() > kRowBytesMax; }
  void Add(const std::string& name, const duckdb::Value& value) {
    if (!text_.empty()) text_ += ", ";
    text_ += name + " = ";
    const bool quoted = !value.IsNull() && value.type().id() == duckdb::LogicalTypeId::VARCHAR;
    const std::string shown = Cut(value.ToString(), kValueBytesMax);
    text_ += quoted ? "'" + shown + "'" : shown;
  }
  std::string Text() { return Cut(std::move(text_), kRowBytesMax); }

 private:
  std::string text_;
};

}  // namespace

std::string RowText(const WriteTarget& target, const duckdb::DataChunk& chunk, duckdb::idx_t row) {
  RowWriter writer;
  for (size_t i = 0; i < target.columns.size() && !writer.IsFull(); ++i) {
    writer.Add(target.columns[i].name, chunk.GetValue(i, row));
  }
  return writer.Text();
}

std::string RowText(const duckdb::Value& row) {
  RowWriter writer;
  const auto& types = duckdb::StructType::GetChildTypes(row.type());
  const auto& values = duckdb::StructValue::GetChildren(row);
  for (size_t i = 0; i < values.size() && !writer.IsFull(); ++i) {
    writer.Add(types[i].first, values[i]);
  }
  return writer.Text();
}

}  // namespace laguna::catalog
