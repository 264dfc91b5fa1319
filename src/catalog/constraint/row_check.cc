// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/row_check.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "catalog/column_value/row_expression.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/constraint/spark_translation.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

// "CHECK constraint "positive" (k > 0)".
std::string TitleOf(const RowCheck& check) {
  if (!check.generated_as.empty()) {
    return fmt::format("The generated column \"{}\" ({})", check.column, check.generated_as);
  }
  if (check.name.empty()) {
    return fmt::format("The invariant of column \"{}\" ({})", check.column, check.expression);
  }
  return fmt::format("CHECK constraint \"{}\" ({})", check.name, check.expression);
}

Error Named(Error error, const RowCheck& check, const std::string& table) {
  error = std::move(error).With("table", table);
  if (!check.name.empty()) error = std::move(error).With("constraint", check.name);
  return std::move(error).With("expression", check.expression);
}

// The log has {"expression":{"expression":"x > 3"}}, as JSON or as a text of JSON.
std::string InvariantText(const std::string& json, const std::string& column,
                          const std::string& table) {
  try {
    auto parsed = nlohmann::json::parse(json);
    if (parsed.is_string()) parsed = nlohmann::json::parse(parsed.get<std::string>());
    return parsed.at("expression").at("expression").get<std::string>();
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::kCorrupt, "write.invariant",
                fmt::format("The invariant of column \"{}\" of table {} cannot be read: {}", column,
                            table, json))
        .With("table", table)
        .With("column", column);
  }
}

void AddInvariants(const delta::StructType& fields, const std::string& prefix,
                   const std::string& table, std::vector<RowCheck>& checks) {
  for (const delta::StructField& field : fields.fields) {
    const std::string path = prefix + field.name;
    if (const std::string* json = field.FindMetadata("delta.invariants")) {
      checks.push_back({"", path, InvariantText(*json, path, table)});
    }
    if (const auto* nested = field.type.AsStruct()) {
      AddInvariants(*nested, path + ".", table, checks);
    }
  }
}

Error WrongValue(const RowCheck& check, const std::string& table, const std::string& row) {
  return Error(ErrorKind::kViolation, "write.generated_value",
               fmt::format("Column \"{}\" of table {} is generated ({}), and a row to write has "
                           "another value there: {}. Nothing was written.",
                           check.column, table, check.generated_as, row))
      .Hint(
          fmt::format("Leave \"{}\" out of the statement, or write DEFAULT for it.", check.column))
      .With("table", table)
      .With("column", check.column)
      .With("expression", check.generated_as)
      .With("row", row);
}

}  // namespace

std::vector<RowCheck> RowChecksOf(const delta::Metadata& metadata, const std::string& table) {
  std::vector<RowCheck> checks;
  const std::string prefix = kConstraintPrefix;
  for (auto at = metadata.configuration.lower_bound(prefix);
       at != metadata.configuration.end() && at->first.starts_with(prefix); ++at) {
    checks.push_back({at->first.substr(prefix.size()), "", at->second});
  }
  AddInvariants(metadata.schema, "", table, checks);
  return checks;
}

std::string ConditionSql(const RowCheck& check, const delta::Schema& schema,
                         const std::string& table) {
  try {
    return TranslateCondition(ParseSparkExpression(check.expression), schema).sql;
  } catch (const Error& error) {
    throw Named(
        Error(error).Within(fmt::format("{} of table {} cannot be checked", TitleOf(check), table)),
        check, table);
  }
}

duckdb::unique_ptr<duckdb::Expression> BindCondition(duckdb::ClientContext& context,
                                                     const RowCheck& check,
                                                     const delta::Schema& schema,
                                                     const std::string& table) {
  return BindOverRow(context, ConditionSql(check, schema, table), schema, table,
                     duckdb::LogicalType::BOOLEAN);
}

Error BrokenCheck(const RowCheck& check, const std::string& table, const std::string& row,
                  bool is_null) {
  if (!check.generated_as.empty()) return WrongValue(check, table, row);
  Error error(ErrorKind::kViolation, "write.check",
              fmt::format("{} of table {} is {} for a row to write: {}. Nothing was written.",
                          TitleOf(check), table, is_null ? "NULL" : "false", row));
  if (is_null) error = std::move(error).Hint("A CHECK must be TRUE: NULL breaks it as false does.");
  return Named(std::move(error), check, table).With("row", row);
}

Error FailedCheck(const RowCheck& check, const std::string& table, const std::string& reason) {
  // Some of the engine's messages end in a sign of their own.
  const std::string why = reason.substr(0, reason.find_last_not_of(".!") + 1);
  return Named(Error(ErrorKind::kInvalidInput, "write.check_failed",
                     fmt::format("{} of table {} cannot be computed for a row to write: {}. "
                                 "Nothing was written.",
                                 TitleOf(check), table, why)),
               check, table);
}

}  // namespace laguna::catalog
