// SPDX-License-Identifier: Apache-2.0
// laguna_add_constraint('bronze.t', 'positive', 'k > 0'): what ALTER TABLE ... ADD CONSTRAINT runs.
//
// It becomes a query for one row of the table that breaks the constraint, and a scalar function
// over that row, which refuses it or, when there is none, puts the constraint into the transaction.
// So the rows are read as any query reads them: in the transaction, in parallel, with progress.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/alter/altered_table.h"
#include "catalog/alter/constraint_change.h"
#include "catalog/constraint/duckdb_expression.h"
#include "catalog/constraint/row_text.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/named_argument.h"
#include "catalog/sql_function.h"
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

constexpr const char* kKeepFunction = "__laguna_keep_constraint";
constexpr const char* kAlias = "constraint";

Error BrokenByRow(const RowCheck& check, const std::string& table, const std::string& row) {
  return Error(
             ErrorKind::kViolation, "constraint.broken",
             fmt::format("CHECK constraint \"{}\" ({}) cannot be added to table {}: it is not TRUE "
                         "for a row that is there: {}.",
                         check.name, check.expression, table, row))
      .Hint(fmt::format("SELECT * FROM {} WHERE ({}) IS NOT TRUE shows all such rows.", table,
                        check.expression))
      .With("table", table)
      .With("constraint", check.name)
      .With("expression", check.expression)
      .With("row", row);
}

// One row: the first of the table that breaks the check, or NULL, given to the function.
std::string QueryFor(const AlteredTable& table, const RowCheck& check) {
  const delta::Schema& schema = table.view->metadata.schema;
  std::string fields;
  for (const delta::StructField& field : schema.fields) {
    const std::string name = engine::QuotedName(field.name);
    fields += fmt::format("{}{} := {}", fields.empty() ? "" : ", ", name, name);
  }
  const size_t dot = table.name.find('.');
  const std::string from = engine::QuotedName(
      {LakeCatalog::kName, table.name.substr(0, dot), table.name.substr(dot + 1)});
  return fmt::format(
      "SELECT {0} AS \"table\", {1} AS \"constraint\", {2}({0}, {1}, {3}, "
      "any_value(struct_pack({4}))) AS expression FROM {5} WHERE ({6}) IS NOT TRUE",
      engine::QuotedText(table.name), engine::QuotedText(check.name), kKeepFunction,
      engine::QuotedText(check.expression), fields, from, ConditionSql(check, schema, table.name));
}

// The condition as the log will have it; parser errors point into a text of their own.
SparkExpression Condition(duckdb::ClientContext& context, const std::string& text,
                          const AlteredTable& table) {
  const std::string name = table.name.substr(table.name.find('.') + 1);
  try {
    return FromDuckdbText(context, text, table.view->metadata.schema, name);
  } catch (const Error& error) {
    throw Error(error).Within(fmt::format("CHECK ({}) of table {}", text, table.name));
  } catch (const duckdb::Exception& failure) {
    const duckdb::ErrorData error(failure);
    throw Error(ErrorKind::kInvalidInput, "constraint.syntax",
                fmt::format("CHECK ({}) of table {}: {}", text, table.name, error.RawMessage()));
  }
}

constexpr const char* kNoTable =
    "SELECT NULL::VARCHAR AS \"table\", NULL::VARCHAR AS "
    "\"constraint\", NULL::VARCHAR AS expression WHERE FALSE";

duckdb::unique_ptr<duckdb::TableRef> Replace(duckdb::ClientContext& context,
                                             duckdb::TableFunctionBindInput& input) {
  try {
    const std::string name = input.inputs.at(0).ToString();
    const bool may_miss = IsArgumentTrue(input, "table_if_exists");
    if (may_miss && IsMissingTable(context, name)) {
      return engine::WrittenQuery(context, kNoTable, kAlias);
    }
    const AlteredTable table =
        OpenToAlter(context, name, duckdb::QueryErrorContext(input.ref.query_location));
    const SparkExpression condition = Condition(context, input.inputs.at(2).ToString(), table);
    const delta::Metadata& metadata = table.view->metadata;
    const std::string constraint = input.inputs.at(1).IsNull()
                                       ? ConstraintNameFor(condition, metadata, table.name)
                                       : input.inputs.at(1).ToString();
    const RowCheck check = NewConstraint(metadata, constraint, condition, table.name);
    input.binder->GetStatementProperties().RegisterDBModify(
        table.catalog, context, duckdb::DatabaseModificationType::ALTER_TABLE);
    return engine::WrittenQuery(context, QueryFor(table, check), kAlias);
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
}

// (table, name, expression as Spark SQL, a row that breaks it or NULL) -> the expression.
void Keep(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, duckdb::Vector& result) {
  engine::Guarded([&] {
    duckdb::ClientContext& context = state.GetContext();
    for (duckdb::idx_t row = 0; row < arguments.size(); ++row) {
      const AlteredTable table = OpenToAlter(context, arguments.GetValue(0, row).ToString());
      const std::string name = arguments.GetValue(1, row).ToString();
      const std::string text = arguments.GetValue(2, row).ToString();
      const Value broken = arguments.GetValue(3, row);
      const RowCheck check =
          NewConstraint(table.view->metadata, name, ParseSparkExpression(text), table.name);
      if (!broken.IsNull()) throw BrokenByRow(check, table.name, RowText(broken));
      DefinitionChange change = AddConstraint(table.view->metadata, check);
      AlterTable(context, table, std::move(change.definition), std::move(change.operation));
      result.SetValue(row, Value(check.expression));
    }
  });
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment&) {
  duckdb::TableFunction function;
  function.name = "laguna_add_constraint";
  function.arguments = {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR};
  function.named_parameters["table_if_exists"] = LogicalType::BOOLEAN;
  function.bind_replace = Replace;
  loader.RegisterFunction(std::move(function));

  duckdb::ScalarFunction keep(
      kKeepFunction,
      {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::ANY},
      LogicalType::VARCHAR, Keep);
  keep.stability = duckdb::FunctionStability::VOLATILE;
  keep.null_handling = duckdb::FunctionNullHandling::SPECIAL_HANDLING;
  loader.RegisterFunction(std::move(keep));
}

}  // namespace

extern const SqlFunction laguna_add_constraint_function{
    .name = "laguna_add_constraint",
    .syntax =
        "laguna_add_constraint(table VARCHAR, name VARCHAR, condition VARCHAR [, "
        "table_if_exists => BOOLEAN])",
    .documentation =
        "Adds a CHECK constraint to a table, when all its rows meet it; what `ALTER TABLE ... ADD "
        "CONSTRAINT` runs.\n\n"
        "It gives the constraint's name and its condition as the table's log keeps it, in Spark "
        "SQL. Without a name (NULL) it is called after its column.",
    .example = "FROM laguna_add_constraint('bronze.sales', 'positive', 'id > 0')",
    .add = Add,
};

}  // namespace laguna::catalog
