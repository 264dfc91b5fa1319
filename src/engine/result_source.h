// SPDX-License-Identifier: Apache-2.0
// A DuckDB result behind engine/result.h.
#pragma once

#include <memory>
#include <vector>

#include "engine/duckdb.h"
#include "engine/interrupt_flag.h"
#include "engine/result.h"
#include "engine/statement_source.h"

namespace laguna::engine {

class ResultChunk;

class Result::Source {
 public:
  Source(duckdb::unique_ptr<duckdb::QueryResult> result,
         duckdb::shared_ptr<duckdb::ClientContext> context, StatementSource source,
         std::shared_ptr<InterruptFlag> interrupt);
  ~Source();

  [[nodiscard]] ResultKind kind() const { return kind_; }
  [[nodiscard]] const std::vector<ResultColumn>& columns() const { return columns_; }
  const ResultBatch* Next();
  void ToArrow(ArrowArrayStream& stream);

 private:
  duckdb::unique_ptr<duckdb::DataChunk> Fetch();
  [[noreturn]] void Throw(const duckdb::ErrorData& error);
  // Ends a query nobody reads to its end.
  void Close() noexcept;

  duckdb::shared_ptr<duckdb::ClientContext> context_;
  duckdb::unique_ptr<duckdb::QueryResult> result_;
  StatementSource source_;
  std::shared_ptr<InterruptFlag> interrupt_;
  ResultKind kind_;
  std::vector<ResultColumn> columns_;
  std::unique_ptr<ResultChunk> chunk_;
};

}  // namespace laguna::engine
