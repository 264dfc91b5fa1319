// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_type.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "catalog/constraint/spark_parser.h"

namespace laguna::catalog {
namespace {

constexpr std::array<std::pair<std::string_view, delta::Primitive>, 21> kTypeNames{{
    {"BOOLEAN", delta::Primitive::kBoolean},
    {"TINYINT", delta::Primitive::kByte},
    {"BYTE", delta::Primitive::kByte},
    {"SMALLINT", delta::Primitive::kShort},
    {"SHORT", delta::Primitive::kShort},
    {"INT", delta::Primitive::kInteger},
    {"INTEGER", delta::Primitive::kInteger},
    {"BIGINT", delta::Primitive::kLong},
    {"LONG", delta::Primitive::kLong},
    {"FLOAT", delta::Primitive::kFloat},
    {"REAL", delta::Primitive::kFloat},
    {"DOUBLE", delta::Primitive::kDouble},
    {"STRING", delta::Primitive::kString},
    {"BINARY", delta::Primitive::kBinary},
    {"DATE", delta::Primitive::kDate},
    {"TIMESTAMP", delta::Primitive::kTimestamp},
    {"TIMESTAMP_LTZ", delta::Primitive::kTimestamp},
    {"TIMESTAMP_NTZ", delta::Primitive::kTimestampNtz},
    {"VARIANT", delta::Primitive::kVariant},
    {"VOID", delta::Primitive::kVoid},
    {"NULL", delta::Primitive::kVoid},
}};

int TakeDigits(SparkTokens& tokens) {
  const std::string& text = tokens.Peek().text;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) throw tokens.Expected("a number");
  tokens.Skip();
  return number;
}

delta::DataType TakeDecimal(SparkTokens& tokens) {
  delta::Decimal decimal;
  if (!tokens.AcceptOperator("(")) return decimal;
  decimal.precision = TakeDigits(tokens);
  if (tokens.AcceptOperator(",")) decimal.scale = TakeDigits(tokens);
  tokens.TakeOperator(")");
  if (decimal.precision < 1 || decimal.precision > 38 || decimal.scale > decimal.precision) {
    throw tokens.Expected("a DECIMAL of 1 to 38 digits");
  }
  return decimal;
}

}  // namespace

delta::DataType TakeSparkType(SparkTokens& tokens) {
  const SparkTokens::Level level(tokens);
  if (tokens.Peek().kind != SparkTokenKind::kWord) throw tokens.Expected("a type");
  for (const char* word : {"DECIMAL", "DEC", "NUMERIC"}) {
    if (tokens.Accept(word)) return TakeDecimal(tokens);
  }
  if (tokens.Accept("ARRAY")) {
    tokens.TakeOperator("<");
    delta::DataType element = TakeSparkType(tokens);
    tokens.TakeClosingAngle();
    return delta::DataType(delta::ArrayType{std::move(element), true});
  }
  if (tokens.Accept("MAP")) {
    tokens.TakeOperator("<");
    delta::DataType key = TakeSparkType(tokens);
    tokens.TakeOperator(",");
    delta::DataType value = TakeSparkType(tokens);
    tokens.TakeClosingAngle();
    return delta::DataType(delta::MapType{std::move(key), std::move(value), true});
  }
  for (const auto& [name, primitive] : kTypeNames) {
    if (tokens.Accept(name)) return primitive;
  }
  throw SparkUnsupported(fmt::format("the type {}", tokens.Peek().text));
}

}  // namespace laguna::catalog
