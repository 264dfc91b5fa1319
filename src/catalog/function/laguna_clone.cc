// SPDX-License-Identifier: Apache-2.0
// laguna_clone('bronze.t', target => 'bronze.c'): what CREATE TABLE ... SHALLOW CLONE runs.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/clone/clone_table.h"
#include "catalog/log/commit_upkeep.h"
#include "catalog/sql_function.h"
#include "catalog/table_error.h"
#include "catalog/table_operand.h"
#include "catalog/time_travel.h"
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

struct CloneCall final : duckdb::TableFunctionData {
  OpenedTable source;
  NewTableCall target;
  // Of the source; NULL where it is not given.
  Value version;
  Value timestamp;
};

// The statement runs once.
struct CloneState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

Value Given(const duckdb::named_parameter_map_t& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? Value() : found->second;
}

delta::SnapshotPtr VersionOf(duckdb::ClientContext& context, const CloneCall& call) try {
  delta::Table& table = *call.source.log;
  if (!call.version.IsNull()) return table.AtVersion(call.version.GetValue<int64_t>());
  if (!call.timestamp.IsNull()) return table.AtTimestamp(InstantMillisOf(context, call.timestamp));
  return table.Latest();
} catch (const Error& error) {
  throw NamingTable(context, *call.source.log, error, call.source.title);
}

void Check(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
           const CloneCall& call) {
  RefuseInTransaction(context, "CREATE TABLE ... SHALLOW CLONE");
  const NewTablePlace place = PlaceOf(context, call.target);
  if (LakeHolding(context, call.source) != nullptr && call.source.log->root() == place.root) {
    throw Error(ErrorKind::kInvalidInput, "clone.itself",
                fmt::format("{} cannot be a clone of itself.", place.name))
        .Hint(fmt::format("RESTORE TABLE {} TO VERSION AS OF n brings an older version back.",
                          place.name))
        .With("table", place.name);
  }
  input.binder->GetStatementProperties().RegisterDBModify(
      place.catalog, context, duckdb::DatabaseModificationType::CREATE_CATALOG_ENTRY);
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<CloneCall>();
  try {
    call->source = OpenTableOperand(context, input, "so Laguna does not clone it");
    call->target = NewTableCallOf(input.named_parameters);
    call->version = Given(input.named_parameters, "version");
    call->timestamp = Given(input.named_parameters, "timestamp");
    Check(context, input, *call);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"source_table_size", "source_num_of_files", "num_removed_files",
           "num_copied_files",  "removed_files_size",  "copied_files_size"};
  types.assign(names.size(), LogicalType::BIGINT);
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<CloneState>();
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<CloneCall>();
  if (std::exchange(input.global_state->Cast<CloneState>().done, true)) return;
  engine::Guarded([&] {
    const NewTablePlace place = PlaceOf(context, call.target);
    if (place.exists && call.target.if_not_exists) return;
    const delta::SnapshotPtr version = VersionOf(context, call);
    if (!version) ThrowNoTable(call.source);
    const CloneResult result = CloneTable(call.source, *version, call.target, place);
    KeepUpBehind(place.catalog, place.root, result.snapshot);
    const int64_t row[] = {
        result.source_bytes, result.source_files, result.removed_files, 0, result.removed_bytes, 0};
    for (size_t i = 0; i < std::size(row); ++i) output.SetValue(i, 0, Value::BIGINT(row[i]));
    output.SetCardinality(1);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function("laguna_clone", {}, Run, Bind, Start);
  AddNewTableParameters(function);
  function.named_parameters["version"] = LogicalType::BIGINT;
  function.named_parameters["timestamp"] = LogicalType::VARCHAR;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_clone_function{
    .name = "laguna_clone",
    .syntax =
        "laguna_clone(source VARCHAR | path => VARCHAR, target => VARCHAR [, version => BIGINT | "
        "\"timestamp\" => VARCHAR] [, replace => BOOLEAN] [, if_not_exists => BOOLEAN] [, names => "
        "VARCHAR[], new_values => VARCHAR[]] [, comment => VARCHAR])",
    .documentation =
        "Makes a table of another one's definition and files, without a copy of them; what "
        "`CREATE TABLE ... SHALLOW CLONE` runs.",
    .example = "FROM laguna_clone('bronze.sales', target => 'silver.sales_clone')",
    .add = Add,
};

}  // namespace laguna::catalog
