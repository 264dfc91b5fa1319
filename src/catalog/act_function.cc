// SPDX-License-Identifier: Apache-2.0
#include "catalog/act_function.h"

#include <algorithm>

#include "base/error.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

struct ActState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<ActState>();
}

void Tell(const ActRows& rows, duckdb::DataChunk& output) {
  const size_t count = std::min<size_t>(rows.size(), STANDARD_VECTOR_SIZE);
  for (size_t row = 0; row < count; ++row) {
    for (size_t column = 0; column < rows[row].size(); ++column) {
      output.SetValue(column, row, rows[row][column]);
    }
  }
  output.SetCardinality(count);
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  if (std::exchange(input.global_state->Cast<ActState>().done, true)) return;
  engine::Guarded([&] { Tell(input.bind_data->Cast<Act>().Run(context), output); });
}

}  // namespace

duckdb::unique_ptr<duckdb::FunctionData> BoundAct(BindAct& bind, duckdb::ClientContext& context,
                                                  duckdb::TableFunctionBindInput& input,
                                                  duckdb::vector<duckdb::LogicalType>& types,
                                                  duckdb::vector<duckdb::string>& names) {
  try {
    auto act = bind(context, input);
    for (const auto& [name, type] : act->Columns()) {
      names.emplace_back(name);
      types.push_back(type);
    }
    return act;
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
}

duckdb::TableFunction FunctionOfActs(const char* name,
                                     const duckdb::vector<duckdb::LogicalType>& arguments,
                                     duckdb::table_function_bind_t bind) {
  return {name, arguments, Run, bind, Start};
}

}  // namespace laguna::catalog
