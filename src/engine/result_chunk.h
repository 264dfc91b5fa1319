// SPDX-License-Identifier: Apache-2.0
// One DuckDB chunk as a ResultBatch. Text is cast for a whole column when its first cell is asked
// for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/duckdb.h"
#include "engine/result.h"

namespace laguna::engine {

class ResultChunk final : public ResultBatch {
 public:
  ResultChunk(duckdb::unique_ptr<duckdb::DataChunk> chunk, duckdb::ClientContext& context);

  [[nodiscard]] size_t rows() const override { return chunk_->size(); }
  [[nodiscard]] std::optional<std::string_view> Text(size_t row, size_t column) const override;
  [[nodiscard]] std::string Json(size_t row, size_t column) const override;
  [[nodiscard]] Value Cell(size_t row, size_t column) const override;

 private:
  duckdb::Vector& TextColumn(size_t column) const;

  duckdb::unique_ptr<duckdb::DataChunk> chunk_;
  duckdb::ClientContext& context_;
  mutable std::vector<std::unique_ptr<duckdb::Vector>> texts_;
};

}  // namespace laguna::engine
