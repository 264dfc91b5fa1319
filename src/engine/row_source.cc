// SPDX-License-Identifier: Apache-2.0
#include "engine/row_source.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/duckdb_value.h"
#include "engine/guard.h"
#include "engine/open_database.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;

struct SourceInfo final : public duckdb::TableFunctionInfo {
  explicit SourceInfo(RowSource row_source) : source(std::move(row_source)) {}
  const RowSource source;
};

struct SourceBindData final : public duckdb::TableFunctionData {
  duckdb::optional_ptr<duckdb::TableFunctionInfo> info;
  NamedValues options;
  duckdb::vector<duckdb::LogicalType> types;
};

struct SourceState final : public duckdb::GlobalTableFunctionState {
  std::unique_ptr<RowReader> reader;
};

const RowSource& SourceOf(duckdb::optional_ptr<duckdb::TableFunctionInfo> info) {
  return info->Cast<SourceInfo>().source;
}

NamedValues OptionsOf(const duckdb::named_parameter_map_t& parameters) {
  NamedValues options;
  for (const auto& [name, value] : parameters) {
    options.emplace(name, FromDuckdb(value));
  }
  return options;
}

void CheckRequired(const RowSource& source, const NamedValues& options) {
  for (const RowOption& option : source.options) {
    const auto given = options.find(option.name);
    if (option.required && (given == options.end() || given->second.IsNull())) {
      throw Error(ErrorKind::kInvalidInput, "sql.missing_option",
                  fmt::format("{} needs the option {}.", source.name, option.name))
          .Hint(fmt::format("Write it as {}({} => ...).", source.name, option.name));
    }
  }
}

duckdb::unique_ptr<duckdb::FunctionData> BindSource(duckdb::ClientContext&,
                                                    duckdb::TableFunctionBindInput& input,
                                                    duckdb::vector<duckdb::LogicalType>& types,
                                                    duckdb::vector<duckdb::string>& names) {
  try {
    const RowSource& source = SourceOf(input.info);
    auto data = duckdb::make_uniq<SourceBindData>();
    data->info = input.info;
    data->options = OptionsOf(input.named_parameters);
    CheckRequired(source, data->options);
    for (const RowColumn& column : source.columns(data->options)) {
      names.push_back(column.name);
      types.push_back(TypeNamed(column.type));
    }
    data->types = types;
    return data;
  } catch (const Error& error) {
    ThrowAsDuckdb(error, input.ref.query_location);
  }
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> OpenSource(
    duckdb::ClientContext&, duckdb::TableFunctionInitInput& input) {
  return Guarded([&]() -> duckdb::unique_ptr<duckdb::GlobalTableFunctionState> {
    const auto& data = input.bind_data->Cast<SourceBindData>();
    auto state = duckdb::make_uniq<SourceState>();
    state->reader = SourceOf(data.info).open(data.options);
    return state;
  });
}

void FillRow(const ValueList& row, const SourceBindData& data, duckdb::idx_t at,
             duckdb::DataChunk& output) {
  if (row.size() != data.types.size()) {
    throw Error(ErrorKind::kInternal, "engine.row_source",
                fmt::format("A row has {} values for {} columns.", row.size(), data.types.size()));
  }
  for (size_t column = 0; column < row.size(); ++column) {
    output.SetValue(column, at, ToDuckdb(row[column], data.types[column]));
  }
}

void ReadSource(duckdb::ClientContext&, duckdb::TableFunctionInput& input,
                duckdb::DataChunk& output) {
  Guarded([&] {
    const auto& data = input.bind_data->Cast<SourceBindData>();
    auto& state = input.global_state->Cast<SourceState>();
    const auto rows = state.reader->Next(STANDARD_VECTOR_SIZE);
    for (size_t row = 0; row < rows.size(); ++row) {
      FillRow(rows[row], data, row, output);
    }
    output.SetCardinality(rows.size());
  });
}

}  // namespace

DatabaseSetup AddRowSource(RowSource source) {
  return [source = std::move(source)](OpenDatabase& database) {
    duckdb::TableFunction function(source.name, {}, ReadSource, BindSource, OpenSource);
    for (const RowOption& option : source.options) {
      function.named_parameters[option.name] = TypeNamed(option.type);
    }
    function.function_info = duckdb::make_shared_ptr<SourceInfo>(source);
    duckdb::ExtensionLoader loader(database.instance(), "laguna");
    loader.RegisterFunction(std::move(function));
  };
}

}  // namespace laguna::engine
