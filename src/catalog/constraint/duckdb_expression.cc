// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/duckdb_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/type_map.h"
#include "duckdb/parser/expression/between_expression.hpp"
#include "duckdb/parser/expression/case_expression.hpp"
#include "duckdb/parser/expression/cast_expression.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/expression/comparison_expression.hpp"
#include "duckdb/parser/expression/conjunction_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/operator_expression.hpp"
#include "duckdb/parser/parser.hpp"
#include "engine/duckdb_value.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using duckdb::ExpressionType;
using duckdb::LogicalTypeId;
using duckdb::ParsedExpression;
using Parts = std::vector<SparkExpression>;

SparkExpression Node(SparkNode node, std::string text, Parts parts = {}) {
  SparkExpression expression;
  expression.node = node;
  expression.text = std::move(text);
  expression.parts = std::move(parts);
  return expression;
}

Parts Pair(SparkExpression left, SparkExpression right) {
  Parts parts;
  parts.push_back(std::move(left));
  parts.push_back(std::move(right));
  return parts;
}

Parts One(SparkExpression part) {
  Parts parts;
  parts.push_back(std::move(part));
  return parts;
}

SparkExpression Negated(SparkExpression expression) {
  return Node(SparkNode::kUnary, "NOT", One(std::move(expression)));
}

// Functions of the engine that Spark has under another name, with the same arguments.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kNames{{
    {"array_length", "size"},
    {"cardinality", "size"},
    {"ends_with", "endswith"},
    {"get_current_timestamp", "current_timestamp"},
    {"get_current_date", "current_date"},
    {"len", "length"},
    {"list_contains", "array_contains"},
    {"list_has", "array_contains"},
    {"prefix", "startswith"},
    {"starts_with", "startswith"},
    {"strlen", "octet_length"},
    {"strpos", "instr"},
    {"position", "instr"},
    {"suffix", "endswith"},
    {"today", "current_date"},
    {"transaction_timestamp", "current_timestamp"},
    {"week", "weekofyear"},
}};

constexpr std::array<std::string_view, 6> kDateParts{"year", "quarter", "month",
                                                     "day",  "hour",    "minute"};

class Reader {
 public:
  Reader(const delta::Schema& schema, const std::string& table) : schema_(schema), table_(table) {}

  SparkExpression Read(const ParsedExpression& expression) {
    switch (expression.GetExpressionClass()) {
      case duckdb::ExpressionClass::CONSTANT:
        return Constant(expression.Cast<duckdb::ConstantExpression>().value);
      case duckdb::ExpressionClass::COLUMN_REF:
        return Column(expression.Cast<duckdb::ColumnRefExpression>());
      case duckdb::ExpressionClass::COMPARISON:
        return Comparison(expression.Cast<duckdb::ComparisonExpression>());
      case duckdb::ExpressionClass::CONJUNCTION:
        return Conjunction(expression.Cast<duckdb::ConjunctionExpression>());
      case duckdb::ExpressionClass::OPERATOR:
        return Operator(expression.Cast<duckdb::OperatorExpression>());
      case duckdb::ExpressionClass::BETWEEN:
        return Between(expression.Cast<duckdb::BetweenExpression>());
      case duckdb::ExpressionClass::CASE:
        return Case(expression.Cast<duckdb::CaseExpression>());
      case duckdb::ExpressionClass::CAST:
        return Cast(expression.Cast<duckdb::CastExpression>());
      case duckdb::ExpressionClass::FUNCTION:
        return Function(expression.Cast<duckdb::FunctionExpression>());
      case duckdb::ExpressionClass::SUBQUERY:
        throw SparkUnsupported("a sub-query");
      default:
        throw SparkUnsupported(expression.ToString());
    }
  }

 private:
  Parts ReadAll(const duckdb::vector<duckdb::unique_ptr<ParsedExpression>>& expressions) {
    Parts parts;
    for (const auto& expression : expressions) parts.push_back(Read(*expression));
    return parts;
  }

  static SparkExpression Constant(const duckdb::Value& value) {
    if (value.IsNull()) return Node(SparkNode::kNull, "");
    const std::string text = value.ToString();
    switch (value.type().id()) {
      case LogicalTypeId::BOOLEAN:
        return Node(SparkNode::kBoolean, text);
      case LogicalTypeId::TINYINT:
      case LogicalTypeId::SMALLINT:
      case LogicalTypeId::INTEGER:
      case LogicalTypeId::BIGINT:
      case LogicalTypeId::HUGEINT:
      case LogicalTypeId::UHUGEINT:
      case LogicalTypeId::INTEGER_LITERAL:
      case LogicalTypeId::DECIMAL:
        return Signed(text, "");
      case LogicalTypeId::DOUBLE:
        return Signed(text, "D");
      case LogicalTypeId::VARCHAR:
      case LogicalTypeId::STRING_LITERAL:
        return Node(SparkNode::kString, duckdb::StringValue::Get(value));
      default:
        throw SparkUnsupported(fmt::format("a constant of type {}", value.type().ToString()));
    }
  }

