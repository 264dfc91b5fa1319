// SPDX-License-Identifier: Apache-2.0
// laguna_rename_table('bronze.t', 'silver.u'): what ALTER TABLE ... RENAME TO runs where the new
// name says its schema.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "catalog/act_function.h"
#include "catalog/alter/moved_table.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_table.h"
#include "catalog/named_table.h"
#include "catalog/sql_function.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

struct RenameCall final : Act {
  std::string table;
  std::string name;

  [[nodiscard]] ActColumns Columns() const override {
    return {{"table", LogicalType::VARCHAR}, {"name", LogicalType::VARCHAR}};
  }
  ActRows Run(duckdb::ClientContext& context) const override;
};

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<RenameCall>();
  call->table = input.inputs.at(0).ToString();
  call->name = input.inputs.at(1).ToString();
  LakeTable& table = NamedTable(context, call->table, "so Laguna does not rename it",
                                duckdb::QueryErrorContext(input.ref.query_location));
  input.binder->GetStatementProperties().RegisterDBModify(
      table.lake_schema().lake_catalog(), context, duckdb::DatabaseModificationType::ALTER_TABLE);
  return call;
}

ActRows RenameCall::Run(duckdb::ClientContext& context) const {
  LakeTable& renamed = NamedTable(context, table, "so Laguna does not rename it");
  const TableName target = ResolveTableName(context, name);
  LakeSchema& schema = renamed.lake_schema();
  RenameTable(context, schema, renamed.name, target.schema, target.name);
  return {{Value(fmt::format("{}.{}", schema.name, renamed.name)),
           Value(fmt::format("{}.{}", target.schema.name, target.name))}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  loader.RegisterFunction(
      ActFunction<Bind>("laguna_rename_table", {LogicalType::VARCHAR, LogicalType::VARCHAR}));
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
