// SPDX-License-Identifier: Apache-2.0
// laguna_table('bronze.t'): one row that says all of a table but its content; what `laguna table
// describe` shows. Rows and sizes come from the log: no data file is opened.
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/materialized_view.h"
#include "catalog/named_table.h"
#include "catalog/scan/scan_files.h"
#include "catalog/sql_function.h"
#include "catalog/type_map.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

// What makes a table one that a stream feeds, and one that holds the rows a stream put aside.
constexpr const char* kStreamProperty = "laguna.streamId";
constexpr const char* kSideTableProperty = "laguna.sideTableOf";

struct Described {
  std::string name;
  std::string location;
  TableViewPtr view;
  std::optional<uint64_t> rows;
};

struct TableBindData final : duckdb::TableFunctionData {
  Described table;
};

struct TableState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

// One column of the result: name, type, value.
struct Part {
  const char* name;
  LogicalType type;
  Value (*value)(const Described& table);
};

LogicalType ColumnType() {
  return LogicalType::STRUCT({{"column", LogicalType::VARCHAR},
                              {"type", LogicalType::VARCHAR},
                              {"nullable", LogicalType::BOOLEAN},
                              {"comment", LogicalType::VARCHAR}});
}

LogicalType TextMap() {
  return LogicalType::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR);
}

Value TextOrNull(const std::string& text) {
  return text.empty() ? Value(LogicalType::VARCHAR) : Value(text);
}

Value KindOf(const Described& table) {
  const auto& properties = table.view->metadata.configuration;
  if (properties.contains(kSideTableProperty)) return "side table";
  if (properties.contains(kStreamProperty)) return "streaming table";
  const auto pipeline = properties.find(kPipelineProperty);
  return pipeline == properties.end() ? Value("table") : Value(pipeline->second);
}

Value ColumnsOf(const Described& table) {
  duckdb::vector<Value> columns;
  for (const auto& field : table.view->metadata.schema.fields) {
    duckdb::child_list_t<Value> values;
    values.emplace_back("column", Value(field.name));
    values.emplace_back("type", Value(ToDuckdb(field.type, field.name).ToString()));
    values.emplace_back("nullable", Value::BOOLEAN(field.nullable));
    values.emplace_back("comment", TextOrNull(field.Comment()));
    columns.push_back(Value::STRUCT(std::move(values)));
  }
  return Value::LIST(ColumnType(), std::move(columns));
}

Value PartitionColumnsOf(const Described& table) {
  duckdb::vector<Value> names;
  for (const auto& name : table.view->metadata.partition_columns) names.emplace_back(name);
  return Value::LIST(LogicalType::VARCHAR, std::move(names));
}

Value PropertiesOf(const Described& table) {
  duckdb::vector<Value> keys;
  duckdb::vector<Value> values;
  for (const auto& [key, value] : table.view->metadata.configuration) {
    keys.emplace_back(key);
    values.emplace_back(value);
  }
  return Value::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR, std::move(keys), std::move(values));
}

Value CreatedOf(const Described& table) {
  const auto created_ms = table.view->metadata.created_time_ms;
  if (!created_ms) return Value(LogicalType::TIMESTAMP_TZ);
  return Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(*created_ms * 1000));
}

const std::vector<Part>& Parts() {
  static const std::vector<Part> parts{
      {"table", LogicalType::VARCHAR, [](const auto& table) { return Value(table.name); }},
      {"kind", LogicalType::VARCHAR, KindOf},
      {"comment", LogicalType::VARCHAR,
       [](const auto& table) {
         return TextOrNull(table.view->metadata.description.value_or(std::string()));
       }},
      {"columns", LogicalType::LIST(ColumnType()), ColumnsOf},
      {"partition_columns", LogicalType::LIST(LogicalType::VARCHAR), PartitionColumnsOf},
      {"rows", LogicalType::BIGINT,
       [](const auto& table) {
         return table.rows ? Value::BIGINT(static_cast<int64_t>(*table.rows))
                           : Value(LogicalType::BIGINT);
       }},
      {"files", LogicalType::BIGINT,
       [](const auto& table) {
         return Value::BIGINT(static_cast<int64_t>(table.view->files.size()));
       }},
      {"bytes", LogicalType::BIGINT,
       [](const auto& table) { return Value::BIGINT(table.view->files.total_bytes()); }},
      {"version", LogicalType::BIGINT,
       [](const auto& table) { return Value::BIGINT(table.view->version); }},
      {"created", LogicalType::TIMESTAMP_TZ, CreatedOf},
      {"location", LogicalType::VARCHAR, [](const auto& table) { return Value(table.location); }},
      {"properties", TextMap(), PropertiesOf},
  };
  return parts;
}

// Nothing when the log does not say it of every file.
std::optional<uint64_t> RowsOf(const TableViewPtr& view, io::ObjectStore& store) {
  const ScanFiles files(view, store);
  uint64_t rows = 0;
  for (size_t number = 0; number < files.size(); ++number) {
    const auto in_file = files.RowsOf(number);
    if (!in_file) return std::nullopt;
    rows += *in_file;
  }
  return rows;
}

Described Describe(duckdb::ClientContext& context, const duckdb::TableFunctionBindInput& input) {
  if (input.inputs[0].IsNull()) {
    throw base::Error(base::ErrorKind::kInvalidInput, "catalog.unknown_table",
                      "laguna_table needs the name of a table, not NULL.");
  }
  auto& table =
      NamedTable(context, input.inputs[0].GetValue<std::string>(), "so it has no description",
                 duckdb::QueryErrorContext(input.ref.query_location));
  auto& catalog = dynamic_cast<LakeCatalog&>(table.ParentCatalog());
  auto view = LakeTransaction::Get(context, catalog).View(table.root());
  auto& store = catalog.environment().store;
  const auto rows = RowsOf(view, store);
  return {table.ParentSchema().name + "." + table.name, store.Locate(table.root()), std::move(view),
          rows};
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<TableBindData>();
  try {
    data->table = Describe(context, input);
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  for (const auto& part : Parts()) {
    names.emplace_back(part.name);
    types.push_back(part.type);
  }
  return data;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<TableState>();
}

void Emit(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  auto& state = input.global_state->Cast<TableState>();
  if (std::exchange(state.done, true)) return;
  const auto& table = input.bind_data->Cast<TableBindData>().table;
  for (size_t column = 0; column < Parts().size(); ++column) {
    output.SetValue(column, 0, Parts()[column].value(table));
  }
  output.SetCardinality(1);
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  loader.RegisterFunction(
      duckdb::TableFunction("laguna_table", {LogicalType::VARCHAR}, Emit, Bind, Start));
}

}  // namespace

extern const SqlFunction laguna_table_function{
    .name = "laguna_table",
    .syntax = "laguna_table(table VARCHAR)",
    .documentation =
        "One row that describes a table of the lake: kind, comment, columns with types and "
        "comments, partition columns, rows, files, bytes, version, location, properties.\n\nWhat "
        "`laguna table describe` shows, for use in queries. No data file is read.",
    .example = "SELECT kind, rows, bytes FROM laguna_table('bronze.sales')",
    .add = Add,
};

}  // namespace laguna::catalog
