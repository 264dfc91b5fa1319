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
#include "catalog/act_function.h"
#include "catalog/alter/altered_table.h"
#include "catalog/alter/column_change.h"
#include "catalog/alter/declared_type.h"
#include "catalog/alter/replaced_columns.h"
#include "catalog/sql_function.h"
#include "catalog/type_map.h"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/type_text.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

constexpr std::array<const char*, 6> kChanges{"ADD",          "DROP",          "CHANGE",
                                              "SET NOT NULL", "DROP NOT NULL", "REPLACE"};

struct ColumnsCall final : Act {
  std::string table;
  std::string change;
  std::vector<ColumnChange> changes;
  // For the rows of the result.
  std::vector<std::string> columns;
  std::vector<std::string> types;
  // ALTER TABLE IF EXISTS, and it does not.
  bool nothing_to_do = false;

  [[nodiscard]] ActColumns Columns() const override;
  ActRows Run(duckdb::ClientContext& context) const override;
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

using BindInput = duckdb::TableFunctionBindInput;

std::vector<std::optional<std::string>> TextsOf(const BindInput& input, const char* name,
                                                size_t count) {
  std::vector<std::optional<std::string>> texts;
  if (const Value* list = GivenArgument(input, name)) {
    for (const Value& text : duckdb::ListValue::GetChildren(*list)) {
      texts.push_back(text.IsNull() ? std::nullopt : std::optional(text.ToString()));
    }
    if (texts.size() != count) {
      throw BadArguments(fmt::format("needs as many {} => [...] as columns", name));
    }
  }
  texts.resize(count);
  return texts;
}

std::vector<delta::FieldPath> PathsOf(const BindInput& input) {
  std::vector<delta::FieldPath> paths;
  const Value* list = GivenArgument(input, "columns");
  if (list == nullptr) throw BadArguments("needs columns");
  for (const Value& path : duckdb::ListValue::GetChildren(*list)) {
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

Arguments ArgumentsOf(const BindInput& input) {
  Arguments arguments;
  arguments.columns = PathsOf(input);
  const size_t count = arguments.columns.size();
  arguments.types = TextsOf(input, "types", count);
  arguments.comments = TextsOf(input, "comments", count);
  arguments.positions = TextsOf(input, "positions", count);
  arguments.if_exists = IsArgumentTrue(input, "if_exists");
  for (const auto& required : TextsOf(input, "required", count)) {
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

// A field of the type that the text says, for the column at `path`.
delta::StructField Declared(duckdb::ClientContext& context, const engine::DeclaredType& declared,
                            const delta::FieldPath& path) {
  const LogicalType type = duckdb::TransformStringToLogicalType(declared.sql, context);
  delta::StructField field{path.back(), ToDelta(type, delta::PathText(path)), true, {}};
  ApplyDeclared(declared, field);
  return field;
}

ColumnChange ChangeAt(duckdb::ClientContext& context, const std::string& change,
                      const Arguments& arguments, size_t at) {
  const delta::FieldPath& path = arguments.columns[at];
  const auto& text = arguments.types[at];
  std::optional<delta::DataType> type;
  delta::TextLimits limits;
  if (text) {
    const engine::DeclaredType declared = engine::ReadType(*text);
    type = Declared(context, declared, path).type;
    limits = LimitsOf(declared);
  }
  const auto position = PositionOf(arguments.positions[at]);
  if (change == "DROP") return DropColumn{path, arguments.if_exists};
  if (change != "ADD" && change != "REPLACE") {
    return ChangeColumn{
        path, type, limits, arguments.comments[at], position, change == "DROP NOT NULL"};
  }
  if (!type) throw BadArguments("needs the types of new columns");
  return AddColumn{path,
                   *type,
                   limits,
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
  const Arguments arguments = ArgumentsOf(input);
  for (size_t at = 0; at < arguments.columns.size(); ++at) {
    call.changes.push_back(ChangeAt(context, call.change, arguments, at));
    call.columns.push_back(delta::PathText(arguments.columns[at]));
    const auto& type = arguments.types[at];
    call.types.push_back(type ? engine::ReadType(*type).sql : "");
  }
  call.nothing_to_do =
      IsArgumentTrue(input, "table_if_exists") && IsMissingTable(context, call.table);
  if (call.nothing_to_do) return;
  const AlteredTable table =
      OpenToAlter(context, call.table, duckdb::QueryErrorContext(input.ref.query_location));
  ChangesOn(table, call);
  input.binder->GetStatementProperties().RegisterDBModify(
      table.catalog, context, duckdb::DatabaseModificationType::ALTER_TABLE);
}

duckdb::unique_ptr<Act> Bind(duckdb::ClientContext& context,
                             duckdb::TableFunctionBindInput& input) {
  auto call = duckdb::make_uniq<ColumnsCall>();
  call->table = input.inputs.at(0).ToString();
  call->change = duckdb::StringUtil::Upper(input.inputs.at(1).ToString());
  Prepare(context, input, *call);
  return call;
}

ActColumns ColumnsCall::Columns() const {
  return {{"table", LogicalType::VARCHAR},
          {"change", LogicalType::VARCHAR},
          {"column", LogicalType::VARCHAR},
          {"type", LogicalType::VARCHAR}};
}

ActRows RowsOf(const ColumnsCall& call, const std::string& table) {
  ActRows rows;
  for (size_t i = 0; i < call.columns.size(); ++i) {
    const std::string& type = call.types[i];
    rows.push_back({Value(table), Value(call.change), Value(call.columns[i]),
                    type.empty() ? Value(LogicalType::VARCHAR) : Value(type)});
  }
  return rows;
}

ActRows ColumnsCall::Run(duckdb::ClientContext& context) const {
  if (nothing_to_do) return {};
  const AlteredTable altered = OpenToAlter(context, table);
  AlterColumns(context, altered, ChangesOn(altered, *this));
  return RowsOf(*this, altered.name);
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  auto function =
      ActFunction<Bind>("laguna_alter_columns", {LogicalType::VARCHAR, LogicalType::VARCHAR});
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
