// SPDX-License-Identifier: Apache-2.0
#include "engine/result_chunk.h"

#include <memory>
#include <utility>

#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "engine/duckdb_value.h"
#include "engine/guard.h"
#include "engine/json_text.h"

namespace laguna::engine {
namespace {

// Casting a cell may fail in DuckDB; nothing of DuckDB's leaves the engine.
template <class Body>
auto Translated(Body&& body) {
  try {
    return body();
  } catch (...) {
    throw CurrentError();
  }
}

}  // namespace

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

ResultChunk::ResultChunk(duckdb::unique_ptr<duckdb::DataChunk> chunk,
                         duckdb::ClientContext& context)
    : chunk_(std::move(chunk)), context_(context), texts_(chunk_->ColumnCount()) {}

duckdb::Vector& ResultChunk::TextColumn(size_t column) const {
  auto& text = texts_[column];
  if (text == nullptr) {
    duckdb::Vector& source = chunk_->data[column];
    text = std::make_unique<duckdb::Vector>(LogicalType::VARCHAR, chunk_->size());
    if (source.GetType().id() == LogicalTypeId::VARCHAR) {
      text->Reinterpret(source);
    } else {
      duckdb::VectorOperations::Cast(context_, source, *text, chunk_->size());
    }
    text->Flatten(chunk_->size());
  }
  return *text;
}

std::optional<std::string_view> ResultChunk::Text(size_t row, size_t column) const {
  duckdb::Vector& text =
      *Translated([&] { return duckdb::optional_ptr<duckdb::Vector>(TextColumn(column)); });
  if (duckdb::FlatVector::IsNull(text, row)) {
    return std::nullopt;
  }
  const auto& cell = duckdb::FlatVector::GetData<duckdb::string_t>(text)[row];
  return std::string_view(cell.GetData(), cell.GetSize());
}

std::string ResultChunk::Json(size_t row, size_t column) const {
  const LogicalType& type = chunk_->data[column].GetType();
  const bool bare = IsJsonNumber(type) || type.id() == LogicalTypeId::BOOLEAN;
  if (type.IsNested() || type.IsJSONType()) {
    return Translated([&] { return JsonText(chunk_->GetValue(column, row), context_); });
  }
  const auto text = Text(row, column);
  if (!text) {
    return "null";
  }
  if (type.id() == LogicalTypeId::BOOLEAN) {
    return std::string(*text);
  }
  if (IsTimestamp(type)) {
    return JsonString(Rfc3339(*text));
  }
  return bare ? JsonNumber(*text) : JsonString(*text);
}

Value ResultChunk::Cell(size_t row, size_t column) const {
  return Translated([&] { return FromDuckdb(chunk_->GetValue(column, row), context_); });
}

}  // namespace laguna::engine
