// SPDX-License-Identifier: Apache-2.0
// laguna_alter_columns('bronze.t', 'ADD', columns => [['n']], types => ['INTEGER']): what ALTER
// TABLE runs where its spelling is Spark's.
#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/alter/altered_table.h"
#include "catalog/alter/column_change.h"
#include "catalog/alter/replaced_columns.h"
#include "catalog/sql_function.h"
#include "catalog/type_map.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

constexpr std::array<const char*, 6> kChanges{"ADD",          "DROP",          "CHANGE",
                                              "SET NOT NULL", "DROP NOT NULL", "REPLACE"};

struct ColumnsCall final : duckdb::TableFunctionData {
  std::string table;
  std::string change;
  std::vector<ColumnChange> changes;
  // For the rows of the result.
  std::vector<std::string> columns;
  std::vector<std::string> types;
  // ALTER TABLE IF EXISTS, and it does not.
  bool nothing_to_do = false;
};

struct ColumnsState final : duckdb::GlobalTableFunctionState {
  bool done = false;
};

// The arguments, one entry a column; empty lists: nothing is said.
struct Arguments {
  std::vector<delta::FieldPath> columns;
  std::vector<std::optional<std::string>> types;
  std::vector<std::optional<std::string>> comments;
  std::vector<std::optional<std::string>> positions;
  std::vector<bool> required;
  bool if_exists = false;
};

Error BadArguments(const std::string& why) {
  return Error(ErrorKind::kInvalidInput, "alter.arguments",
               fmt::format("laguna_alter_columns {}.", why));
}

using Parameters = duckdb::named_parameter_map_t;

std::vector<std::optional<std::string>> TextsOf(const Parameters& parameters, const char* name,
                                                size_t count) {
  std::vector<std::optional<std::string>> texts;
  const auto found = parameters.find(name);
  if (found != parameters.end() && !found->second.IsNull()) {
    for (const Value& text : duckdb::ListValue::GetChildren(found->second)) {
      texts.push_back(text.IsNull() ? std::nullopt : std::optional(text.ToString()));
    }
    if (texts.size() != count) {
      throw BadArguments(fmt::format("needs as many {} => [...] as columns", name));
    }
  }
  texts.resize(count);
  return texts;
}

bool IsTrue(const Parameters& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found != parameters.end() && !found->second.IsNull() && found->second.GetValue<bool>();
}

std::vector<delta::FieldPath> PathsOf(const Parameters& parameters) {
  std::vector<delta::FieldPath> paths;
  const auto found = parameters.find("columns");
  if (found == parameters.end() || found->second.IsNull()) throw BadArguments("needs columns");
  for (const Value& path : duckdb::ListValue::GetChildren(found->second)) {
    delta::FieldPath names;
    if (path.IsNull()) throw BadArguments("takes no NULL among columns");
    for (const Value& name : duckdb::ListValue::GetChildren(path)) {
      if (name.IsNull()) throw BadArguments("takes no NULL among columns");
      names.push_back(name.ToString());
    }
    if (names.empty()) throw BadArguments("takes no column without a name");
    paths.push_back(std::move(names));
  }
  if (paths.empty()) throw BadArguments("needs columns");
  return paths;
}

Arguments ArgumentsOf(const Parameters& parameters) {
  Arguments arguments;
  arguments.columns = PathsOf(parameters);
  const size_t count = arguments.columns.size();
  arguments.types = TextsOf(parameters, "types", count);
  arguments.comments = TextsOf(parameters, "comments", count);
  arguments.positions = TextsOf(parameters, "positions", count);
  arguments.if_exists = IsTrue(parameters, "if_exists");
  for (const auto& required : TextsOf(parameters, "required", count)) {
    arguments.required.push_back(required == "true");
  }
  return arguments;
}

// "FIRST", "AFTER name".
std::optional<delta::FieldPosition> PositionOf(const std::optional<std::string>& text) {
  using Place = delta::FieldPosition::Place;
  if (!text) return std::nullopt;
  constexpr std::string_view kAfter = "AFTER ";
  if (duckdb::StringUtil::CIEquals(*text, "FIRST")) return delta::FieldPosition{Place::kFirst, ""};
  const bool after = duckdb::StringUtil::Upper(text->substr(0, kAfter.size())) == kAfter &&
                     text->size() > kAfter.size();
  if (!after) throw BadArguments("takes 'FIRST' or 'AFTER name' as a position");
  return delta::FieldPosition{Place::kAfter, text->substr(kAfter.size())};
}

std::optional<delta::DataType> TypeOf(duckdb::ClientContext& context,
                                      const std::optional<std::string>& text,
                                      const delta::FieldPath& path) {
  if (!text) return std::nullopt;
  const LogicalType type = duckdb::TransformStringToLogicalType(*text, context);
  return ToDelta(type, delta::PathText(path));
}

ColumnChange ChangeAt(duckdb::ClientContext& context, const std::string& change,
                      const Arguments& arguments, size_t at) {
  const delta::FieldPath& path = arguments.columns[at];
  const auto type = TypeOf(context, arguments.types[at], path);
  const auto position = PositionOf(arguments.positions[at]);
  if (change == "DROP") return DropColumn{path, arguments.if_exists};
  if (change != "ADD" && change != "REPLACE") {
    return ChangeColumn{path, type, arguments.comments[at], position, change == "DROP NOT NULL"};
  }
  if (!type) throw BadArguments("needs the types of new columns");
  return AddColumn{path,
                   *type,
                   !arguments.required[at],
                   arguments.comments[at],
                   position.value_or(delta::FieldPosition{}),
                   arguments.if_exists};
}

