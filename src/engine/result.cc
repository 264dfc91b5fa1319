// SPDX-License-Identifier: Apache-2.0
#include "engine/result.h"

#include <fmt/format.h>

#include <utility>

#include "duckdb/common/arrow/result_arrow_wrapper.hpp"
#include "duckdb/main/materialized_query_result.hpp"
#include "duckdb/main/stream_query_result.hpp"
#include "engine/guard.h"
#include "engine/result_chunk.h"
#include "engine/result_source.h"
#include "engine/view_position.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

// Rows of one Arrow batch: a multiple of DuckDB's own, large enough to be worth a call.
constexpr duckdb::idx_t kArrowBatchRows = 122'880;

// CREATE TABLE AS counts its rows, though DuckDB says that it gives nothing.
bool CountsRows(const duckdb::QueryResult& result) {
  return result.type == duckdb::QueryResultType::MATERIALIZED_RESULT &&
         result.statement_type == duckdb::StatementType::CREATE_STATEMENT &&
         result.types.size() == 1 && result.types[0] == duckdb::LogicalType::BIGINT &&
         result.Cast<duckdb::MaterializedQueryResult>().RowCount() == 1;
}

ResultKind KindOf(const duckdb::QueryResult& result) {
  switch (result.properties.return_type) {
    case duckdb::StatementReturnType::QUERY_RESULT:
      return ResultKind::kRows;
    case duckdb::StatementReturnType::CHANGED_ROWS:
      return ResultKind::kChanged;
    case duckdb::StatementReturnType::NOTHING:
      return CountsRows(result) ? ResultKind::kChanged : ResultKind::kNothing;
  }
  return ResultKind::kNothing;
}

std::vector<ResultColumn> ColumnsOf(const duckdb::QueryResult& result) {
  std::vector<ResultColumn> columns;
  for (size_t i = 0; i < result.names.size(); ++i) {
    columns.push_back({result.names[i], result.types[i].ToString(), result.types[i].IsNumeric()});
  }
  return columns;
}

}  // namespace

Result::Source::Source(duckdb::unique_ptr<duckdb::QueryResult> result,
                       duckdb::shared_ptr<duckdb::ClientContext> context, StatementSource source,
                       std::shared_ptr<InterruptFlag> interrupt)
    : context_(std::move(context)),
      result_(std::move(result)),
      source_(std::move(source)),
      interrupt_(std::move(interrupt)),
      kind_(KindOf(*result_)) {
  if (kind_ != ResultKind::kNothing) {
    columns_ = ColumnsOf(*result_);
  }
}

Result::Source::~Source() {
  Close();
}

void Result::Source::Close() noexcept {
  try {
    const bool streams =
        result_ != nullptr && result_->type == duckdb::QueryResultType::STREAM_RESULT;
    if (streams && result_->Cast<duckdb::StreamQueryResult>().IsOpen()) {
      context_->CancelTransaction();
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): the next statement cleans up as well
  }
}

void Result::Source::Throw(const duckdb::ErrorData& error) {
  Error translated = Translate(error);
  if (translated.kind() == ErrorKind::kCancelled) {
    interrupt_->Lower();
  }
  const std::optional<size_t> position = PositionOf(error);
  throw source_.Placed(NamingView(*context_, std::move(translated), position), position);
}

duckdb::unique_ptr<duckdb::DataChunk> Result::Source::Fetch() {
  const bool streams = result_->type == duckdb::QueryResultType::STREAM_RESULT;
  if (streams && !result_->Cast<duckdb::StreamQueryResult>().IsOpen() && !result_->HasError()) {
    throw Error(ErrorKind::kInvalidInput, "engine.result_closed",
                "The result was closed by a later statement of its session.");
  }
  try {
    auto chunk = result_->Fetch();
    if (result_->HasError()) {
      Throw(result_->GetErrorObject());
    }
    return chunk;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& exception) {
    Throw(result_->HasError() ? result_->GetErrorObject() : duckdb::ErrorData(exception));
  }
}

const ResultBatch* Result::Source::Next() {
  chunk_.reset();
  if (result_ == nullptr || kind_ == ResultKind::kNothing) {
    return nullptr;
  }
  auto chunk = Fetch();
  if (chunk == nullptr || chunk->size() == 0) {
    result_.reset();
    return nullptr;
  }
  chunk_ = std::make_unique<ResultChunk>(std::move(chunk), *context_);
  return chunk_.get();
}

void Result::Source::ToArrow(ArrowArrayStream& stream) {
  if (result_ == nullptr) {
    throw Error(ErrorKind::kInvalidInput, "engine.result_closed",
                "The result was read already; it cannot be handed over.");
  }
  // The wrapper owns itself from here; the stream's release destroys it.
  auto* wrapper = new duckdb::ResultArrowArrayStreamWrapper(std::move(result_), kArrowBatchRows);
  stream = wrapper->stream;
}

Result::Result(std::unique_ptr<Source> source) : source_(std::move(source)) {}
Result::Result(Result&&) noexcept = default;
Result& Result::operator=(Result&&) noexcept = default;
Result::~Result() = default;

ResultKind Result::kind() const {
  return source_->kind();
}

const std::vector<ResultColumn>& Result::columns() const {
  return source_->columns();
}

const ResultBatch* Result::Next() {
  return source_->Next();
}

int64_t Result::ChangedRows() {
  int64_t changed = 0;
  while (const ResultBatch* batch = Next()) {
    for (size_t row = 0; row < batch->rows(); ++row) {
      const Value cell = batch->Cell(row, 0);
      const auto* count = std::get_if<int64_t>(&cell.alternatives());
      changed += count != nullptr ? *count : 0;
    }
  }
  return changed;
}

std::vector<std::vector<Value>> Result::Drain(size_t rows_max) {
  std::vector<std::vector<Value>> rows;
  while (const ResultBatch* batch = Next()) {
    if (rows.size() + batch->rows() > rows_max) {
      throw Error(ErrorKind::kExhausted, "engine.too_many_rows",
                  fmt::format("The result has more than {} rows.", rows_max));
    }
    for (size_t row = 0; row < batch->rows(); ++row) {
      std::vector<Value>& cells = rows.emplace_back();
      for (size_t column = 0; column < columns().size(); ++column) {
        cells.push_back(batch->Cell(row, column));
      }
    }
  }
  return rows;
}

void Result::ToArrow(ArrowArrayStream& stream) {
  source_->ToArrow(stream);
}

}  // namespace laguna::engine
