// SPDX-License-Identifier: Apache-2.0
// laguna_dropped_tables(['bronze']): what SHOW TABLES DROPPED shows.
#include <string>
#include <utility>
#include <vector>

#include "catalog/alter/dropped_table.h"
#include "catalog/lake_catalog.h"
#include "catalog/sql_function.h"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

struct DroppedBindData final : duckdb::TableFunctionData {
  std::vector<DroppedTable> tables;
};

struct DroppedState final : duckdb::GlobalTableFunctionState {
  size_t next = 0;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<DroppedBindData>();
  engine::Guarded([&] {
    LakeCatalog& catalog = LakeCatalog::Get(context);
    const bool named = !input.inputs.empty() && !input.inputs[0].IsNull();
    data->tables = DroppedTables(catalog.environment().store,
                                 named ? input.inputs[0].ToString() : std::string());
  });
  names = {"schema", "table", "dropped_at", "location"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR};
  return data;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<DroppedState>();
}

void Emit(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
          duckdb::DataChunk& output) {
  const auto& tables = input.bind_data->Cast<DroppedBindData>().tables;
  auto& state = input.global_state->Cast<DroppedState>();
  engine::Guarded([&] {
    const io::ObjectStore& store = LakeCatalog::Get(context).environment().store;
    duckdb::idx_t row = 0;
    for (; row < STANDARD_VECTOR_SIZE && state.next < tables.size(); ++row, ++state.next) {
      const DroppedTable& table = tables[state.next];
      output.SetValue(0, row, Value(table.zone));
      output.SetValue(1, row, Value(table.name));
      output.SetValue(2, row, Value(table.dropped_at));
      output.SetValue(3, row, Value(store.Locate(table.folder)));
    }
    output.SetCardinality(row);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  duckdb::TableFunctionSet functions("laguna_dropped_tables");
  functions.AddFunction(duckdb::TableFunction({}, Emit, Bind, Start));
  functions.AddFunction(duckdb::TableFunction({LogicalType::VARCHAR}, Emit, Bind, Start));
  loader.RegisterFunction(std::move(functions));
}

}  // namespace

extern const SqlFunction laguna_dropped_tables_function{
    .name = "laguna_dropped_tables",
    .syntax = "laguna_dropped_tables([schema VARCHAR])",
    .documentation =
        "The tables that were dropped and are kept, the last one first; what `SHOW TABLES DROPPED` "
        "shows.\n\nNo log is read. `UNDROP TABLE` brings one back; `dropped_retention` of "
        "laguna.yaml says how long "
        "they are kept.",
    .example = "SELECT * FROM laguna_dropped_tables('bronze')",
    .add = Add,
};

}  // namespace laguna::catalog
