// SPDX-License-Identifier: Apache-2.0
// laguna_history('bronze.t'): the commits of a table, newest first; what DESCRIBE HISTORY shows.
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "delta/table.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

struct HistoryBindData final : duckdb::TableFunctionData {
  std::vector<delta::HistoryEntry> entries;
};

struct HistoryState final : duckdb::GlobalTableFunctionState {
  size_t next = 0;
};

// One column of the result: name, type, value.
struct HistoryColumn {
  const char* name;
  LogicalType type;
  Value (*value)(const delta::HistoryEntry& entry);
};

LogicalType TextMap() {
  return LogicalType::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR);
}

// The text of a JSON string; other JSON stays as it is.
std::string Plain(const std::string& json) {
  if (json.size() < 2 || json.front() != '"' || json.back() != '"') return json;
  std::string text;
  for (size_t index = 1; index + 1 < json.size(); ++index) {
    if (json[index] == '\\' && (json[index + 1] == '"' || json[index + 1] == '\\')) ++index;
    text += json[index];
  }
  return text;
}

Value MapOf(const delta::Properties& properties) {
  duckdb::vector<Value> keys;
  duckdb::vector<Value> values;
  for (const auto& [key, json] : properties) {
    keys.emplace_back(key);
    values.emplace_back(Plain(json));
  }
  return Value::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR, std::move(keys), std::move(values));
}

Value TextOf(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value(LogicalType::VARCHAR);
}

// A field of CommitInfo that other writers add under its own name.
Value OtherOf(const delta::CommitInfo& commit, const std::string& name) {
  const auto entry = commit.other.find(name);
  return entry == commit.other.end() ? Value(LogicalType::VARCHAR) : Value(Plain(entry->second));
}

const std::vector<HistoryColumn>& Columns() {
  static const std::vector<HistoryColumn> columns{
      {"version", LogicalType::BIGINT,
       [](const auto& entry) { return Value::BIGINT(entry.version); }},
      {"timestamp", LogicalType::TIMESTAMP_TZ,
       [](const auto& entry) {
         return Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(entry.timestamp_ms * 1000));
       }},
      {"userName", LogicalType::VARCHAR,
       [](const auto& entry) { return TextOf(entry.commit.user_name); }},
      {"operation", LogicalType::VARCHAR,
       [](const auto& entry) { return Value(entry.commit.operation); }},
      {"operationParameters", TextMap(),
       [](const auto& entry) { return MapOf(entry.commit.operation_parameters); }},
      {"operationMetrics", TextMap(),
       [](const auto& entry) { return MapOf(entry.commit.operation_metrics); }},
      {"readVersion", LogicalType::BIGINT,
       [](const auto& entry) {
         return entry.commit.read_version ? Value::BIGINT(*entry.commit.read_version)
                                          : Value(LogicalType::BIGINT);
       }},
      {"isolationLevel", LogicalType::VARCHAR,
       [](const auto& entry) { return TextOf(entry.commit.isolation_level); }},
      {"isBlindAppend", LogicalType::BOOLEAN,
       [](const auto& entry) {
         return entry.commit.is_blind_append ? Value::BOOLEAN(*entry.commit.is_blind_append)
                                             : Value(LogicalType::BOOLEAN);
       }},
      {"userMetadata", LogicalType::VARCHAR,
       [](const auto& entry) { return TextOf(entry.commit.user_metadata); }},
      {"engineInfo", LogicalType::VARCHAR,
       [](const auto& entry) { return TextOf(entry.commit.engine_info); }},
      {"clusterId", LogicalType::VARCHAR,
       [](const auto& entry) { return OtherOf(entry.commit, "clusterId"); }},
  };
  return columns;
}

std::optional<size_t> LimitOf(const duckdb::named_parameter_map_t& parameters) {
  const auto limit = parameters.find("limit");
  if (limit == parameters.end() || limit->second.IsNull()) return std::nullopt;
  const auto count = limit->second.GetValue<int64_t>();
  if (count >= 0) return static_cast<size_t>(count);
  throw base::Error(base::ErrorKind::kInvalidInput, "sql.bad_limit",
                    fmt::format("LIMIT {} is below zero.", count));
}

std::vector<delta::HistoryEntry> Read(duckdb::ClientContext& context,
                                      const duckdb::TableFunctionBindInput& input) {
  const auto table = OpenTableOperand(context, input, "so it has no history");
  return table.log->History(LimitOf(input.named_parameters));
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<HistoryBindData>();
  try {
    data->entries = Read(context, input);
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  for (const auto& column : Columns()) {
    names.emplace_back(column.name);
    types.push_back(column.type);
  }
  return data;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<HistoryState>();
}

void Emit(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  const auto& entries = input.bind_data->Cast<HistoryBindData>().entries;
  auto& state = input.global_state->Cast<HistoryState>();
  duckdb::idx_t row = 0;
  for (; row < STANDARD_VECTOR_SIZE && state.next < entries.size(); ++row, ++state.next) {
    for (size_t column = 0; column < Columns().size(); ++column) {
      output.SetValue(column, row, Columns()[column].value(entries[state.next]));
    }
  }
  output.SetCardinality(row);
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function("laguna_history", {}, Emit, Bind, Start);
  function.named_parameters["limit"] = LogicalType::BIGINT;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_history_function{
    .name = "laguna_history",
    .syntax = "laguna_history(table VARCHAR | path => VARCHAR [, \"limit\" => BIGINT])",
    .documentation =
        "The commits of a Delta table, newest first: who did what, when, and what it "
        "changed.\n\nThe same as `DESCRIBE HISTORY table`, for use in queries.",
    .example = "SELECT version, operation FROM laguna_history('bronze.sales', \"limit\" => 5)",
    .add = Add,
};

}  // namespace laguna::catalog
