// SPDX-License-Identifier: Apache-2.0
#include "catalog/column_value/generated_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "catalog/column_value/row_expression.h"
#include "catalog/constraint/duckdb_expression.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/constraint/spark_translation.h"
#include "catalog/constraint/spark_typing.h"
#include "catalog/write/fitted_texts.h"
#include "delta/column_value.h"
#include "delta/identity_column.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/planner/expression/bound_case_expression.hpp"
#include "duckdb/planner/expression/bound_comparison_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::Expression;
using Expressions = duckdb::vector<duckdb::unique_ptr<Expression>>;

Error BadColumn(const std::string& column, const std::string& table, const std::string& why) {
  return Error(ErrorKind::kInvalidInput, "column.generated",
               fmt::format("Column \"{}\" of table {} cannot be generated so: {}.", column, table,
                           why))
      .With("table", table)
      .With("column", column);
}

// The columns a generated one may read.
void CheckInputs(const SparkExpression& expression, const delta::Schema& schema,
                 const std::string& column, const std::string& table) {
  for (const std::string& input : ColumnsOf(expression)) {
    const delta::StructField* field = schema.Find(input);
    if (field == nullptr) continue;
    if (duckdb::StringUtil::CIEquals(input, column)) {
      throw BadColumn(column, table, "its expression reads the column itself");
    }
    if (delta::GenerationExpressionOf(*field)) {
      throw BadColumn(column, table,
                      fmt::format("its expression reads \"{}\", which is generated too", input))
          .Hint(fmt::format("Write the expression of \"{}\" in its place.", input));
    }
    if (delta::IsIdentity(*field)) {
      throw Error(ErrorKind::kUnsupported, "column.generated_from_identity",
                  fmt::format("Column \"{}\" of table {} cannot be generated from the identity "
                              "column \"{}\".",
                              column, table, input))
          .With("table", table)
          .With("column", column);
    }
  }
}

// Whether every value of `from` is one of `to`: then a cast is no question.
bool Widens(const delta::DataType& from, const delta::DataType& to) {
  using delta::Primitive;
  static constexpr Primitive kWhole[] = {Primitive::kByte, Primitive::kShort, Primitive::kInteger,
                                         Primitive::kLong};
  const auto rank = [](const delta::DataType& type) {
    const auto* found =
        std::find_if(std::begin(kWhole), std::end(kWhole), [&](Primitive p) { return type.Is(p); });
    return found - std::begin(kWhole);
  };
  if (from.Is(Primitive::kVoid)) return true;
  if (IsIntegral(from) && IsIntegral(to)) return rank(from) <= rank(to);
  if (from.Is(Primitive::kFloat) && to.Is(Primitive::kDouble)) return true;
  const delta::Decimal* wide = to.AsDecimal();
  if (wide == nullptr) return false;
  if (const delta::Decimal* narrow = from.AsDecimal()) {
    return wide->scale >= narrow->scale &&
           wide->precision - wide->scale >= narrow->precision - narrow->scale;
  }
  static constexpr int kDigits[] = {3, 5, 10, 19};
  return IsIntegral(from) && wide->precision - wide->scale >= kDigits[rank(from)];
}

// With the column's own type, as Spark asks for it.
SparkExpression OfType(SparkExpression expression, const delta::DataType& type,
                       const delta::StructField& field, const std::string& table) {
  if (type == field.type) return expression;
  if (!Widens(type, field.type)) {
    throw BadColumn(field.name, table,
                    fmt::format("its type is {}, that of its expression {}", field.type.ToString(),
                                type.ToString()))
        .Hint("Write the cast: GENERATED ALWAYS AS (CAST(... AS type)).");
  }
  SparkExpression cast;
  cast.node = SparkNode::kCast;
  cast.parts.push_back(std::move(expression));
  cast.type = field.type;
  return cast;
}

std::string LocalName(const std::string& table) {
  return table.substr(table.rfind('.') + 1);
}

// The expression of a generated column, over a chunk of the target's columns.
duckdb::unique_ptr<Expression> BoundValue(duckdb::ClientContext& context, const WriteTarget& target,
                                          size_t column, const std::string& spark_sql) {
  const delta::Schema& schema = target.metadata.schema;
  const delta::StructField& field = schema.fields[column];
  try {
    const SparkExpression expression = ParseSparkExpression(spark_sql);
    CheckInputs(expression, schema, field.name, target.SqlName());
    return BindOverRow(context, Translate(expression, schema).sql, schema, target.SqlName(),
                       target.columns[column].type);
  } catch (const Error& error) {
    throw Error(error)
        .Within(fmt::format("The generated column \"{}\" ({}) of table {} cannot be computed",
                            field.name, spark_sql, target.SqlName()))
        .With("table", target.SqlName())
        .With("column", field.name);
  }
}

