// SPDX-License-Identifier: Apache-2.0
#include "catalog/known_rows.h"

#include <limits>
#include <utility>

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

struct KnownRowsState final : duckdb::GlobalTableFunctionState {
  size_t next = 0;
};

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<KnownRowsState>();
}

void Emit(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  const auto& rows = input.bind_data->Cast<KnownRows>().rows;
  auto& state = input.global_state->Cast<KnownRowsState>();
  duckdb::idx_t row = 0;
  for (; row < STANDARD_VECTOR_SIZE && state.next < rows.size(); ++row, ++state.next) {
    for (size_t column = 0; column < rows[state.next].size(); ++column) {
      output.SetValue(column, row, rows[state.next][column]);
    }
  }
  output.SetCardinality(row);
}

}  // namespace

duckdb::TableFunction KnownRowsFunction(const std::string& name,
                                        duckdb::table_function_bind_t bind) {
  return duckdb::TableFunction(name, {}, Emit, bind, Start);
}

LogicalType TextListType() {
  return LogicalType::LIST(LogicalType::VARCHAR);
}

Value TextList(const std::vector<std::string>& texts) {
  duckdb::vector<Value> values;
  for (const auto& text : texts) values.emplace_back(text);
  return Value::LIST(LogicalType::VARCHAR, std::move(values));
}

LogicalType TextMapType() {
  return LogicalType::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR);
}

Value TextMap(const std::map<std::string, std::string>& entries) {
  duckdb::vector<Value> keys;
  duckdb::vector<Value> values;
  for (const auto& [key, value] : entries) {
    keys.emplace_back(key);
    values.emplace_back(value);
  }
  return Value::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR, std::move(keys), std::move(values));
}

Value TextOrNull(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value(LogicalType::VARCHAR);
}

Value Instant(int64_t since_epoch_ms) {
  constexpr int64_t kMillisMax = std::numeric_limits<int64_t>::max() / 1000;
  if (since_epoch_ms >= kMillisMax || since_epoch_ms <= -kMillisMax) {
    return Value(LogicalType::TIMESTAMP_TZ);
  }
  return Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(since_epoch_ms * 1000));
}

}  // namespace laguna::catalog
