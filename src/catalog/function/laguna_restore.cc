// SPDX-License-Identifier: Apache-2.0
// laguna_restore('bronze.t', version => 3): what RESTORE TABLE runs.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/act_function.h"
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

struct RestoreCall final : Act {
  OpenedTable table;
  const LakeEnvironment* environment = nullptr;
  RestoreTarget target;

  [[nodiscard]] ActColumns Columns() const override;
  ActRows Run(duckdb::ClientContext& context) const override;
};

RestoreTarget TargetOf(const duckdb::TableFunctionBindInput& input) {
  RestoreTarget target;
  const Value* version = GivenArgument(input, "version");
  const Value* time = GivenArgument(input, "timestamp");
  if (version != nullptr) target.version = version->GetValue<int64_t>();
  if (time != nullptr) target.timestamp = time->ToString();
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

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<RestoreCall>();
  call->table = OpenTableOperand(context, input, "so Laguna does not restore it");
  call->environment = &EnvironmentOf(input);
  call->target = TargetOf(input);
  Check(context, input, *call);
  return call;
}

ActColumns RestoreCall::Columns() const {
  return {{"table_size_after_restore", LogicalType::BIGINT},
          {"num_of_files_after_restore", LogicalType::BIGINT},
          {"num_removed_files", LogicalType::BIGINT},
          {"num_restored_files", LogicalType::BIGINT},
          {"removed_files_size", LogicalType::BIGINT},
          {"restored_files_size", LogicalType::BIGINT}};
}

ActRows RestoreCall::Run(duckdb::ClientContext& context) const {
  const Restored restored = RestoreTable(context, table, target, *environment);
  if (LakeCatalog* lake = LakeHolding(context, table)) {
    KeepUpBehind(*lake, table.log->root(), restored.snapshot);
  }
  const auto count = [](size_t files) { return Value::BIGINT(static_cast<int64_t>(files)); };
  return {{Value::BIGINT(restored.bytes_after), count(restored.files_after),
           count(restored.plan.removed.size()), count(restored.plan.restored.size()),
           Value::BIGINT(restored.plan.removed_bytes),
           Value::BIGINT(restored.plan.restored_bytes)}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function = ActFunction<Bind>("laguna_restore");
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
