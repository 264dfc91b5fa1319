// SPDX-License-Identifier: Apache-2.0
// What a statement gives back, read batch by batch; rows of a query stream and are never all in
// memory.
//
// A Result is used by one thread and holds its Session's connection busy until it is drained or
// destroyed. Reading may throw what running the statement can throw (a streamed query fails late).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value.h"

struct ArrowArrayStream;

namespace laguna::engine {

struct ResultColumn {
  std::string name;
  // DuckDB's spelling: "BIGINT", "DECIMAL(10,2)", "STRUCT(a INTEGER)".
  std::string type;
  bool numeric = false;
};

// Some rows of a result. Cells are valid until the next call of Result::Next.
class ResultBatch {
 public:
  virtual ~ResultBatch() = default;
  [[nodiscard]] virtual size_t rows() const = 0;
  // As DuckDB's cast to VARCHAR gives it; nothing for NULL.
  [[nodiscard]] virtual std::optional<std::string_view> Text(size_t row, size_t column) const = 0;
  // As JSON text: numbers bare (NaN and infinities quoted), nested values as objects and arrays,
  // "null" for NULL.
  [[nodiscard]] virtual std::string Json(size_t row, size_t column) const = 0;
  [[nodiscard]] virtual Value Cell(size_t row, size_t column) const = 0;
};

enum class ResultKind {
  kRows,     // a query
  kChanged,  // a statement that changes rows: one BIGINT column with their count
  kNothing,  // CREATE, DROP, SET, BEGIN ...
};

class Result {
 public:
  class Source;
  explicit Result(std::unique_ptr<Source> source);
  Result(Result&&) noexcept;
  Result& operator=(Result&&) noexcept;
  ~Result();

  [[nodiscard]] ResultKind kind() const;
  [[nodiscard]] const std::vector<ResultColumn>& columns() const;
  // The next rows; null after the last.
  const ResultBatch* Next();
  // Rows changed, for kChanged (drains the result).
  int64_t ChangedRows();
  // All rows as values; for small results. Exhausted past `rows_max`.
  std::vector<std::vector<Value>> Drain(size_t rows_max = 1'000'000);
  // Hands the rest over as an Arrow C stream; the Result is empty afterwards. The session must
  // outlive the stream.
  void ToArrow(ArrowArrayStream& stream);

 private:
  std::unique_ptr<Source> source_;
};

}  // namespace laguna::engine
