// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/string_prefix.h"

#include "duckdb/planner/expression/bound_constant_expression.hpp"

namespace laguna::catalog {
namespace {

std::optional<std::string> TextOf(const duckdb::Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CONSTANT) return {};
  const auto& value = expression.Cast<duckdb::BoundConstantExpression>().value;
  if (value.IsNull() || value.type() != duckdb::LogicalType::VARCHAR) return {};
  return duckdb::StringValue::Get(value);
}

}  // namespace

std::optional<StringPrefix> PrefixOf(const duckdb::BoundFunctionExpression& function) {
  if (function.children.size() != 2) return std::nullopt;
  const auto& name = function.function.name;
  const auto text = TextOf(*function.children[1]);
  if (!text || text->empty()) return std::nullopt;
  if (name == "prefix" || name == "starts_with" || name == "^@") return StringPrefix{*text, true};
  if (name != "~~") return std::nullopt;
  const auto wildcard = text->find_first_of("%_");
  if (wildcard == 0 || wildcard == std::string::npos) return std::nullopt;
  return StringPrefix{text->substr(0, wildcard), text->substr(wildcard) == "%"};
}

// Raises the last character below 127 and drops what follows it.
std::optional<StringBehind> BehindPrefix(std::string_view prefix) {
  for (size_t size = prefix.size(); size > 0; --size) {
    if (static_cast<unsigned char>(prefix[size - 1]) >= 0x7F) continue;
    StringBehind behind{std::string(prefix.substr(0, size)), size == prefix.size()};
    ++behind.text.back();
    return behind;
  }
  return std::nullopt;
}

}  // namespace laguna::catalog