void CheckChange(const std::string& change) {
  if (std::ranges::find(kChanges, change) != kChanges.end()) return;
  const std::vector<std::string> known(kChanges.begin(), kChanges.end());
  throw Error(ErrorKind::kInvalidInput, "alter.unknown_change",
              fmt::format("laguna_alter_columns knows no change '{}'.", change))
      .Hint(base::SuggestName(change, known));
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

ColumnChanges ChangesOn(const AlteredTable& table, const ColumnsCall& call) {
  if (call.change == "SET NOT NULL") RefuseNotNull(call.columns.at(0), table.name);
  base::Random& random = table.catalog.environment().random;
  const delta::Metadata& before = table.view->metadata;
  if (call.change == "REPLACE") return ReplaceColumns(before, call.changes, table.name, random);
  return ChangeColumns(before, call.changes, table.name, random);
}

void Prepare(duckdb::ClientContext& context, duckdb::TableFunctionBindInput& input,
             ColumnsCall& call) {
  CheckChange(call.change);
  const Arguments arguments = ArgumentsOf(input.named_parameters);
  for (size_t at = 0; at < arguments.columns.size(); ++at) {
    call.changes.push_back(ChangeAt(context, call.change, arguments, at));
    call.columns.push_back(delta::PathText(arguments.columns[at]));
    call.types.push_back(arguments.types[at].value_or(""));
  }
  call.nothing_to_do =
      IsTrue(input.named_parameters, "table_if_exists") && IsMissing(context, call.table);
  if (call.nothing_to_do) return;
  const AlteredTable table =
      OpenToAlter(context, call.table, duckdb::QueryErrorContext(input.ref.query_location));
  ChangesOn(table, call);
  input.binder->GetStatementProperties().RegisterDBModify(
      table.catalog, context, duckdb::DatabaseModificationType::ALTER_TABLE);
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto call = duckdb::make_uniq<ColumnsCall>();
  call->table = input.inputs.at(0).ToString();
  call->change = duckdb::StringUtil::Upper(input.inputs.at(1).ToString());
  try {
    Prepare(context, input, *call);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  names = {"table", "change", "column", "type"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR};
  return call;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Start(duckdb::ClientContext&,
                                                           duckdb::TableFunctionInitInput&) {
  return duckdb::make_uniq<ColumnsState>();
}

void Emit(const ColumnsCall& call, const std::string& table, duckdb::DataChunk& output) {
  const size_t count = std::min<size_t>(call.columns.size(), STANDARD_VECTOR_SIZE);
  for (size_t row = 0; row < count; ++row) {
    const std::string& type = call.types[row];
    output.SetValue(0, row, Value(table));
    output.SetValue(1, row, Value(call.change));
    output.SetValue(2, row, Value(call.columns[row]));
    output.SetValue(3, row, type.empty() ? Value(LogicalType::VARCHAR) : Value(type));
  }
  output.SetCardinality(count);
}

void Run(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
  const auto& call = input.bind_data->Cast<ColumnsCall>();
  auto& state = input.global_state->Cast<ColumnsState>();
  if (std::exchange(state.done, true) || call.nothing_to_do) return;
  engine::Guarded([&] {
    const AlteredTable table = OpenToAlter(context, call.table);
    AlterColumns(context, table, ChangesOn(table, call));
    Emit(call, table.name, output);
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  duckdb::TableFunction function("laguna_alter_columns",
                                 {LogicalType::VARCHAR, LogicalType::VARCHAR}, Run, Bind, Start);
  const LogicalType texts = LogicalType::LIST(LogicalType::VARCHAR);
  function.named_parameters["columns"] = LogicalType::LIST(texts);
  function.named_parameters["types"] = texts;
  function.named_parameters["comments"] = texts;
  function.named_parameters["positions"] = texts;
  function.named_parameters["required"] = LogicalType::LIST(LogicalType::BOOLEAN);
  function.named_parameters["if_exists"] = LogicalType::BOOLEAN;
  function.named_parameters["table_if_exists"] = LogicalType::BOOLEAN;
  loader.RegisterFunction(std::move(function));
}

}  // namespace

extern const SqlFunction laguna_alter_columns_function{
    .name = "laguna_alter_columns",
    .syntax =
        "laguna_alter_columns(table VARCHAR, change VARCHAR, columns => VARCHAR[][] [, types => "
        "VARCHAR[]] [, comments => VARCHAR[]] [, positions => VARCHAR[]] [, if_exists => BOOLEAN] "
        "[, table_if_exists => BOOLEAN])",
    .documentation =
        "Changes columns of a table in one commit; what `ALTER TABLE ... ADD COLUMNS`, `DROP "
        "COLUMNS` and `ALTER COLUMN ... COMMENT` run.\n\n"
        "`change` is `ADD`, `DROP`, `CHANGE`, `DROP NOT NULL` or `REPLACE`. A column is the list "
        "of the names "
        "that lead to it, so `['address', 'city']` is a field of a struct. A position is `FIRST` "
        "or `AFTER name`; what is NULL stays as it is. `if_exists` passes over columns that are "
        "not "
        "there, or, with `ADD`, over those that are.",
    .example =
        "FROM laguna_alter_columns('bronze.sales', 'ADD', columns => [['remark']], types => "
        "['VARCHAR'])",
    .add = Add,
};

}  // namespace laguna::catalog
