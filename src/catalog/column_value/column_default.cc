// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/column_default.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/constraint/duckdb_expression.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/constraint/spark_translation.h"
#include "catalog/type_map.h"
#include "catalog/write/store_assignment.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/parser.hpp"
#include "engine/sql_text.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

Error BadDefault(const delta::StructField& field, const std::string& table,
                 const std::string& why) {
  return Error(ErrorKind::kInvalidInput, "column.default",
               fmt::format("Column \"{}\" of table {} cannot have this default: {}.", field.name,
                           table, why))
      .With("table", table)
      .With("column", field.name);
}

void CheckMayHaveDefault(const delta::StructField& field, const std::string& table) {
  if (delta::GenerationExpressionOf(field)) {
    throw BadDefault(field, table, "it is a generated column");
  }
  if (delta::IsIdentity(field)) throw BadDefault(field, table, "it is an identity column");
}

void CheckFits(const delta::StructField& field, const duckdb::ParsedExpression& value,
               const delta::DataType& type, const std::string& table) {
  if (type.Is(delta::Primitive::kVoid)) return;
  const duckdb::LogicalType wanted = ToDuckdb(field.type, field.name);
  const auto misfit = AssignmentMisfit(ToDuckdb(type, field.name), wanted);
  if (misfit) {
    throw BadDefault(field, table, fmt::format("{} {}", value.ToString(), *misfit))
        .Hint("Write the cast if it is meant: DEFAULT CAST(value AS type).");
  }
  if (value.GetExpressionClass() != duckdb::ExpressionClass::CONSTANT) return;
  const duckdb::Value& constant = value.Cast<duckdb::ConstantExpression>().value;
  if (const auto lost = LossyAssignment(constant, wanted)) throw BadDefault(field, table, *lost);
  duckdb::Value stored;
  std::string message;
  if (constant.DefaultTryCastAs(wanted, stored, &message, true)) return;
  throw BadDefault(field, table,
                   fmt::format("{} is no value of type {}", value.ToString(), wanted.ToString()));
}

// What gives the default; where it cannot be computed, what fails with the reason when it runs.
std::string SqlOf(const delta::StructField& field) {
  std::string spark_sql;
  try {
    spark_sql = delta::DefaultOf(field).value();
    return Translate(ParseSparkExpression(spark_sql), delta::Schema()).sql;
  } catch (const Error& error) {
    std::string reason =
        fmt::format("The default of column \"{}\" ({}) cannot be computed: {} Give a value.",
                    field.name, spark_sql, error.sentence());
    std::replace(reason.begin(), reason.end(), '\0', ' ');
    return fmt::format("error({})", engine::QuotedText(reason));
  }
}

}  // namespace

void SetColumnDefault(delta::StructField& field, const duckdb::ParsedExpression& value,
                      const std::string& table) {
  CheckMayHaveDefault(field, table);
  try {
    // Defaults see no columns.
    const SparkExpression expression = FromDuckdb(value, delta::Schema(), "");
    CheckFits(field, value, Translate(expression, delta::Schema()).type, table);
    delta::SetDefault(field, ToSparkSql(expression));
  } catch (const Error& error) {
    if (error.code() == "column.default") throw;
    throw Error(error)
        .Within(fmt::format("DEFAULT {} of column \"{}\" of table {}", value.ToString(), field.name,
                            table))
        .With("table", table)
        .With("column", field.name);
  }
}

duckdb::unique_ptr<duckdb::ParsedExpression> ColumnDefault(const delta::StructField& field) {
  if (!delta::HasDefault(field)) return nullptr;
  auto parsed = duckdb::Parser::ParseExpressionList(SqlOf(field));
  return std::move(parsed.at(0));
}

}  // namespace laguna::catalog
