// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "catalog/constraint/spark_lexer.h"

namespace laguna::catalog {

namespace {

// How tightly a node holds together, as Spark's grammar has it; higher is tighter.
enum Precedence {
  kOr = 1,
  kAnd,
  kNot,
  kPredicate,
  kComparison,
  kBitOr,
  kBitXor,
  kBitAnd,
  kAdditive,
  kMultiplicative,
  kSign,
  kPrimary,
};

int PrecedenceOf(std::string_view binary) {
  static constexpr std::array<std::pair<std::string_view, Precedence>, 9> kOperators{{
      {"OR", kOr},
      {"AND", kAnd},
      {"|", kBitOr},
      {"^", kBitXor},
      {"&", kBitAnd},
      {"+", kAdditive},
      {"-", kAdditive},
      {"||", kAdditive},
      {"", kPrimary},
  }};
  for (const auto& [op, precedence] : kOperators) {
    if (op == binary) return precedence;
  }
  const bool multiplies = binary == "*" || binary == "/" || binary == "%" || binary == "DIV";
  return multiplies ? kMultiplicative : kComparison;
}

int PrecedenceOf(const SparkExpression& expression) {
  switch (expression.node) {
    case SparkNode::kBinary:
      return PrecedenceOf(expression.text);
    case SparkNode::kUnary:
      return expression.text == "NOT" ? kNot : kSign;
    case SparkNode::kIs:
    case SparkNode::kIn:
    case SparkNode::kBetween:
    case SparkNode::kLike:
    case SparkNode::kRlike:
      return kPredicate;
    default:
      return kPrimary;
  }
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    switch (c) {
      case '\'':
        quoted += "\\'";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        quoted += c;
    }
  }
  return quoted + "'";
}

// In brackets when it holds together less tightly than `least`.
std::string Printed(const SparkExpression& expression, int least) {
  std::string text = ToSparkSql(expression);
  return PrecedenceOf(expression) < least ? "(" + text + ")" : text;
}

std::string List(const std::vector<SparkExpression>& parts, size_t first) {
  std::string text;
  for (size_t i = first; i < parts.size(); ++i) {
    text += (i > first ? ", " : "") + ToSparkSql(parts[i]);
  }
  return text;
}

std::string PrintBinary(const SparkExpression& expression) {
  const int own = PrecedenceOf(expression);
  // Comparisons do not chain in what people write; brackets on both sides.
  const int left = own == kComparison ? own + 1 : own;
  return fmt::format("{} {} {}", Printed(expression.parts[0], left), expression.text,
                     Printed(expression.parts[1], own + 1));
}

std::string PrintUnary(const SparkExpression& expression) {
  if (expression.text == "NOT") return "NOT " + Printed(expression.parts[0], kNot);
  // Not "--", which begins a comment.
  const bool nests = PrecedenceOf(expression.parts[0]) <= kSign;
  return expression.text + Printed(expression.parts[0], nests ? kPrimary : kSign);
}

std::string PrintPredicate(const SparkExpression& expression) {
  const auto& parts = expression.parts;
  const std::string subject = Printed(parts[0], kPredicate + 1);
  const char* no = expression.negated ? "NOT " : "";
  switch (expression.node) {
    case SparkNode::kIs:
      return fmt::format("{} IS {}{}", subject, no, expression.text);
    case SparkNode::kIn:
      return fmt::format("{} {}IN ({})", subject, no, List(parts, 1));
    case SparkNode::kBetween:
      return fmt::format("{} {}BETWEEN {} AND {}", subject, no, Printed(parts[1], kPredicate + 1),
                         Printed(parts[2], kPredicate + 1));
    case SparkNode::kLike:
      return fmt::format("{} {}LIKE {}{}", subject, no, Printed(parts[1], kPredicate + 1),
                         expression.escape == "\\" ? "" : " ESCAPE " + Quoted(expression.escape));
    default:
      return fmt::format("{} {}RLIKE {}", subject, no, Printed(parts[1], kPredicate + 1));
  }
}

std::string PrintCase(const SparkExpression& expression) {
  const auto& parts = expression.parts;
  size_t at = expression.node == SparkNode::kSwitch ? 1 : 0;
  std::string text = at == 1 ? "CASE " + ToSparkSql(parts[0]) : "CASE";
  const size_t end = parts.size() - (expression.has_else ? 1 : 0);
  for (; at + 1 < end; at += 2) {
    text += fmt::format(" WHEN {} THEN {}", ToSparkSql(parts[at]), ToSparkSql(parts[at + 1]));
  }
  if (expression.has_else) text += " ELSE " + ToSparkSql(parts.back());
  return text + " END";
}

std::string TypedPrefix(const delta::DataType& type) {
  if (type.Is(delta::Primitive::kBinary)) return "X";
  if (type.Is(delta::Primitive::kDate)) return "DATE ";
  return type.Is(delta::Primitive::kTimestampNtz) ? "TIMESTAMP_NTZ " : "TIMESTAMP ";
}

void AddColumns(const SparkExpression& expression, std::vector<std::string>& columns) {
  const bool is_new = expression.node == SparkNode::kColumn &&
                      std::find(columns.begin(), columns.end(), expression.text) == columns.end();
  if (is_new) columns.push_back(expression.text);
  for (const SparkExpression& part : expression.parts) AddColumns(part, columns);
}

}  // namespace

std::string SparkName(const std::string& name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
                     std::all_of(name.begin(), name.end(), is_plain) && !IsSparkKeyword(name);
  if (plain) return name;
  std::string quoted = "`";
  for (const char c : name) quoted += c == '`' ? "``" : std::string(1, c);
  return quoted + "`";
}

std::string ToSparkSql(const SparkExpression& expression) {
  const auto& parts = expression.parts;
  switch (expression.node) {
    case SparkNode::kNull:
      return "NULL";
    case SparkNode::kBoolean:
    case SparkNode::kNumber:
      return expression.text;
    case SparkNode::kString:
      return Quoted(expression.text);
    case SparkNode::kTyped:
      return TypedPrefix(expression.type) + Quoted(expression.text);
    case SparkNode::kColumn:
      return SparkName(expression.text);
    case SparkNode::kField:
      return Printed(parts[0], kPrimary) + "." + SparkName(expression.text);
    case SparkNode::kItem:
      return fmt::format("{}[{}]", Printed(parts[0], kPrimary), ToSparkSql(parts[1]));
    case SparkNode::kUnary:
      return PrintUnary(expression);
    case SparkNode::kBinary:
      return PrintBinary(expression);
    case SparkNode::kCase:
    case SparkNode::kSwitch:
      return PrintCase(expression);
    case SparkNode::kCast:
      return fmt::format("CAST({} AS {})", ToSparkSql(parts[0]), expression.type.ToString());
    case SparkNode::kFunction:
      return fmt::format("{}({})", expression.text, List(parts, 0));
    default:
      return PrintPredicate(expression);
  }
}

std::vector<std::string> ColumnsOf(const SparkExpression& expression) {
  std::vector<std::string> columns;
  AddColumns(expression, columns);
  return columns;
}

}  // namespace laguna::catalog
