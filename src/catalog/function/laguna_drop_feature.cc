// SPDX-License-Identifier: Apache-2.0
// laguna_drop_feature('bronze.t', feature => 'deletionVectors'): what ALTER TABLE ... DROP FEATURE
// runs.
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/alter/dropped_feature.h"
#include "catalog/log/commit_upkeep.h"
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

struct DropCall final : duckdb::TableFunctionData {
  OpenedTable table;
  const LakeEnvironment* environment = nullptr;
  std::string feature;
  bool truncates = false;
};

struct DropState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

void Prepare(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
             DropCall& call) {
  call.table = OpenTableOperand(context, input, "so it has no table features");
  call.environment = &EnvironmentOf(input);
  const auto feature = input.named_parameters.find("feature");
  if (feature == input.named_parameters.end() || feature->second.IsNull()) {
    throw Error(ErrorKind::kInvalidInput, "alter.arguments",
                "laguna_drop_feature needs feature => the name of a table feature.");
  }
  call.feature = feature->second.ToString();
  const auto truncates = input.named_parameters.find("truncate_history");
  call.truncates = truncates != input.named_parameters.end() && !truncates->second.IsNull() &&
                   truncates->second.GetValue<bool>();
  RefuseInTransaction(context, "ALTER TABLE ... DROP FEATURE");
  if (LakeCatalog* lake = LakeHolding(context, call.table)) {
    input.binder->GetStatementProperties().RegisterDBModify(
        *lake, context, duckdb::DatabaseModificationType::ALTER_TABLE);
  }
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<DropCall>();
  try {
    Prepare(context, input, *call);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"table", "feature", "version", "deleted_log_files"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::BIGINT};
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<DropState>();
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<DropCall>();
  if (std::exchange(input.global_state->Cast<DropState>().done, true)) return;
  engine::Guarded([&] {
    const DroppedFeature dropped =
        DropTableFeature(call.table, call.feature, call.truncates, *call.environment);
    if (LakeCatalog* lake = LakeHolding(context, call.table)) {
      KeepUpBehind(*lake, call.table.log->root(), dropped.snapshot);
    }
    output.SetValue(0, 0, Value(call.table.title));
    output.SetValue(1, 0, Value(call.feature));
    output.SetValue(2, 0, Value::BIGINT(dropped.version));
    output.SetValue(3, 0, Value::BIGINT(static_cast<int64_t>(dropped.deleted_log_files)));
    output.SetCardinality(1);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function("laguna_drop_feature", {}, Run, Bind, Start);
  function.named_parameters["feature"] = LogicalType::VARCHAR;
  function.named_parameters["truncate_history"] = LogicalType::BOOLEAN;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_drop_feature_function{
    .name = "laguna_drop_feature",
    .syntax =
        "laguna_drop_feature(table VARCHAR | path => VARCHAR, feature => VARCHAR [, "
        "truncate_history => BOOLEAN])",
    .documentation =
        "Takes a table feature away from a table's protocol; what `ALTER TABLE ... DROP FEATURE` "
        "runs.",
    .example =
        "CREATE TABLE bronze.plain AS SELECT 1 AS id; FROM laguna_drop_feature('bronze.plain', "
        "feature => 'deletionVectors')",
    .add = Add,
};

}  // namespace laguna::catalog