  static SparkExpression Signed(const std::string& text, const char* suffix) {
    if (!text.starts_with('-')) return Node(SparkNode::kNumber, text + suffix);
    return Node(SparkNode::kUnary, "-", One(Node(SparkNode::kNumber, text.substr(1) + suffix)));
  }

  SparkExpression Column(const duckdb::ColumnRefExpression& column) {
    size_t at = 0;
    const auto& names = column.column_names;
    const bool qualified = names.size() > 1 && schema_.Find(names[0]) == nullptr &&
                           duckdb::StringUtil::CIEquals(names[0], table_);
    if (qualified) at = 1;
    const delta::StructField* field = schema_.Find(names[at]);
    if (field == nullptr && names.size() == 1) {
      if (auto time = TimeNamed(names[0])) return std::move(*time);
    }
    if (field == nullptr) throw UnknownColumn(names[at]);
    SparkExpression expression = Node(SparkNode::kColumn, field->name);
    while (++at < names.size()) {
      expression = Node(SparkNode::kField, names[at], One(std::move(expression)));
    }
    return expression;
  }

  // CURRENT_DATE is a column to the parser.
  static std::optional<SparkExpression> TimeNamed(const std::string& name) {
    const std::string lower = duckdb::StringUtil::Lower(name);
    const bool is_time = lower == "current_date" || lower == "current_timestamp";
    if (!is_time) return std::nullopt;
    return Node(SparkNode::kFunction, lower);
  }

  [[nodiscard]] Error UnknownColumn(const std::string& name) const {
    std::vector<std::string> names;
    for (const delta::StructField& field : schema_.fields) names.push_back(field.name);
    return Error(ErrorKind::kInvalidInput, "constraint.unknown_column",
                 fmt::format("There is no column \"{}\".", name))
        .Hint(base::SuggestName(name, names))
        .With("column", name);
  }

  SparkExpression Comparison(const duckdb::ComparisonExpression& comparison) {
    static constexpr std::array<std::pair<ExpressionType, const char*>, 8> kOperators{{
        {ExpressionType::COMPARE_EQUAL, "="},
        {ExpressionType::COMPARE_NOTEQUAL, "<>"},
        {ExpressionType::COMPARE_LESSTHAN, "<"},
        {ExpressionType::COMPARE_LESSTHANOREQUALTO, "<="},
        {ExpressionType::COMPARE_GREATERTHAN, ">"},
        {ExpressionType::COMPARE_GREATERTHANOREQUALTO, ">="},
        {ExpressionType::COMPARE_NOT_DISTINCT_FROM, "<=>"},
        {ExpressionType::COMPARE_DISTINCT_FROM, "<=>"},
    }};
    for (const auto& [type, op] : kOperators) {
      if (comparison.GetExpressionType() != type) continue;
      SparkExpression result =
          Node(SparkNode::kBinary, op, Pair(Read(*comparison.left), Read(*comparison.right)));
      if (type == ExpressionType::COMPARE_DISTINCT_FROM) return Negated(std::move(result));
      return result;
    }
    throw SparkUnsupported(comparison.ToString());
  }

  SparkExpression Conjunction(const duckdb::ConjunctionExpression& conjunction) {
    const bool is_and = conjunction.GetExpressionType() == ExpressionType::CONJUNCTION_AND;
    SparkExpression result = Read(*conjunction.children.at(0));
    for (size_t i = 1; i < conjunction.children.size(); ++i) {
      result = Node(SparkNode::kBinary, is_and ? "AND" : "OR",
                    Pair(std::move(result), Read(*conjunction.children[i])));
    }
    return result;
  }

  SparkExpression Operator(const duckdb::OperatorExpression& expression) {
    Parts parts = ReadAll(expression.children);
    switch (expression.GetExpressionType()) {
      case ExpressionType::OPERATOR_NOT:
        return Negated(std::move(parts.at(0)));
      case ExpressionType::OPERATOR_IS_NULL:
      case ExpressionType::OPERATOR_IS_NOT_NULL: {
        SparkExpression is = Node(SparkNode::kIs, "NULL", std::move(parts));
        is.negated = expression.GetExpressionType() == ExpressionType::OPERATOR_IS_NOT_NULL;
        return is;
      }
      case ExpressionType::COMPARE_IN:
      case ExpressionType::COMPARE_NOT_IN: {
        SparkExpression in = Node(SparkNode::kIn, "", std::move(parts));
        in.negated = expression.GetExpressionType() == ExpressionType::COMPARE_NOT_IN;
        return in;
      }
      case ExpressionType::OPERATOR_COALESCE:
        return Node(SparkNode::kFunction, "coalesce", std::move(parts));
      case ExpressionType::STRUCT_EXTRACT:
        return FieldOf(std::move(parts));
      case ExpressionType::ARRAY_EXTRACT:
        return ElementOf(std::move(parts), expression.ToString());
      default:
        throw SparkUnsupported(expression.ToString());
    }
  }

