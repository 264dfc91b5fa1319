// SPDX-License-Identifier: Apache-2.0
// laguna_undrop_table('bronze.t'): what UNDROP TABLE runs.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "catalog/act_function.h"
#include "catalog/alter/moved_table.h"
#include "catalog/lake_catalog.h"
#include "catalog/named_table.h"
#include "catalog/sql_function.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

struct UndropCall final : Act {
  std::string table;

  [[nodiscard]] ActColumns Columns() const override {
    return {{"table", LogicalType::VARCHAR}, {"dropped_at", LogicalType::VARCHAR}};
  }
  ActRows Run(duckdb::ClientContext& context) const override;
};

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<UndropCall>();
  call->table = input.inputs.at(0).ToString();
  const TableName name = ResolveTableName(context, call->table);
  input.binder->GetStatementProperties().RegisterDBModify(
      name.schema.lake_catalog(), context, duckdb::DatabaseModificationType::CREATE_CATALOG_ENTRY);
  return call;
}

ActRows UndropCall::Run(duckdb::ClientContext& context) const {
  const TableName name = ResolveTableName(context, table);
  const DroppedTable dropped = UndropTable(context, name.schema, name.name);
  return {{Value(fmt::format("{}.{}", dropped.zone, dropped.name)), Value(dropped.dropped_at)}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  loader.RegisterFunction(ActFunction<Bind>("laguna_undrop_table", {LogicalType::VARCHAR}));
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
