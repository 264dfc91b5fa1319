// SPDX-License-Identifier: Apache-2.0
// laguna_rename_table('bronze.t', 'silver.u'): what ALTER TABLE ... RENAME TO runs where the new
// name says its schema.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/alter/moved_table.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_table.h"
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

struct RenameCall final : duckdb::TableFunctionData {
  std::string table;
  std::string name;
};

struct RenameState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<RenameCall>();
  call->table = input.inputs.at(0).ToString();
  call->name = input.inputs.at(1).ToString();
  try {
    LakeTable& table = NamedTable(context, call->table, "so Laguna does not rename it",
                                  duckdb::QueryErrorContext(input.ref.query_location));
    input.binder->GetStatementProperties().RegisterDBModify(
        table.lake_schema().lake_catalog(), context, duckdb::DatabaseModificationType::ALTER_TABLE);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"table", "name"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR};
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<RenameState>();
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<RenameCall>();
  auto& state = input.global_state->Cast<RenameState>();
  if (std::exchange(state.done, true)) return;
  engine::Guarded([&] {
    LakeTable& table = NamedTable(context, call.table, "so Laguna does not rename it");
    const TableName target = ResolveTableName(context, call.name);
    LakeSchema& schema = table.lake_schema();
    RenameTable(context, schema, table.name, target.schema, target.name);
    output.SetValue(0, 0, Value(fmt::format("{}.{}", schema.name, table.name)));
    output.SetValue(1, 0, Value(fmt::format("{}.{}", target.schema.name, target.name)));
    output.SetCardinality(1);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  loader.RegisterFunction(duckdb::TableFunction(
      "laguna_rename_table", {LogicalType::VARCHAR, LogicalType::VARCHAR}, Run, Bind, Start));
}

}  // namespace

extern const SqlFunction laguna_rename_table_function{
    .name = "laguna_rename_table",
    .syntax = "laguna_rename_table(table VARCHAR, new_name VARCHAR)",
    .documentation =
        "Gives a table another name, also in another schema; what `ALTER TABLE ... RENAME TO` "
        "runs.\n\n"
        "A table's name is its folder, so the folder is moved; its log and its history go along. "
        "It "
        "cannot be part of a transaction.",
    .example =
        "CREATE TABLE bronze.new AS SELECT 1 AS id; FROM laguna_rename_table('bronze.new', "
        "'silver.newer')",
    .add = Add,
};

}  // namespace laguna::catalog