  static SparkExpression FieldOf(Parts parts) {
    const std::string name = parts.at(1).text;
    parts.pop_back();
    return Node(SparkNode::kField, name, std::move(parts));
  }

  // x['key'] of a map or a struct, x[1] of an array, whose elements the engine counts from 1.
  static SparkExpression ElementOf(Parts parts, const std::string& text) {
    const SparkExpression& key = parts.at(1);
    if (key.node == SparkNode::kString) return Node(SparkNode::kItem, "", std::move(parts));
    const bool positive = key.node == SparkNode::kNumber && key.text != "0";
    if (!positive) throw SparkUnsupported(text);
    return Node(SparkNode::kFunction, "element_at", std::move(parts));
  }

  SparkExpression Between(const duckdb::BetweenExpression& between) {
    Parts parts = Pair(Read(*between.input), Read(*between.lower));
    parts.push_back(Read(*between.upper));
    return Node(SparkNode::kBetween, "", std::move(parts));
  }

  SparkExpression Case(const duckdb::CaseExpression& expression) {
    SparkExpression result = Node(SparkNode::kCase, "");
    for (const auto& check : expression.case_checks) {
      result.parts.push_back(Read(*check.when_expr));
      result.parts.push_back(Read(*check.then_expr));
    }
    if (expression.else_expr) {
      SparkExpression otherwise = Read(*expression.else_expr);
      result.has_else = otherwise.node != SparkNode::kNull;
      if (result.has_else) result.parts.push_back(std::move(otherwise));
    }
    return result;
  }

  SparkExpression Cast(const duckdb::CastExpression& cast) {
    if (cast.try_cast) throw SparkUnsupported("TRY_CAST");
    const duckdb::LogicalType type = engine::TypeNamed(cast.cast_type.ToString());
    SparkExpression child = Read(*cast.child);
    const bool is_text = child.node == SparkNode::kString;
    // The parser makes true and false casts of 't' and 'f'.
    if (is_text && type.id() == LogicalTypeId::BOOLEAN &&
        (child.text == "t" || child.text == "f")) {
      return Node(SparkNode::kBoolean, child.text == "t" ? "true" : "false");
    }
    delta::DataType delta_type = ToDelta(type, "cast");
    const bool is_time = delta_type.Is(delta::Primitive::kDate) ||
                         delta_type.Is(delta::Primitive::kTimestamp) ||
                         delta_type.Is(delta::Primitive::kTimestampNtz);
    SparkExpression result = is_text && is_time ? Node(SparkNode::kTyped, child.text)
                                                : Node(SparkNode::kCast, "", One(std::move(child)));
    result.type = std::move(delta_type);
    return result;
  }

  SparkExpression Function(const duckdb::FunctionExpression& function) {
    const bool plain = !function.distinct && !function.filter && function.order_bys->orders.empty();
    if (!plain) throw SparkUnsupported(function.ToString());
    const std::string name = duckdb::StringUtil::Lower(function.function_name);
    RefuseByName(name);
    if (auto match = Match(function, name)) return std::move(*match);
    Parts parts = ReadAll(function.children);
    if (auto op = OperatorNamed(name, parts)) return std::move(*op);
    if (auto special = Special(function, name, parts)) return std::move(*special);
    for (const auto& [duckdb_name, spark_name] : kNames) {
      if (duckdb_name != name) continue;
      return Node(SparkNode::kFunction, std::string(spark_name), std::move(parts));
    }
    return Node(SparkNode::kFunction, name, std::move(parts));
  }

  // What the parser makes functions of, and Spark has not as functions.
  static void RefuseByName(const std::string& name) {
    static constexpr std::array<std::string_view, 12> kIntervals{
        "to_years",        "to_quarters",     "to_months",  "to_weeks",
        "to_days",         "to_hours",        "to_minutes", "to_seconds",
        "to_milliseconds", "to_microseconds", "to_decades", "to_centuries"};
    const bool is_interval =
        std::find(kIntervals.begin(), kIntervals.end(), name) != kIntervals.end();
    if (is_interval) throw SparkUnsupported("INTERVAL");
    if (name == "~~*" || name == "!~~*") throw SparkUnsupported("ILIKE");
    for (const char* op : {"!~", "~~~", "^", "**", "<<", ">>", "@>", "<@", "&&", "^@", "@"}) {
      if (name == op) throw SparkUnsupported(fmt::format("the operator {}", op));
    }
  }

