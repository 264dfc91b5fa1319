// SPDX-License-Identifier: Apache-2.0
// laguna_restore('bronze.t', version => 3): what RESTORE TABLE runs.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/log/commit_upkeep.h"
#include "catalog/materialized_view.h"
#include "catalog/restore/restore_table.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "catalog/vacuum/lake_vacuum.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct RestoreCall final : duckdb::TableFunctionData {
  OpenedTable table;
  const LakeEnvironment* environment = nullptr;
  RestoreTarget target;
};

// The statement runs once.
struct RestoreState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

RestoreTarget TargetOf(const duckdb::named_parameter_map_t& parameters) {
  RestoreTarget target;
  const auto given = [&](const char* name) -> const Value* {
    const auto found = parameters.find(name);
    return found == parameters.end() || found->second.IsNull() ? nullptr : &found->second;
  };
  if (const Value* version = given("version")) target.version = version->GetValue<int64_t>();
  if (const Value* time = given("timestamp")) target.timestamp = time->ToString();
  if (target.version.has_value() != target.timestamp.has_value()) return target;
  throw Error(ErrorKind::kInvalidInput, "restore.target",
              "laguna_restore needs version => or \"timestamp\" =>, and one of them only.");
}

void Check(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
           const RestoreCall& call) {
  RefuseInTransaction(context, "RESTORE");
  CheckMayWriteRows(context, call.table.view->metadata, call.table.title);
  if (LakeCatalog* lake = LakeHolding(context, call.table)) {
    input.binder->GetStatementProperties().RegisterDBModify(
        *lake, context, duckdb::DatabaseModificationType::ALTER_TABLE);
  }
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<RestoreCall>();
  try {
    call->table = OpenTableOperand(context, input, "so Laguna does not restore it");
    call->environment = &EnvironmentOf(input);
    call->target = TargetOf(input.named_parameters);
    Check(context, input, *call);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"table_size_after_restore", "num_of_files_after_restore", "num_removed_files",
           "num_restored_files",       "removed_files_size",         "restored_files_size"};
  types.assign(names.size(), LogicalType::BIGINT);
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<RestoreState>();
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<RestoreCall>();
  if (std::exchange(input.global_state->Cast<RestoreState>().done, true)) return;
  engine::Guarded([&] {
    const Restored restored = RestoreTable(context, call.table, call.target, *call.environment);
    if (LakeCatalog* lake = LakeHolding(context, call.table)) {
      KeepUpBehind(*lake, call.table.log->root(), restored.snapshot);
    }
    const int64_t row[] = {restored.bytes_after,
                           static_cast<int64_t>(restored.files_after),
                           static_cast<int64_t>(restored.plan.removed.size()),
                           static_cast<int64_t>(restored.plan.restored.size()),
                           restored.plan.removed_bytes,
                           restored.plan.restored_bytes};
    for (size_t i = 0; i < std::size(row); ++i) output.SetValue(i, 0, Value::BIGINT(row[i]));
    output.SetCardinality(1);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function("laguna_restore", {}, Run, Bind, Start);
  function.named_parameters["version"] = LogicalType::BIGINT;
  function.named_parameters["timestamp"] = LogicalType::VARCHAR;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_restore_function{
    .name = "laguna_restore",
    .syntax =
        "laguna_restore(table VARCHAR | path => VARCHAR, version => BIGINT | \"timestamp\" => "
        "VARCHAR)",
    .documentation =
        "Makes a table again what it was at an older version, and says how many files came and "
        "went; what `RESTORE TABLE` runs.",
    .example = "FROM laguna_restore('bronze.events', version => 0)",
    .add = Add,
};

}  // namespace laguna::catalog