// As the table stores it: the empty text of a partition column is NULL.
duckdb::unique_ptr<Expression> Stored(const WriteColumn& column, const Expression& value) {
  const bool may_be_empty =
      column.is_partition && (column.delta_type.Is(delta::Primitive::kString) ||
                              column.delta_type.Is(delta::Primitive::kBinary));
  auto fitted = FittedTexts(value.Copy(), column);
  if (!may_be_empty) return fitted;
  const auto constant = [&](duckdb::Value of) {
    return duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(of));
  };
  auto is_empty = duckdb::make_uniq<duckdb::BoundComparisonExpression>(
      duckdb::ExpressionType::COMPARE_EQUAL, fitted->Copy(),
      constant(duckdb::Value("").DefaultCastAs(column.type)));
  return duckdb::make_uniq<duckdb::BoundCaseExpression>(
      std::move(is_empty), constant(duckdb::Value(column.type)), std::move(fitted));
}

// Puts the row's values in the place of its columns.
void Substitute(duckdb::unique_ptr<Expression>& expression, const WriteTarget& target,
                const Expressions& values) {
  if (expression->GetExpressionClass() == duckdb::ExpressionClass::BOUND_REF) {
    const auto column = expression->Cast<duckdb::BoundReferenceExpression>().index;
    expression = Stored(target.columns[column], *values[column]);
    return;
  }
  duckdb::ExpressionIterator::EnumerateChildren(
      *expression,
      [&](duckdb::unique_ptr<Expression>& child) { Substitute(child, target, values); });
}

}  // namespace

void SetGenerated(delta::Schema& schema, const std::string& column,
                  const duckdb::ParsedExpression& value, const std::string& table) {
  delta::StructField& field = schema.fields.at(*schema.IndexOf(column));
  if (delta::DefaultOf(field)) throw BadColumn(column, table, "it has a DEFAULT already");
  try {
    SparkExpression expression = FromDuckdb(value, schema, LocalName(table));
    CheckInputs(expression, schema, field.name, table);
    const TranslatedExpression translated = Translate(expression, schema);
    if (!translated.deterministic) {
      throw BadColumn(column, table, "its expression gives another value at another time")
          .Hint("DEFAULT gives a column the time at which its row is written.");
    }
    expression = OfType(std::move(expression), translated.type, field, table);
    delta::SetGenerationExpression(field, ToSparkSql(expression));
  } catch (const Error& error) {
    if (error.code().starts_with("column.")) throw;
    throw Error(error)
        .Within(fmt::format("GENERATED ALWAYS AS ({}) of column \"{}\" of table {}",
                            value.ToString(), column, table))
        .With("table", table)
        .With("column", column);
  }
}

std::vector<std::string> GeneratedColumnsUsing(const delta::Schema& schema,
                                               const std::string& column) {
  std::vector<std::string> names;
  for (const delta::StructField& field : schema.fields) {
    const auto spark_sql = delta::GenerationExpressionOf(field);
    if (!spark_sql) continue;
    for (const std::string& input : ColumnsOf(ParseSparkExpression(*spark_sql))) {
      if (duckdb::StringUtil::CIEquals(input, column)) names.push_back(field.name);
    }
  }
  return names;
}

std::vector<RowCheck> GeneratedChecks(const delta::Schema& schema) {
  std::vector<RowCheck> checks;
  for (const delta::StructField& field : schema.fields) {
    const auto spark_sql = delta::GenerationExpressionOf(field);
    if (!spark_sql) continue;
    RowCheck check;
    check.column = field.name;
    check.expression = fmt::format("{} <=> ({})", SparkName(field.name), *spark_sql);
    check.generated_as = *spark_sql;
    checks.push_back(std::move(check));
  }
  return checks;
}

void FillGenerated(duckdb::ClientContext& context, const WriteTarget& target, Expressions& values) {
  const delta::Schema& schema = target.metadata.schema;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i]) continue;
    const auto spark_sql = delta::GenerationExpressionOf(schema.fields[i]);
    auto value = BoundValue(context, target, i, *spark_sql);
    Substitute(value, target, values);
    values[i] = std::move(value);
  }
}

}  // namespace laguna::catalog
