// SPDX-License-Identifier: Apache-2.0
// laguna_clone('bronze.t', target => 'bronze.c'): what CREATE TABLE ... SHALLOW CLONE runs.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/act_function.h"
#include "catalog/clone/clone_table.h"
#include "catalog/link/located_table.h"
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

struct CloneCall final : Act {
  OpenedTable source;
  NewTableCall target;
  // Of the source; NULL where it is not given.
  Value version;
  Value timestamp;

  [[nodiscard]] ActColumns Columns() const override;
  ActRows Run(duckdb::ClientContext& context) const override;
};

Value Given(const duckdb::TableFunctionBindInput& input, const char* name) {
  const Value* value = GivenArgument(input, name);
  return value == nullptr ? Value() : *value;
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

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<CloneCall>();
  call->source = OpenTableOperand(context, input, "so Laguna does not clone it");
  call->target = NewTableCallOf(input.named_parameters);
  call->version = Given(input, "version");
  call->timestamp = Given(input, "timestamp");
  Check(context, input, *call);
  return call;
}

ActColumns CloneCall::Columns() const {
  return {{"source_table_size", LogicalType::BIGINT},  {"source_num_of_files", LogicalType::BIGINT},
          {"num_removed_files", LogicalType::BIGINT},  {"num_copied_files", LogicalType::BIGINT},
          {"removed_files_size", LogicalType::BIGINT}, {"copied_files_size", LogicalType::BIGINT}};
}

ActRows CloneCall::Run(duckdb::ClientContext& context) const {
  const NewTablePlace place = PlaceOf(context, target);
  if (place.exists && target.if_not_exists) return {};
  const delta::SnapshotPtr snapshot = VersionOf(context, *this);
  if (!snapshot) ThrowNoTable(source);
  const CloneResult result = CloneTable(source, *snapshot, target, place);
  LinkTo(context, place.catalog, place.root);
  KeepUpBehind(place.catalog, place.root, result.snapshot);
  return {{Value::BIGINT(result.source_bytes), Value::BIGINT(result.source_files),
           Value::BIGINT(result.removed_files), Value::BIGINT(0),
           Value::BIGINT(result.removed_bytes), Value::BIGINT(0)}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function = ActFunction<Bind>("laguna_clone");
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
