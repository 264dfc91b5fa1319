// SPDX-License-Identifier: Apache-2.0
// laguna_checkpoint('bronze.t'): a checkpoint of the newest version, now; what CHECKPOINT TABLE
// runs.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/act_function.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "delta/log_upkeep.h"
#include "delta/table_feature.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct CheckpointCall final : Act {
  OpenedTable table;
  const LakeEnvironment* environment = nullptr;

  [[nodiscard]] ActColumns Columns() const override;
  ActRows Run(duckdb::ClientContext& context) const override;
};

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<CheckpointCall>();
  call->table = OpenTableOperand(context, input, "so it has no checkpoints");
  call->environment = &EnvironmentOf(input);
  if (call->table.snapshot == nullptr) {
    throw Error(ErrorKind::kInvalidInput, "checkpoint.uncommitted",
                call->table.title + " is made by this transaction and has no version yet.")
        .Hint("COMMIT first.");
  }
  const delta::Snapshot& snapshot = *call->table.snapshot;
  delta::CheckWritable(snapshot.protocol(), snapshot.metadata(), call->table.title);
  return call;
}

ActColumns CheckpointCall::Columns() const {
  return {{"table", LogicalType::VARCHAR},
          {"version", LogicalType::BIGINT},
          {"written", LogicalType::BOOLEAN},
          {"deleted_log_files", LogicalType::BIGINT}};
}

ActRows CheckpointCall::Run(duckdb::ClientContext& /*context*/) const {
  const delta::UpkeepReport report =
      delta::CheckpointLog(*table.log, table.snapshot, environment->clock, environment->random);
  if (!report.warnings.empty()) {
    throw Error(ErrorKind::kUnavailable, "checkpoint.not_written", report.warnings.front())
        .With("table", table.title);
  }
  return {{Value(table.title), Value::BIGINT(table.snapshot->version()),
           Value::BOOLEAN(report.checkpoint_version.has_value()),
           Value::BIGINT(static_cast<int64_t>(report.deleted_log_files))}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  RegisterWithTableOperand(loader, ActFunction<Bind>("laguna_checkpoint"), environment);
}

}  // namespace

extern const SqlFunction laguna_checkpoint_function{
    .name = "laguna_checkpoint",
    .syntax = "laguna_checkpoint(table VARCHAR | path => VARCHAR)",
    .documentation =
        "Writes a checkpoint of a table's newest version and removes what its log no longer needs; "
        "what `CHECKPOINT TABLE` runs.\n\n"
        "`written` is false where that version has a checkpoint already.",
    .example = "FROM laguna_checkpoint('bronze.sales')",
    .add = Add,
};

}  // namespace laguna::catalog
