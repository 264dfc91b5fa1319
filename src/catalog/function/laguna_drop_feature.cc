// SPDX-License-Identifier: Apache-2.0
// laguna_drop_feature('bronze.t', feature => 'deletionVectors'): what ALTER TABLE ... DROP FEATURE
// runs.
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/act_function.h"
#include "catalog/alter/dropped_feature.h"
#include "catalog/log/commit_upkeep.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "catalog/vacuum/lake_vacuum.h"
#include "duckdb/planner/binder.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct DropCall final : Act {
  OpenedTable table;
  const LakeEnvironment* environment = nullptr;
  std::string feature;
  bool truncates = false;

  [[nodiscard]] ActColumns Columns() const override {
    return {{"table", LogicalType::VARCHAR},
            {"feature", LogicalType::VARCHAR},
            {"version", LogicalType::BIGINT},
            {"deleted_log_files", LogicalType::BIGINT}};
  }
  ActRows Run(duckdb::ClientContext& context) const override;
};

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<DropCall>();
  call->table = OpenTableOperand(context, input, "so it has no table features");
  call->environment = &EnvironmentOf(input);
  const Value* feature = GivenArgument(input, "feature");
  if (feature == nullptr) {
    throw Error(ErrorKind::kInvalidInput, "alter.arguments",
                "laguna_drop_feature needs feature => the name of a table feature.");
  }
  call->feature = feature->ToString();
  call->truncates = IsArgumentTrue(input, "truncate_history");
  RefuseInTransaction(context, "ALTER TABLE ... DROP FEATURE");
  if (LakeCatalog* lake = LakeHolding(context, call->table)) {
    input.binder->GetStatementProperties().RegisterDBModify(
        *lake, context, duckdb::DatabaseModificationType::ALTER_TABLE);
  }
  return call;
}

ActRows DropCall::Run(duckdb::ClientContext& context) const {
  const DroppedFeature dropped = DropTableFeature(table, feature, truncates, *environment);
  if (LakeCatalog* lake = LakeHolding(context, table)) {
    KeepUpBehind(*lake, table.log->root(), dropped.snapshot);
  }
  return {{Value(table.title), Value(feature), Value::BIGINT(dropped.version),
           Value::BIGINT(static_cast<int64_t>(dropped.deleted_log_files))}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function = ActFunction<Bind>("laguna_drop_feature");
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
