// SPDX-License-Identifier: Apache-2.0
// laguna_create_like('bronze.t', target => 'bronze.u'): what CREATE TABLE ... LIKE runs.
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/act_function.h"
#include "catalog/clone/new_table.h"
#include "catalog/lake_transaction.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "catalog/write/operation.h"
#include "delta/cloned_table.h"
#include "delta/table_feature.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

struct LikeCall final : Act {
  OpenedTable source;
  NewTableCall target;

  [[nodiscard]] ActColumns Columns() const override { return {{"table", LogicalType::VARCHAR}}; }
  ActRows Run(duckdb::ClientContext& context) const override;
};

void Check(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
           const LikeCall& call) {
  const NewTablePlace place = PlaceOf(context, call.target);
  input.binder->GetStatementProperties().RegisterDBModify(
      place.catalog, context, duckdb::DatabaseModificationType::CREATE_CATALOG_ENTRY);
}

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<LikeCall>();
  call->source = OpenTableOperand(context, input, "so no table can be like it");
  call->target = NewTableCallOf(input.named_parameters);
  Check(context, input, *call);
  return call;
}

void Create(duckdb::ClientContext& context, const LikeCall& call, const NewTablePlace& place) {
  const LakeEnvironment& environment = place.catalog.environment();
  delta::Metadata metadata = delta::LikeDefinition(call.source.view->metadata);
  ApplyTo(metadata, call.target, false, environment.random);
  delta::CheckWritable(delta::MinimalProtocol(metadata), metadata, place.name);
  metadata.id = base::MakeUuid(environment.random);
  metadata.created_time_ms = environment.clock.NowMs();
  delta::Operation operation = CreateOperation(metadata, place.exists);
  LakeTransaction& transaction = LakeTransaction::Get(context, place.catalog);
  transaction.CreateTable(place.root, std::move(metadata), place.exists);
  transaction.AddOperation(place.root, std::move(operation));
}

ActRows LikeCall::Run(duckdb::ClientContext& context) const {
  const NewTablePlace place = PlaceOf(context, target);
  if (place.exists && target.if_not_exists) return {};
  Create(context, *this, place);
  return {{Value(place.name)}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  duckdb::TableFunction function = ActFunction<Bind>("laguna_create_like");
  AddNewTableParameters(function);
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_create_like_function{
    .name = "laguna_create_like",
    .syntax =
        "laguna_create_like(source VARCHAR | path => VARCHAR, target => VARCHAR [, replace => "
        "BOOLEAN] [, if_not_exists => BOOLEAN] [, names => VARCHAR[], new_values => VARCHAR[]] [, "
        "comment => VARCHAR])",
    .documentation =
        "Makes an empty table of another one's definition; what `CREATE TABLE ... LIKE` runs.",
    .example = "FROM laguna_create_like('bronze.sales', target => 'silver.sales_empty')",
    .add = Add,
};

}  // namespace laguna::catalog
