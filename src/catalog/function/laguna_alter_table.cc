// SPDX-License-Identifier: Apache-2.0
// laguna_alter_table('bronze.t', 'SET', ...): the changes of a table's definition that
// need no look at its rows; what ALTER TABLE ... SET TBLPROPERTIES and its kin run.
#include <fmt/format.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/act_function.h"
#include "catalog/alter/altered_table.h"
#include "catalog/alter/constraint_change.h"
#include "catalog/alter/property_change.h"
#include "catalog/sql_function.h"
#include "delta/properties.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct AlterCall final : Act {
  std::string table;
  std::string change;
  std::vector<std::string> names;
  std::vector<std::string> values;
  bool if_exists = false;
  // ALTER TABLE IF EXISTS, and it does not.
  bool nothing_to_do = false;

  [[nodiscard]] ActColumns Columns() const override;
  ActRows Run(duckdb::ClientContext& context) const override;
};

std::vector<std::string> TextsOf(const duckdb::TableFunctionBindInput& input, const char* name) {
  std::vector<std::string> texts;
  const Value* list = GivenArgument(input, name);
  if (list == nullptr) return texts;
  for (const Value& value : duckdb::ListValue::GetChildren(*list)) {
    texts.push_back(value.ToString());
  }
  return texts;
}

delta::Properties PropertiesOf(const AlterCall& call) {
  delta::Properties properties;
  for (size_t i = 0; i < call.names.size(); ++i) {
    if (!properties.emplace(call.names[i], call.values.at(i)).second) {
      throw Error(ErrorKind::kInvalidInput, "alter.property_twice",
                  fmt::format("Property '{}' is given twice.", call.names[i]))
          .With("property", call.names[i]);
    }
  }
  return properties;
}

constexpr std::string_view kSet = "SET";
constexpr std::string_view kUnset = "UNSET";
constexpr std::string_view kDrop = "DROP CONSTRAINT";

std::optional<DefinitionChange> ChangeOf(const AlterCall& call, const AlteredTable& table) {
  const delta::Metadata& before = table.view->metadata;
  if (call.change == kSet) {
    return SetProperties(before, PropertiesOf(call), table.name,
                         table.catalog.environment().random);
  }
  if (call.change == kUnset) {
    return UnsetProperties(before, call.names, call.if_exists, table.name);
  }
  return DropConstraint(before, call.names.at(0), call.if_exists, table.name);
}

void CheckCall(const AlterCall& call) {
  const std::vector<std::string> changes{std::string(kSet), std::string(kUnset),
                                         std::string(kDrop)};
  if (std::find(changes.begin(), changes.end(), call.change) == changes.end()) {
    throw Error(ErrorKind::kInvalidInput, "alter.unknown_change",
                fmt::format("laguna_alter_table knows no change '{}'.", call.change))
        .Hint(base::SuggestName(call.change, changes));
  }
  const bool complete =
      !call.names.empty() && (call.change != kSet || call.names.size() == call.values.size());
  if (complete) return;
  throw Error(ErrorKind::kInvalidInput, "alter.arguments",
              "laguna_alter_table needs names => [...] and, to set properties, as many "
              "new_values => [...].");
}

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<AlterCall>();
  call->table = input.inputs.at(0).ToString();
  call->change = duckdb::StringUtil::Upper(input.inputs.at(1).ToString());
  call->names = TextsOf(input, "names");
  call->values = TextsOf(input, "new_values");
  call->if_exists = IsArgumentTrue(input, "if_exists");
  CheckCall(*call);
  if (call->change == kSet) {
    for (std::string& name : call->names) name = delta::CanonicalPropertyName(name);
  }
  call->nothing_to_do =
      IsArgumentTrue(input, "table_if_exists") && IsMissingTable(context, call->table);
  if (call->nothing_to_do) return call;
  const AlteredTable table =
      OpenToAlter(context, call->table, duckdb::QueryErrorContext(input.ref.query_location));
  ChangeOf(*call, table);
  input.binder->GetStatementProperties().RegisterDBModify(
      table.catalog, context, duckdb::DatabaseModificationType::ALTER_TABLE);
  return call;
}

ActColumns AlterCall::Columns() const {
  return {{"table", LogicalType::VARCHAR},
          {"change", LogicalType::VARCHAR},
          {"name", LogicalType::VARCHAR},
          {"value", LogicalType::VARCHAR}};
}

ActRows RowsOf(const AlterCall& call, const std::string& table) {
  ActRows rows;
  for (size_t i = 0; i < call.names.size(); ++i) {
    rows.push_back({Value(table), Value(call.change), Value(call.names[i]),
                    i < call.values.size() ? Value(call.values[i]) : Value(LogicalType::VARCHAR)});
  }
  return rows;
}

ActRows AlterCall::Run(duckdb::ClientContext& context) const {
  if (nothing_to_do) return {};
  const AlteredTable altered = OpenToAlter(context, table);
  auto changed = ChangeOf(*this, altered);
  if (!changed) return {};
  // What is as it was is no commit.
  if (!(changed->definition == altered.view->metadata)) {
    AlterTable(context, altered, std::move(changed->definition), std::move(changed->operation));
  }
  return RowsOf(*this, altered.name);
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  auto function =
      ActFunction<Bind>("laguna_alter_table", {LogicalType::VARCHAR, LogicalType::VARCHAR});
  function.named_parameters["names"] = LogicalType::LIST(LogicalType::VARCHAR);
  function.named_parameters["new_values"] = LogicalType::LIST(LogicalType::VARCHAR);
  function.named_parameters["if_exists"] = LogicalType::BOOLEAN;
  function.named_parameters["table_if_exists"] = LogicalType::BOOLEAN;
  loader.RegisterFunction(std::move(function));
}

}  // namespace

extern const SqlFunction laguna_alter_table_function{
    .name = "laguna_alter_table",
    .syntax =
        "laguna_alter_table(table VARCHAR, change VARCHAR, names => VARCHAR[] [, new_values => "
        "VARCHAR[]] [, if_exists => BOOLEAN] [, table_if_exists => BOOLEAN])",
    .documentation =
        "Changes the definition of a table and shows what it changed; what `ALTER TABLE ... SET "
        "TBLPROPERTIES`, `UNSET TBLPROPERTIES` and `DROP CONSTRAINT` run.\n\n"
        "`change` is `SET` (with `names` and `values`), `UNSET` or `DROP "
        "CONSTRAINT`.",
    .example =
        "FROM laguna_alter_table('bronze.sales', 'SET', "
        "names => ['owner'], new_values => ['finance'])",
    .add = Add,
};

}  // namespace laguna::catalog
