// SPDX-License-Identifier: Apache-2.0
#include "app/output/json_rows.h"

#include "app/output/json_text.h"

namespace laguna::app {

void JsonRows::Begin(const std::vector<engine::ResultColumn>& columns) {
  for (const std::string& name : DistinctNames(columns)) keys_.push_back(JsonString(name) + ": ");
  output_.Write(framing_.open);
}

void JsonRows::Rows(const engine::ResultBatch& batch) {
  std::string line;
  for (size_t row = 0; row < batch.rows(); ++row) {
    line = any_row_ ? framing_.between : framing_.before_first;
    any_row_ = true;
    line += '{';
    for (size_t column = 0; column < keys_.size(); ++column) {
      if (column > 0) line += ", ";
      line += keys_[column];
      line += batch.Json(row, column);
    }
    line += '}';
    output_.Write(line);
  }
}

void JsonRows::End() {
  output_.Write(any_row_ ? framing_.close : framing_.close_empty);
}

}  // namespace laguna::app
