// SPDX-License-Identifier: Apache-2.0
// laguna_link_table('bronze.t', '/data/t'): what CREATE TABLE ... LOCATION without columns and
// ALTER TABLE ... SET LOCATION run.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/act_function.h"
#include "catalog/definition/new_name.h"
#include "catalog/lake_catalog.h"
#include "catalog/link/located_table.h"
#include "catalog/named_table.h"
#include "catalog/sql_function.h"
#include "duckdb/planner/binder.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct LinkCall final : Act {
  std::string table;
  std::string location;
  // The table is there and its link is set elsewhere.
  bool alters = false;
  bool if_not_exists = false;
  bool if_exists = false;

  [[nodiscard]] ActColumns Columns() const override {
    return {{"table", LogicalType::VARCHAR}, {"location", LogicalType::VARCHAR}};
  }
  ActRows Run(duckdb::ClientContext& context) const override;
};

Error UnknownTable(const TableName& table) {
  const std::string name = fmt::format("{}.{}", table.schema.name, table.name);
  return Error(ErrorKind::kNotFound, "catalog.unknown_table",
               fmt::format("There is no table {}.", name))
      .Hint(fmt::format("CREATE TABLE {} LOCATION '...' makes it.", name))
      .With("table", name);
}

// Where the table is then; nothing when there was nothing to do.
std::optional<std::string> Alter(duckdb::ClientContext& context, const LinkCall& call,
                                 const TableName& name) {
  const auto existing = name.schema.FindTable(context, name.name);
  if (existing) return SetLocation(context, name.schema, *existing, call.location);
  if (call.if_exists) return std::nullopt;
  throw UnknownTable(name);
}

std::optional<std::string> Create(duckdb::ClientContext& context, const LinkCall& call,
                                  const TableName& name) {
  LakeSchema& schema = name.schema;
  CheckNewName(context, schema, name.name);
  if (const auto view = schema.FindView(context, name.name)) {
    throw ExistsError(schema, "View", *view);
  }
  const auto existing = schema.FindTable(context, name.name);
  if (existing && call.if_not_exists) return std::nullopt;
  if (existing) throw ExistsError(schema, "Table", *existing);
  const NewRoot place = RootAt(context, schema, name.name, call.location);
  TakeOver(context, schema, name.name, place.root);
  return schema.lake_catalog().environment().store.Locate(place.root);
}

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<LinkCall>();
  call->table = input.inputs.at(0).ToString();
  call->location = input.inputs.at(1).ToString();
  call->alters = IsArgumentTrue(input, "alter");
  call->if_not_exists = IsArgumentTrue(input, "if_not_exists");
  call->if_exists = IsArgumentTrue(input, "table_if_exists");
  const TableName name = ResolveTableName(context, call->table);
  input.binder->GetStatementProperties().RegisterDBModify(
      name.schema.lake_catalog(), context, duckdb::DatabaseModificationType::ALTER_TABLE);
  return call;
}

ActRows LinkCall::Run(duckdb::ClientContext& context) const {
  const TableName name = ResolveTableName(context, table);
  const auto place = alters ? Alter(context, *this, name) : Create(context, *this, name);
  if (!place) return {};
  return {{Value(fmt::format("{}.{}", name.schema.name, name.name)), Value(*place)}};
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  duckdb::TableFunction function =
      ActFunction<Bind>("laguna_link_table", {LogicalType::VARCHAR, LogicalType::VARCHAR});
  for (const char* name : {"alter", "if_not_exists", "table_if_exists"}) {
    function.named_parameters[name] = LogicalType::BOOLEAN;
  }
  loader.RegisterFunction(std::move(function));
}

}  // namespace

extern const SqlFunction laguna_link_table_function{
    .name = "laguna_link_table",
    .syntax =
        "laguna_link_table(table VARCHAR, location VARCHAR [, alter => BOOLEAN] [, if_not_exists "
        "=> BOOLEAN] [, table_if_exists => BOOLEAN])",
    .documentation =
        "Gives the Delta table in a folder a name in the lake; what `CREATE TABLE ... LOCATION` "
        "without columns runs, and with `alter => true` what `ALTER TABLE ... SET LOCATION` does.",
    .example =
        "CREATE TABLE bronze.near (id BIGINT) LOCATION 'landing/near'; DROP TABLE bronze.near; "
        "FROM "
        "laguna_link_table('bronze.near', 'landing/near')",
    .add = Add,
};

}  // namespace laguna::catalog