  // LIKE and regular expressions, which are functions to the parser.
  std::optional<SparkExpression> Match(const duckdb::FunctionExpression& function,
                                       const std::string& name) {
    const bool like = name == "~~" || name == "like_escape";
    const bool not_like = name == "!~~" || name == "not_like_escape";
    const bool matches = name == "regexp_matches" && function.children.size() == 2;
    if (!like && !not_like && !matches) return std::nullopt;
    Parts parts = ReadAll(function.children);
    SparkExpression result;
    result.node = matches ? SparkNode::kRlike : SparkNode::kLike;
    result.negated = not_like;
    if (!matches) {
      result.escape = parts.size() == 3 ? parts[2].text : "\\";
      if (result.escape.size() != 1) throw SparkUnsupported(function.ToString());
      // A LIKE without ESCAPE has none in the engine; Spark's is the backslash.
      if (parts.size() == 2) DoubleBackslashes(parts[1].text);
      parts.resize(2);
    }
    result.parts = std::move(parts);
    return result;
  }

  static void DoubleBackslashes(std::string& pattern) {
    for (size_t at = pattern.find('\\'); at != std::string::npos; at = pattern.find('\\', at + 2)) {
      pattern.insert(at, 1, '\\');
    }
  }

  static std::optional<SparkExpression> OperatorNamed(const std::string& name, Parts& parts) {
    if (parts.size() == 1 && (name == "-" || name == "+" || name == "~")) {
      return Node(SparkNode::kUnary, name, std::move(parts));
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kOperators{{
        {"+", "+"},
        {"-", "-"},
        {"*", "*"},
        {"/", "/"},
        {"//", "DIV"},
        {"%", "%"},
        {"||", "||"},
        {"&", "&"},
        {"|", "|"},
        {"xor", "^"},
    }};
    for (const auto& [duckdb_name, spark_name] : kOperators) {
      if (duckdb_name == name && parts.size() == 2) {
        return Node(SparkNode::kBinary, std::string(spark_name), std::move(parts));
      }
    }
    return std::nullopt;
  }

  static std::optional<SparkExpression> Special(const duckdb::FunctionExpression& function,
                                                const std::string& name, Parts& parts) {
    if (name == "date_part" && parts.size() == 2) return DatePart(function, parts);
    // The engine counts the days of the week from 0 on, Spark from 1.
    if (name == "dayofweek" && parts.size() == 1) {
      return Node(
          SparkNode::kBinary, "-",
          Pair(Node(SparkNode::kFunction, name, std::move(parts)), Node(SparkNode::kNumber, "1")));
    }
    if (name == "weekday") throw SparkUnsupported("the function weekday");
    if (name == "struct_extract" && parts.size() == 2) return FieldOf(std::move(parts));
    const bool extracts = name == "list_extract" || name == "array_extract";
    if (extracts && parts.size() == 2) return ElementOf(std::move(parts), function.ToString());
    const bool differs = name == "date_diff" || name == "datediff";
    if (differs && parts.size() == 3 && parts[0].text == "day") {
      parts.erase(parts.begin());
      std::swap(parts[0], parts[1]);
      return Node(SparkNode::kFunction, "datediff", std::move(parts));
    }
    if (name == "trim" && parts.size() == 2) {
      return Node(SparkNode::kFunction, "btrim", std::move(parts));
    }
    return std::nullopt;
  }

  static SparkExpression DatePart(const duckdb::FunctionExpression& function, Parts& parts) {
    const std::string part = parts[0].text;
    for (const std::string_view known : kDateParts) {
      if (known != part) continue;
      parts.erase(parts.begin());
      return Node(SparkNode::kFunction, part, std::move(parts));
    }
    throw SparkUnsupported(function.ToString());
  }

  const delta::Schema& schema_;
  const std::string& table_;
};

}  // namespace

SparkExpression FromDuckdb(const ParsedExpression& expression, const delta::Schema& schema,
                           const std::string& table) {
  return Reader(schema, table).Read(expression);
}

SparkExpression FromDuckdbText(duckdb::ClientContext& context, const std::string& text,
                               const delta::Schema& schema, const std::string& table) {
  const auto parsed = duckdb::Parser::ParseExpressionList(text, context.GetParserOptions());
  if (parsed.size() != 1) {
    throw Error(ErrorKind::kInvalidInput, "constraint.syntax",
                fmt::format("A CHECK has one condition, not {}.", parsed.size()));
  }
  return FromDuckdb(*parsed[0], schema, table);
}

}  // namespace laguna::catalog
