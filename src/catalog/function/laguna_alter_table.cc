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
#include "catalog/alter/altered_table.h"
#include "catalog/alter/constraint_change.h"
#include "catalog/alter/property_change.h"
#include "catalog/sql_function.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

struct AlterCall final : duckdb::TableFunctionData {
  std::string table;
  std::string change;
  std::vector<std::string> names;
  std::vector<std::string> values;
  bool if_exists = false;
  // ALTER TABLE IF EXISTS, and it does not.
  bool nothing_to_do = false;
};

// The statement changes the table when it runs, once.
struct AlterState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

std::vector<std::string> TextsOf(const duckdb::named_parameter_map_t& parameters,
                                 const char* name) {
  std::vector<std::string> texts;
  const auto found = parameters.find(name);
  if (found == parameters.end() || found->second.IsNull()) return texts;
  for (const Value& value : duckdb::ListValue::GetChildren(found->second)) {
    texts.push_back(value.ToString());
  }
  return texts;
}

bool IsTrue(const duckdb::named_parameter_map_t& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found != parameters.end() && !found->second.IsNull() && found->second.GetValue<bool>();
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

// Whether the table is there, where the statement allows that it is not.
bool IsMissing(duckdb::ClientContext& context, const std::string& table) {
  try {
    OpenToAlter(context, table);
    return false;
  } catch (const std::exception& failure) {
    if (engine::Translate(duckdb::ErrorData(failure)).kind() == ErrorKind::kNotFound) return true;
    throw;
  }
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<AlterCall>();
  call->table = input.inputs.at(0).ToString();
  call->change = duckdb::StringUtil::Upper(input.inputs.at(1).ToString());
  call->names = TextsOf(input.named_parameters, "names");
  call->values = TextsOf(input.named_parameters, "new_values");
  call->if_exists = IsTrue(input.named_parameters, "if_exists");
  const bool may_miss = IsTrue(input.named_parameters, "table_if_exists");
  try {
    CheckCall(*call);
    call->nothing_to_do = may_miss && IsMissing(context, call->table);
    if (!call->nothing_to_do) {
      const AlteredTable table =
          OpenToAlter(context, call->table, duckdb::QueryErrorContext(input.ref.query_location));
      ChangeOf(*call, table);
      input.binder->GetStatementProperties().RegisterDBModify(
          table.catalog, context, duckdb::DatabaseModificationType::ALTER_TABLE);
    }
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"table", "change", "name", "value"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR};
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<AlterState>();
}

void Emit(const AlterCall& call, const std::string& table, duckdb::DataChunk& output) {
  const size_t count = std::min<size_t>(call.names.size(), STANDARD_VECTOR_SIZE);
  for (size_t row = 0; row < count; ++row) {
    output.SetValue(0, row, Value(table));
    output.SetValue(1, row, Value(call.change));
    output.SetValue(2, row, Value(call.names[row]));
    output.SetValue(
        3, row, row < call.values.size() ? Value(call.values[row]) : Value(LogicalType::VARCHAR));
  }
  output.SetCardinality(count);
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<AlterCall>();
  auto& state = input.global_state->Cast<AlterState>();
  if (std::exchange(state.done, true) || call.nothing_to_do) return;
  engine::Guarded([&] {
    const AlteredTable table = OpenToAlter(context, call.table);
    auto change = ChangeOf(call, table);
    if (!change) return;
    // What is as it was is no commit.
    if (!(change->definition == table.view->metadata)) {
      AlterTable(context, table, std::move(change->definition), std::move(change->operation));
    }
    Emit(call, table.name, output);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  duckdb::TableFunction function("laguna_alter_table", {LogicalType::VARCHAR, LogicalType::VARCHAR},
                                 Run, Bind, Start);
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
