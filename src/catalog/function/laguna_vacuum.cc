// SPDX-License-Identifier: Apache-2.0
// laguna_vacuum('bronze.t', ...): what VACUUM runs. Deletes when it runs, not when it is bound.
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/known_rows.h"
#include "catalog/log/commit_upkeep.h"
#include "catalog/named_argument.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "catalog/vacuum/lake_vacuum.h"
#include "delta/vacuum.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

constexpr double kHourMs = 3'600'000;
// A thousand years.
constexpr double kHoursMax = 8'766'000;

struct VacuumCall final : duckdb::TableFunctionData {
  OpenedTable table;
  LakeEnvironment const* environment = nullptr;
  bool lite = false;
  bool dry_run = false;
  std::optional<int64_t> retention_ms;
};

// The statement runs once; a dry run's files come in chunks.
struct VacuumState final : duckdb::GlobalTableFunctionState {
  bool done = false;
  delta::VacuumPlan plan;
  size_t next = 0;
};

std::optional<int64_t> RetentionOf(const duckdb::TableFunctionBindInput& input) {
  const Value* value = GivenArgument(input, "retain_hours");
  if (value == nullptr) return std::nullopt;
  const auto hours = value->GetValue<double>();
  if (hours >= 0 && hours <= kHoursMax) return std::llround(hours * kHourMs);
  throw Error(ErrorKind::kInvalidInput, "vacuum.retention",
              fmt::format("RETAIN {} HOURS is no time that files can be kept.", hours))
      .Hint("Write RETAIN 168 HOURS for a week.");
}

void NameColumns(bool dry_run, duckdb::vector<LogicalType>& types,
                 duckdb::vector<duckdb::string>& names) {
  if (dry_run) {
    names = {"path", "size_bytes", "modified"};
    types = {LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::TIMESTAMP_TZ};
  } else {
    names = {"path", "deleted_files", "deleted_bytes"};
    types = {LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::BIGINT};
  }
}

// What can be said before the statement runs is an error with its place.
void Check(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
           const VacuumCall& call) {
  if (call.dry_run) return;
  RefuseInTransaction(context, "VACUUM");
  if (LakeCatalog* lake = LakeHolding(context, call.table)) {
    input.binder->GetStatementProperties().RegisterDBModify(
        *lake, context, duckdb::DatabaseModificationType::DELETE_DATA);
  }
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<VacuumCall>();
  try {
    call->table = OpenTableOperand(context, input, "so Laguna does not vacuum it");
    call->environment = &EnvironmentOf(input);
    call->lite = IsArgumentTrue(input, "lite");
    call->dry_run = IsArgumentTrue(input, "dry_run");
    call->retention_ms = RetentionOf(input);
    Check(context, input, *call);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  NameColumns(call->dry_run, types, names);
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<VacuumState>();
}

delta::VacuumOptions OptionsOf(duckdb::ClientContext& context, const VacuumCall& call) {
  delta::VacuumOptions options = VacuumOptionsFor(context, call.table);
  options.lite = call.lite;
  options.retention_ms = call.retention_ms;
  return options;
}

void DeleteFiles(duckdb::ClientContext& context, const VacuumCall& call, VacuumState& state,
                 duckdb::DataChunk& output) {
  if (std::exchange(state.done, true)) return;
  delta::Table& table = *call.table.log;
  const LakeEnvironment& environment = *call.environment;
  const delta::VacuumReport report =
      delta::Vacuum(table, OptionsOf(context, call), environment.clock, environment.random);
  if (LakeCatalog* lake = LakeHolding(context, call.table)) {
    KeepUpBehind(*lake, table.root(), report.snapshot);
  }
  output.SetValue(0, 0, Value(table.Location()));
  output.SetValue(1, 0, Value::BIGINT(static_cast<int64_t>(report.files)));
  output.SetValue(2, 0, Value::BIGINT(report.size_bytes));
  output.SetCardinality(1);
}

void ShowFiles(duckdb::ClientContext& context, const VacuumCall& call, VacuumState& state,
               duckdb::DataChunk& output) {
  const OpenedTable& table = call.table;
  if (!std::exchange(state.done, true) && table.snapshot) {
    state.plan = delta::PlanVacuum(*table.log, *table.snapshot, OptionsOf(context, call),
                                   call.environment->clock.NowMs());
  }
  const std::string location = table.log->Location();
  duckdb::idx_t row = 0;
  for (; row < STANDARD_VECTOR_SIZE && state.next < state.plan.files.size(); ++row, ++state.next) {
    const delta::VacuumedFile& file = state.plan.files[state.next];
    output.SetValue(0, row, Value(fmt::format("{}/{}", location, file.path)));
    output.SetValue(1, row,
                    file.size_bytes ? Value::BIGINT(*file.size_bytes) : Value(LogicalType::BIGINT));
    output.SetValue(
        2, row, file.modified_ms ? Instant(*file.modified_ms) : Value(LogicalType::TIMESTAMP_TZ));
  }
  output.SetCardinality(row);
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<VacuumCall>();
  auto& state = input.global_state->Cast<VacuumState>();
  engine::Guarded([&] {
    const auto run = call.dry_run ? ShowFiles : DeleteFiles;
    run(context, call, state, output);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function("laguna_vacuum", {}, Run, Bind, Start);
  function.named_parameters["retain_hours"] = LogicalType::DOUBLE;
  function.named_parameters["lite"] = LogicalType::BOOLEAN;
  function.named_parameters["dry_run"] = LogicalType::BOOLEAN;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_vacuum_function{
    .name = "laguna_vacuum",
    .syntax =
        "laguna_vacuum(table VARCHAR | path => VARCHAR [, retain_hours => DOUBLE] [, lite => "
        "BOOLEAN] [, dry_run => BOOLEAN])",
    .documentation =
        "Deletes the files of a table that no version names any more, and says how many; what "
        "`VACUUM` runs.\n\n"
        "With `dry_run` it deletes nothing and gives the files it would delete.",
    .example =
        "SELECT count(*), sum(size_bytes) FROM laguna_vacuum('bronze.sales', dry_run => true)",
    .add = Add,
};

}  // namespace laguna::catalog
