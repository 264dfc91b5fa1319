// SPDX-License-Identifier: Apache-2.0
// laguna_checkpoint('bronze.t'): a checkpoint of the newest version, now; what CHECKPOINT TABLE
// runs.
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/known_rows.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "delta/log_upkeep.h"
#include "delta/table_feature.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct CheckpointCall final : duckdb::TableFunctionData {
  OpenedTable table;
  const LakeEnvironment* environment = nullptr;
};

// The checkpoint is written when the statement runs, once.
struct CheckpointState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<CheckpointCall>();
  try {
    call->table = OpenTableOperand(context, input, "so it has no checkpoints");
    call->environment = &EnvironmentOf(input);
    if (call->table.snapshot == nullptr) {
      throw Error(ErrorKind::kInvalidInput, "checkpoint.uncommitted",
                  call->table.title + " is made by this transaction and has no version yet.")
          .Hint("COMMIT first.");
    }
    const delta::Snapshot& snapshot = *call->table.snapshot;
    delta::CheckWritable(snapshot.protocol(), snapshot.metadata(), call->table.title);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"table", "version", "written", "deleted_log_files"};
  types = {LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::BOOLEAN, LogicalType::BIGINT};
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<CheckpointState>();
}

void Run(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<CheckpointCall>();
  auto& state = input.global_state->Cast<CheckpointState>();
  if (std::exchange(state.done, true)) return;
  engine::Guarded([&] {
    const OpenedTable& table = call.table;
    const delta::UpkeepReport report = delta::CheckpointLog(
        *table.log, table.snapshot, call.environment->clock, call.environment->random);
    if (!report.warnings.empty()) {
      throw Error(ErrorKind::kUnavailable, "checkpoint.not_written", report.warnings.front())
          .With("table", table.title);
    }
    output.SetValue(0, 0, Value(table.title));
    output.SetValue(1, 0, Value::BIGINT(table.snapshot->version()));
    output.SetValue(2, 0, Value::BOOLEAN(report.checkpoint_version.has_value()));
    output.SetValue(3, 0, Value::BIGINT(static_cast<int64_t>(report.deleted_log_files)));
    output.SetCardinality(1);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  RegisterWithTableOperand(loader, duckdb::TableFunction("laguna_checkpoint", {}, Run, Bind, Start),
                           environment);
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
