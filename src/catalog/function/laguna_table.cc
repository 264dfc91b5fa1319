// SPDX-License-Identifier: Apache-2.0
// laguna_table('bronze.t'): one row that says all of a table but its content; what `laguna table
// describe` shows. Rows and sizes come from the log: no data file is opened.
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/known_rows.h"
#include "catalog/materialized_view.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
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

Value EmptyAsNull(const std::string& text) {
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
    values.emplace_back("comment", EmptyAsNull(field.Comment()));
    columns.push_back(Value::STRUCT(std::move(values)));
  }
  return Value::LIST(ColumnType(), std::move(columns));
}

Value CreatedOf(const Described& table) {
  const auto created_ms = table.view->metadata.created_time_ms;
  return created_ms ? Instant(*created_ms) : Value(LogicalType::TIMESTAMP_TZ);
}

const std::vector<Part>& Parts() {
  static const std::vector<Part> parts{
      {"table", LogicalType::VARCHAR, [](const auto& table) { return Value(table.name); }},
      {"kind", LogicalType::VARCHAR, KindOf},
      {"comment", LogicalType::VARCHAR,
       [](const auto& table) {
         return EmptyAsNull(table.view->metadata.description.value_or(std::string()));
       }},
      {"columns", LogicalType::LIST(ColumnType()), ColumnsOf},
      {"partition_columns", TextListType(),
       [](const auto& table) { return TextList(table.view->metadata.partition_columns); }},
      {"rows", LogicalType::BIGINT,
       [](const auto& table) {
         const auto rows = table.view->files.total_rows();
         return rows ? Value::BIGINT(*rows) : Value(LogicalType::BIGINT);
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
      {"properties", TextMapType(),
       [](const auto& table) { return TextMap(table.view->metadata.configuration); }},
  };
  return parts;
}

Described Describe(duckdb::ClientContext& context, const duckdb::TableFunctionBindInput& input) {
  auto table = OpenTableOperand(context, input, "so it has no description");
  return {table.title, table.log->Location(), std::move(table.view)};
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<KnownRows>();
  std::vector<Value> row;
  try {
    const auto table = Describe(context, input);
    for (const auto& part : Parts()) row.push_back(part.value(table));
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  for (const auto& part : Parts()) {
    names.emplace_back(part.name);
    types.push_back(part.type);
  }
  data->rows.push_back(std::move(row));
  return data;
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  RegisterWithTableOperand(loader, KnownRowsFunction("laguna_table", Bind), environment);
}

}  // namespace

extern const SqlFunction laguna_table_function{
    .name = "laguna_table",
    .syntax = "laguna_table(table VARCHAR | path => VARCHAR)",
    .documentation =
        "One row that describes a Delta table: kind, comment, columns with types and "
        "comments, partition columns, rows, files, bytes, version, location, properties.\n\nWhat "
        "`laguna table describe` shows, for use in queries. No data file is read.",
    .example = "SELECT kind, rows, bytes FROM laguna_table('bronze.sales')",
    .add = Add,
};

}  // namespace laguna::catalog
