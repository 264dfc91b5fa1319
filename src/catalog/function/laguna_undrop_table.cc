// SPDX-License-Identifier: Apache-2.0
// laguna_undrop_table('bronze.t'): what UNDROP TABLE runs.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/alter/moved_table.h"
#include "catalog/lake_catalog.h"
#include "catalog/named_table.h"
#include "catalog/sql_function.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using duckdb::LogicalType;
using duckdb::Value;

struct UndropCall final : duckdb::TableFunctionData {
  std::string table;
};

struct UndropState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<UndropCall>();
  call->table = input.inputs.at(0).ToString();
  try {
    const TableName name = ResolveTableName(context, call->table);
    input.binder->GetStatementProperties().RegisterDBModify(
        name.schema.lake_catalog(), context,
        duckdb::DatabaseModificationType::CREATE_CATALOG_ENTRY);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"table", "dropped_at"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR};
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<UndropState>();
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<UndropCall>();
  auto& state = input.global_state->Cast<UndropState>();
  if (std::exchange(state.done, true)) return;
  engine::Guarded([&] {
    const TableName name = ResolveTableName(context, call.table);
    const DroppedTable table = UndropTable(context, name.schema, name.name);
    output.SetValue(0, 0, Value(fmt::format("{}.{}", table.zone, table.name)));
    output.SetValue(1, 0, Value(table.dropped_at));
    output.SetCardinality(1);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  loader.RegisterFunction(
      duckdb::TableFunction("laguna_undrop_table", {LogicalType::VARCHAR}, Run, Bind, Start));
}

}  // namespace

extern const SqlFunction laguna_undrop_table_function{
    .name = "laguna_undrop_table",
    .syntax = "laguna_undrop_table(table VARCHAR)",
    .documentation =
        "Brings back a table that was dropped; what `UNDROP TABLE` runs.\n\n"
        "Of several that had the name, the one dropped last. Its rows, its history and its "
        "properties are as they were.",
    .example =
        "CREATE TABLE bronze.gone AS SELECT 1 AS id; DROP TABLE bronze.gone; FROM "
        "laguna_undrop_table('bronze.gone')",
    .add = Add,
};

}  // namespace laguna::catalog
