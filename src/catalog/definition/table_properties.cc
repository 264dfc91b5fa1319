// SPDX-License-Identifier: Apache-2.0
#include "catalog/definition/table_properties.h"

#include <fmt/format.h>

#include "base/error.h"
#include "delta/properties.h"
#include "duckdb/parser/expression/cast_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

Error BadValue(const std::string& table, const std::string& name, const std::string& why) {
  return Error(ErrorKind::kInvalidInput, "create.property_value",
               fmt::format("Property '{}' of table {} {}.", name, table, why))
      .Hint("Write WITH ('name' = 'value').")
      .With("table", table)
      .With("property", name);
}

// The parser makes true and false casts of 't' and 'f' to a type it has not bound yet.
std::string TextOf(const duckdb::ParsedExpression& value, const std::string& table,
                   const std::string& name) {
  const bool is_cast = value.GetExpressionClass() == duckdb::ExpressionClass::CAST;
  const duckdb::ParsedExpression& inner =
      is_cast ? *value.Cast<duckdb::CastExpression>().child : value;
  if (inner.GetExpressionClass() != duckdb::ExpressionClass::CONSTANT) {
    throw BadValue(table, name, fmt::format("needs a constant, not {}", value.ToString()));
  }
  const auto& constant = inner.Cast<duckdb::ConstantExpression>().value;
  if (constant.IsNull()) throw BadValue(table, name, "has no value");
  const std::string text = constant.ToString();
  if (is_cast && text == "t") return "true";
  if (is_cast && text == "f") return "false";
  return text;
}

// DuckDB lowers the names in WITH (...); Delta's are known, of others the statement's text still
// has the spelling.
std::string NameAsWritten(const std::string& lowered, const std::string& source) {
  const std::string canonical = delta::CanonicalPropertyName(lowered);
  if (canonical != lowered) return canonical;
  const size_t at = duckdb::StringUtil::Lower(source).find(lowered);
  return at == std::string::npos ? lowered : source.substr(at, lowered.size());
}

}  // namespace

delta::Properties TablePropertiesOf(const duckdb::CreateTableInfo& info,
                                    const engine::StatementOptions& options,
                                    const std::string& table) {
  delta::Properties properties(options.table_properties.begin(), options.table_properties.end());
  for (const auto& [lowered, value] : info.options) {
    const std::string name = NameAsWritten(lowered, options.source);
    const auto [at, is_new] = properties.emplace(name, TextOf(*value, table, name));
    if (!is_new) throw BadValue(table, at->first, "is given twice");
  }
  return delta::GivenProperties(properties, table);
}

}  // namespace laguna::catalog
