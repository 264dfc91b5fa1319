// SPDX-License-Identifier: Apache-2.0
// laguna_sync_identity('bronze.t', 'id'): what ALTER TABLE ... ALTER COLUMN ... SYNC IDENTITY runs.
//
// It becomes a query for the column's furthest value and a scalar function over it, which puts the
// mark into the transaction; so the rows are read as any query reads them, and the commit depends
// on them.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/alter/altered_table.h"
#include "catalog/lake_catalog.h"
#include "catalog/sql_function.h"
#include "delta/identity_column.h"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "duckdb/planner/binder.hpp"
#include "engine/guard.h"
#include "engine/sql_text.h"
#include "engine/written_query.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

constexpr const char* kKeepFunction = "__laguna_keep_identity_mark";

Error NoIdentity(const AlteredTable& table, const std::string& column) {
  std::vector<std::string> names;
  for (const delta::StructField& field : table.view->metadata.schema.fields) {
    if (delta::IsIdentity(field)) names.push_back(field.name);
  }
  return Error(ErrorKind::kInvalidInput, "alter.no_identity",
               fmt::format("Table {} has no identity column \"{}\".", table.name, column))
      .Hint(names.empty() ? "It has none at all." : base::SuggestName(column, names))
      .With("table", table.name)
      .With("column", column);
}

struct NamedIdentity {
  std::string column;
  delta::IdentityColumn identity;
};

NamedIdentity IdentityNamed(const AlteredTable& table, const std::string& column) {
  const delta::StructField* field = table.view->metadata.schema.Find(column);
  const auto identity = field == nullptr ? std::nullopt : delta::IdentityOf(*field);
  if (!identity) throw NoIdentity(table, column);
  return {field->name, *identity};
}

std::string QueryFor(const AlteredTable& table, const NamedIdentity& named) {
  const size_t dot = table.name.find('.');
  const std::string from = engine::QuotedName(
      {LakeCatalog::kName, table.name.substr(0, dot), table.name.substr(dot + 1)});
  return fmt::format(
      "SELECT {0} AS \"table\", {1} AS \"column\", {2}({0}, {1}, {3}({4})) AS high_water_mark FROM "
      "{5}",
      engine::QuotedText(table.name), engine::QuotedText(named.column), kKeepFunction,
      named.identity.step > 0 ? "max" : "min", engine::QuotedName(named.column), from);
}

duckdb::unique_ptr<duckdb::TableRef> Replace(duckdb::ClientContext& context,
                                             duckdb::TableFunctionBindInput& input) {
  try {
    const AlteredTable table = OpenToAlter(context, input.inputs.at(0).ToString(),
                                           duckdb::QueryErrorContext(input.ref.query_location));
    const NamedIdentity named = IdentityNamed(table, input.inputs.at(1).ToString());
    input.binder->GetStatementProperties().RegisterDBModify(
        table.catalog, context, duckdb::DatabaseModificationType::ALTER_TABLE);
    return engine::WrittenQuery(context, QueryFor(table, named), "identity");
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
}

Value Sync(duckdb::ClientContext& context, const std::string& name, const std::string& column,
           const Value& furthest) {
  const AlteredTable table = OpenToAlter(context, name);
  const auto [spelled, identity] = IdentityNamed(table, column);
  const auto mark = furthest.IsNull() ? identity.high_water_mark
                                      : delta::MarkPast(identity, furthest.GetValue<int64_t>());
  if (!mark) return Value(LogicalType::BIGINT);
  if (mark != identity.high_water_mark) {
    delta::Metadata definition = table.view->metadata;
    delta::RaiseMarks(definition.schema, {{spelled, *mark}});
    AlterTable(context, table, std::move(definition),
               {"SYNC IDENTITY", {{"columnName", nlohmann::json(spelled).dump()}}, {}});
  }
  return Value::BIGINT(*mark);
}

// (table, column, furthest value or NULL) -> the mark.
void Keep(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, duckdb::Vector& result) {
  engine::Guarded([&] {
    for (duckdb::idx_t row = 0; row < arguments.size(); ++row) {
      result.SetValue(row, Sync(state.GetContext(), arguments.GetValue(0, row).ToString(),
                                arguments.GetValue(1, row).ToString(), arguments.GetValue(2, row)));
    }
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  duckdb::TableFunction function;
  function.name = "laguna_sync_identity";
  function.arguments = {LogicalType::VARCHAR, LogicalType::VARCHAR};
  function.bind_replace = Replace;
  loader.RegisterFunction(std::move(function));

  duckdb::ScalarFunction keep(kKeepFunction,
                              {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::BIGINT},
                              LogicalType::BIGINT, Keep);
  keep.stability = duckdb::FunctionStability::VOLATILE;
  keep.null_handling = duckdb::FunctionNullHandling::SPECIAL_HANDLING;
  loader.RegisterFunction(std::move(keep));
}

}  // namespace

extern const SqlFunction laguna_sync_identity_function{
    .name = "laguna_sync_identity",
    .syntax = "laguna_sync_identity(table VARCHAR, column VARCHAR)",
    .documentation =
        "Lets an identity column go on behind the values that are in the table; what `ALTER TABLE "
        "... ALTER COLUMN ... SYNC IDENTITY` runs.\n\n"
        "It gives the column's high-water mark, which never goes back. Statements may have given "
        "values of their own (`GENERATED BY DEFAULT AS IDENTITY`), of which the table keeps no "
        "account.",
    .example = "FROM laguna_sync_identity('bronze.events', 'id')",
    .add = Add,
};

}  // namespace laguna::catalog
