// SPDX-License-Identifier: Apache-2.0
// laguna_doctor('bronze.t'): what is wrong with a table, and the statement that mends it; what
// `laguna table doctor` shows and the task `maintain` goes by.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/health/examine_table.h"
#include "catalog/health/table_finding.h"
#include "catalog/known_rows.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "duckdb/parser/keyword_helper.hpp"
#include "duckdb/parser/qualified_name.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"
#include "engine/sql_text.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

// One column of the result: name, type, value.
struct FindingColumn {
  const char* name;
  LogicalType type;
  Value (*value)(const TableFinding& finding);
};

Value EmptyAsNull(const std::string& text) {
  return text.empty() ? Value(LogicalType::VARCHAR) : Value(text);
}

const std::vector<FindingColumn>& Columns() {
  static const std::vector<FindingColumn> columns{
      {"finding", LogicalType::VARCHAR, [](const auto& finding) { return Value(finding.name); }},
      {"severity", LogicalType::VARCHAR,
       [](const auto& finding) { return Value(std::string(NameOf(finding.severity))); }},
      {"sentence", LogicalType::VARCHAR,
       [](const auto& finding) { return Value(finding.sentence); }},
      {"statement", LogicalType::VARCHAR,
       [](const auto& finding) { return EmptyAsNull(finding.statement); }},
      {"advice", LogicalType::VARCHAR,
       [](const auto& finding) { return EmptyAsNull(finding.advice); }},
      {"routine", LogicalType::BOOLEAN,
       [](const auto& finding) { return Value::BOOLEAN(finding.routine); }},
  };
  return columns;
}

// The table as a statement names it.
std::string OperandText(const duckdb::TableFunctionBindInput& input) {
  if (input.inputs.empty()) {
    return engine::QuotedText(input.named_parameters.at("path").ToString());
  }
  const auto name = duckdb::QualifiedName::Parse(input.inputs[0].ToString());
  std::string text;
  for (const auto& part : {name.catalog, name.schema, name.name}) {
    if (part.empty()) continue;
    text += (text.empty() ? "" : ".") + duckdb::KeywordHelper::WriteOptionallyQuoted(part);
  }
  return text;
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<KnownRows>();
  for (const auto& column : Columns()) {
    names.emplace_back(column.name);
    types.push_back(column.type);
  }
  try {
    const OpenedTable table = OpenTableOperand(context, input, "so there is nothing to examine");
    const TableFacts facts = ExamineTable(context, table, EnvironmentOf(input).clock);
    for (const TableFinding& finding : FindingsOf(facts, OperandText(input))) {
      std::vector<Value> row;
      for (const auto& column : Columns()) row.push_back(column.value(finding));
      data->rows.push_back(std::move(row));
    }
  } catch (const base::Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  return data;
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  RegisterWithTableOperand(loader, KnownRowsFunction("laguna_doctor", Bind), environment);
}

}  // namespace

extern const SqlFunction laguna_doctor_function{
    .name = "laguna_doctor",
    .syntax = "laguna_doctor(table VARCHAR | path => VARCHAR)",
    .documentation =
        "What costs a Delta table time or space, one row a finding, with the statement that mends "
        "it.\n\n"
        "`severity` is `problem` (rows are out of reach), `warning` or `advice`. A finding that is "
        "`routine` can be mended at any time: its statement changes no row, and the task "
        "`maintain` "
        "runs it. The log and the list of the table's files are read, no data file is.",
    .example = "SELECT count(*) FILTER (WHERE routine) AS to_do FROM laguna_doctor('bronze.sales')",
    .add = Add,
};

}  // namespace laguna::catalog
