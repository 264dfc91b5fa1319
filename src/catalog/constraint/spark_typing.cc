// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_typing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "catalog/constraint/spark_parser.h"
#include "engine/sql_text.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using delta::DataType;
using delta::Decimal;
using delta::Primitive;

constexpr int kDecimalDigitsMax = 38;
// The engine computes decimals of up to 18 digits in 64 bits and then gives no more than 18.
constexpr int kNarrowDigitsMax = 18;

// 1 to 4 by width; 0 for what is no whole number.
int IntegralRank(const DataType& type) {
  static constexpr std::array kRanks{Primitive::kByte, Primitive::kShort, Primitive::kInteger,
                                     Primitive::kLong};
  for (size_t i = 0; i < kRanks.size(); ++i) {
    if (type.Is(kRanks[i])) return static_cast<int>(i) + 1;
  }
  return 0;
}

DataType WiderIntegral(const DataType& left, const DataType& right) {
  return IntegralRank(left) >= IntegralRank(right) ? left : right;
}

std::string Cast(const std::string& sql, const DataType& type) {
  return fmt::format("CAST({} AS {})", sql, DuckdbTypeName(type));
}

Error NoCast(const DataType& from, const DataType& to) {
  return SparkUnsupported(fmt::format("a cast of {} to {}", from.ToString(), to.ToString()));
}

// --- Literals ---

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whether the text looks as `shape` says: 0 stands for a digit, everything else for itself.
bool HasShape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(),
                    [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; });
}

bool IsTimeText(std::string_view text) {
  if (HasShape(text, "0000-00-00")) return true;
  if (text.size() < 19 || !HasShape(text.substr(0, 10), "0000-00-00")) return false;
  if ((text[10] != ' ' && text[10] != 'T') || !HasShape(text.substr(11, 8), "00:00:00")) {
    return false;
  }
  const std::string_view fraction = text.substr(19);
  return fraction.empty() ||
         (fraction.size() <= 7 && fraction[0] == '.' && IsDigits(fraction.substr(1)));
}

// What no number spells, in Spark's spelling.
bool IsSpecialNumber(std::string_view text) {
  return text == "NaN" || text == "Infinity" || text == "-Infinity";
}

bool IsNumberText(std::string_view text, bool with_fraction) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const size_t dot = with_fraction ? text.find('.') : std::string_view::npos;
  if (dot == std::string_view::npos) return IsDigits(text) && text.size() <= kNarrowDigitsMax;
  return IsDigits(text.substr(0, dot)) && IsDigits(text.substr(dot + 1));
}

Decimal DecimalOf(std::string_view digits) {
  const size_t dot = digits.find('.');
  const std::string_view whole = digits.substr(0, dot);
  const size_t zeros = std::min(whole.find_first_not_of('0'), whole.size());
  const int scale = dot == std::string_view::npos ? 0 : static_cast<int>(digits.size() - dot - 1);
  const int precision = static_cast<int>(whole.size() - zeros) + scale;
  return {std::max({precision, scale, 1}), scale};
}

TypedSql DecimalLiteral(const std::string& digits) {
  const Decimal type = DecimalOf(digits);
  if (type.precision > kDecimalDigitsMax) {
    throw SparkUnsupported(fmt::format("a number of {} digits", type.precision));
  }
  return {Cast(engine::QuotedText(digits), type), type};
}

TypedSql WholeLiteral(const std::string& digits, const DataType& type) {
  return {Cast(digits, type), type};
}

// Splits "12BD" into "12" and "BD".
std::pair<std::string, std::string> NumberParts(const std::string& text) {
  const bool has_exponent = text.find_first_of("eE") != std::string::npos;
  size_t end = text.find_first_not_of(has_exponent ? "0123456789.eE+-" : "0123456789.");
  end = std::min(end, text.size());
  std::string suffix = text.substr(end);
  for (char& c : suffix) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return {text.substr(0, end), suffix};
}

TypedSql NumberSql(const SparkExpression& literal) {
  const auto [digits, suffix] = NumberParts(literal.text);
  const bool has_exponent = digits.find_first_of("eE") != std::string::npos;
  const bool is_whole = !has_exponent && digits.find('.') == std::string::npos;
  static constexpr std::array<std::pair<std::string_view, Primitive>, 3> kWhole{
      {{"Y", Primitive::kByte}, {"S", Primitive::kShort}, {"L", Primitive::kLong}}};
  for (const auto& [letter, type] : kWhole) {
    if (suffix == letter && is_whole) return WholeLiteral(digits, type);
  }
  if (suffix == "D" || (suffix.empty() && has_exponent)) {
    return {Cast(engine::QuotedText(digits), Primitive::kDouble), Primitive::kDouble};
  }
  if (suffix == "F") {
    return {Cast(engine::QuotedText(digits), Primitive::kFloat), Primitive::kFloat};
  }
  const bool is_decimal = suffix == "BD" || suffix.empty();
  if (!is_decimal || has_exponent) {
    throw Error(ErrorKind::kInvalidInput, "constraint.syntax",
                fmt::format("{} is no number.", literal.text));
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool fits =
      suffix.empty() && is_whole && error == std::errc() && end == digits.data() + digits.size();
  if (!fits) return DecimalLiteral(digits);
  return WholeLiteral(digits, number <= INT32_MAX ? Primitive::kInteger : Primitive::kLong);
}

TypedSql TypedLiteralSql(const SparkExpression& literal) {
  if (literal.type.Is(Primitive::kBinary)) {
    const bool is_hex =
        literal.text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (is_hex && literal.text.size() % 2 == 0) {
      return {fmt::format("unhex({})", engine::QuotedText(literal.text)), literal.type};
    }
  } else if (literal.type.Is(Primitive::kDate) ? HasShape(literal.text, "0000-00-00")
                                               : IsTimeText(literal.text)) {
    return {Cast(engine::QuotedText(literal.text), literal.type), literal.type};
  }
  throw SparkUnsupported(fmt::format("the text '{}' as {}", literal.text, literal.type.ToString()));
}

bool IsTextLiteral(const TypedSql& value) {
  return value.source != nullptr && value.source->node == SparkNode::kString;
}

// A text literal where Spark wants another type: read as it would, where there is one way to read
// it.
std::optional<TypedSql> TextLiteralAs(const TypedSql& value, const DataType& wanted) {
  if (!IsTextLiteral(value)) return std::nullopt;
  const std::string& text = value.source->text;
  const auto as = [&](const DataType& type) {
    return TypedSql{Cast(engine::QuotedText(text), type), type, value.source};
  };
  if (wanted.Is(Primitive::kDate) && HasShape(text, "0000-00-00")) return as(wanted);
  const bool is_time = wanted.Is(Primitive::kTimestamp) || wanted.Is(Primitive::kTimestampNtz);
  if (is_time && IsTimeText(text)) return as(wanted);
  if (IsIntegral(wanted) && IsNumberText(text, false)) return as(Primitive::kLong);
  const bool is_fraction = IsFloating(wanted) || wanted.AsDecimal() != nullptr;
  if (is_fraction && IsNumberText(text, true)) return as(Primitive::kDouble);
  if (IsFloating(wanted) && IsSpecialNumber(text)) return as(Primitive::kDouble);
  if (wanted.Is(Primitive::kBoolean) && (text == "true" || text == "false")) return as(wanted);
  return std::nullopt;
}

Error NoCommonType(const std::string& what, const DataType& type, const TypedSql& other) {
  const std::string name = IsTextLiteral(other) ? fmt::format("the text '{}'", other.source->text)
                                                : other.type.ToString();
  return SparkUnsupported(fmt::format("{} of {} and {}", what, type.ToString(), name))
      .Hint("CAST one of them to the type of the other.");
}

// --- Common types ---

// As Spark's DecimalType.forType and fromLiteral have it.
Decimal AsDecimal(const TypedSql& value) {
  if (const Decimal* decimal = value.type.AsDecimal()) return *decimal;
  if (value.source != nullptr && value.source->node == SparkNode::kNumber) {
    return DecimalOf(NumberParts(value.source->text).first);
  }
  static constexpr std::array<int, 5> kDigits{0, 3, 5, 10, 20};
  return {kDigits[static_cast<size_t>(IntegralRank(value.type))], 0};
}

std::optional<DataType> CommonDecimal(const TypedSql& left, const TypedSql& right) {
  const Decimal a = AsDecimal(left);
  const Decimal b = AsDecimal(right);
  const int scale = std::max(a.scale, b.scale);
  const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
  if (whole + scale > kDecimalDigitsMax) return std::nullopt;
  return Decimal{whole + scale, scale};
}

std::optional<DataType> CommonNumber(const TypedSql& left, const TypedSql& right) {
  if (IsIntegral(left.type) && IsIntegral(right.type)) {
    return WiderIntegral(left.type, right.type);
  }
  if (!IsFloating(left.type) && !IsFloating(right.type)) return CommonDecimal(left, right);
  const auto is_narrow = [](const DataType& type) {
    const int rank = IntegralRank(type);
    return type.Is(Primitive::kFloat) || rank == 1 || rank == 2;
  };
  const bool both_narrow = is_narrow(left.type) && is_narrow(right.type);
  return both_narrow ? DataType(Primitive::kFloat) : DataType(Primitive::kDouble);
}

std::optional<DataType> CommonType(const TypedSql& left, const TypedSql& right) {
  if (left.type.Is(Primitive::kVoid)) return right.type;
  if (right.type.Is(Primitive::kVoid)) return left.type;
  if (IsNumeric(left.type) && IsNumeric(right.type)) return CommonNumber(left, right);
  if (left.type.AsPrimitive() != nullptr && left.type == right.type) return left.type;
  if (!IsTemporal(left.type) || !IsTemporal(right.type)) return std::nullopt;
  const bool instant = left.type.Is(Primitive::kTimestamp) || right.type.Is(Primitive::kTimestamp);
  return instant ? DataType(Primitive::kTimestamp) : DataType(Primitive::kTimestampNtz);
}

// --- Casts ---

std::optional<std::string> NumberCast(const TypedSql& value, const DataType& type) {
  const std::string& sql = value.sql;
  if (IsIntegral(type)) {
    // Spark cuts the fraction off, the engine rounds.
    return IsIntegral(value.type) ? Cast(sql, type) : Cast(fmt::format("trunc({})", sql), type);
  }
  if (IsFloating(type)) return Cast(sql, type);
  if (type.AsDecimal() != nullptr && !IsFloating(value.type)) return Cast(sql, type);
  if (type.Is(Primitive::kString) && IsIntegral(value.type)) return Cast(sql, type);
  if (type.Is(Primitive::kBoolean) && IsIntegral(value.type)) {
    return fmt::format("({} <> 0)", sql);
  }
  return std::nullopt;
}

std::optional<std::string> OtherCast(const TypedSql& value, const DataType& type) {
  const std::string& sql = value.sql;
  if (IsTemporal(value.type) && IsTemporal(type)) return Cast(sql, type);
  if (value.type.Is(Primitive::kBoolean)) {
    if (type.Is(Primitive::kString) || IsIntegral(type)) return Cast(sql, type);
  }
  if (value.type.Is(Primitive::kDate) && type.Is(Primitive::kString)) return Cast(sql, type);
  if (value.type.Is(Primitive::kString) && type.Is(Primitive::kBinary)) {
    return fmt::format("encode({})", sql);
  }
  return std::nullopt;
}

// --- Arithmetic ---

TypedSql DecimalArithmetic(const std::string& op, const TypedSql& left, const TypedSql& right) {
  const Decimal a = AsDecimal(left);
  const Decimal b = AsDecimal(right);
  Decimal result;
  if (op == "*") {
    result = {a.precision + b.precision + 1, a.scale + b.scale};
  } else if (op == "+" || op == "-") {
    const int scale = std::max(a.scale, b.scale);
    result = {std::max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale};
  } else {
    throw SparkUnsupported(
        fmt::format("{} of {} and {}", op, left.type.ToString(), right.type.ToString()));
  }
  if (result.precision > kDecimalDigitsMax) {
    throw SparkUnsupported(fmt::format("{} of {} and {}, which has {} digits", op,
                                       left.type.ToString(), right.type.ToString(),
                                       result.precision));
  }
  // Operands of more than 18 digits keep the engine from cutting the result to 18.
  const auto widened = [&](const TypedSql& value, Decimal own) {
    const int least = result.precision > kNarrowDigitsMax ? kNarrowDigitsMax + 1 : 1;
    return Cast(value.sql, Decimal{std::max(own.precision, least), own.scale});
  };
  const std::string sql = fmt::format("({} {} {})", widened(left, a), op, widened(right, b));
  return {Cast(sql, result), result};
}

TypedSql DateArithmetic(const std::string& op, const TypedSql& left, const TypedSql& right) {
  const bool adds = op == "+" || op == "-";
  const bool days = adds && left.type.Is(Primitive::kDate) && IntegralRank(right.type) > 0 &&
                    IntegralRank(right.type) < 4;
  if (!days) {
    throw SparkUnsupported(
        fmt::format("{} of {} and {}", op, left.type.ToString(), right.type.ToString()));
  }
  return {fmt::format("({} {} {})", left.sql, op, Cast(right.sql, Primitive::kInteger)),
          Primitive::kDate};
}

TypedSql BitSql(const std::string& op, const TypedSql& left, const TypedSql& right) {
  if (!IsIntegral(left.type) || !IsIntegral(right.type)) {
    throw SparkUnsupported(
        fmt::format("{} of {} and {}", op, left.type.ToString(), right.type.ToString()));
  }
  const DataType type = WiderIntegral(left.type, right.type);
  const std::string a = Cast(left.sql, type);
  const std::string b = Cast(right.sql, type);
  if (op == "^") return {fmt::format("xor({}, {})", a, b), type};
  return {fmt::format("({} {} {})", a, op, b), type};
}

// Division by zero is NULL here and in Spark without ANSI mode; with it it is an error.
TypedSql DivisionSql(const std::string& op, const TypedSql& left, const TypedSql& right) {
  const bool decimal = !IsFloating(left.type) && !IsFloating(right.type) &&
                       (left.type.AsDecimal() != nullptr || right.type.AsDecimal() != nullptr);
  const bool unknown =
      decimal || (op == "DIV" && (IsFloating(left.type) || IsFloating(right.type)));
  if (unknown) {
    throw SparkUnsupported(
        fmt::format("{} of {} and {}", op, left.type.ToString(), right.type.ToString()));
  }
  DataType type = op == "/" ? DataType(Primitive::kDouble) : *CommonNumber(left, right);
  if (op == "DIV") type = Primitive::kLong;
  return {fmt::format("({} {} nullif({}, 0))", Cast(left.sql, type), op == "DIV" ? "//" : op,
                      Cast(right.sql, type)),
          type};
}

}  // namespace

bool IsIntegral(const DataType& type) {
  return IntegralRank(type) > 0;
}

bool IsFloating(const DataType& type) {
  return type.Is(Primitive::kFloat) || type.Is(Primitive::kDouble);
}

bool IsNumeric(const DataType& type) {
  return IsIntegral(type) || IsFloating(type) || type.AsDecimal() != nullptr;
}

bool IsTemporal(const DataType& type) {
  return type.Is(Primitive::kDate) || type.Is(Primitive::kTimestamp) ||
         type.Is(Primitive::kTimestampNtz);
}

std::string DuckdbTypeName(const DataType& type) {
  static constexpr std::array<std::pair<Primitive, const char*>, 12> kNames{{
      {Primitive::kString, "VARCHAR"},
      {Primitive::kLong, "BIGINT"},
      {Primitive::kInteger, "INTEGER"},
      {Primitive::kShort, "SMALLINT"},
      {Primitive::kByte, "TINYINT"},
      {Primitive::kFloat, "FLOAT"},
      {Primitive::kDouble, "DOUBLE"},
      {Primitive::kBoolean, "BOOLEAN"},
      {Primitive::kBinary, "BLOB"},
      {Primitive::kDate, "DATE"},
      {Primitive::kTimestamp, "TIMESTAMP WITH TIME ZONE"},
      {Primitive::kTimestampNtz, "TIMESTAMP"},
  }};
  if (const Decimal* decimal = type.AsDecimal()) {
    return fmt::format("DECIMAL({}, {})", decimal->precision, decimal->scale);
  }
  for (const auto& [primitive, name] : kNames) {
    if (type.Is(primitive)) return name;
  }
  throw SparkUnsupported(fmt::format("a cast to {}", type.ToString()));
}

std::optional<int64_t> IntegerLiteral(const SparkExpression& expression) {
  if (expression.node == SparkNode::kUnary && expression.text == "-") {
    const auto positive = IntegerLiteral(expression.parts[0]);
    return positive ? std::optional(-*positive) : std::nullopt;
  }
  if (expression.node != SparkNode::kNumber || !IsDigits(expression.text)) return std::nullopt;
  int64_t number = 0;
  const char* end = expression.text.data() + expression.text.size();
  const auto [at, error] = std::from_chars(expression.text.data(), end, number);
  return error == std::errc() && at == end ? std::optional(number) : std::nullopt;
}

TypedSql LiteralSql(const SparkExpression& literal) {
  TypedSql value;
  switch (literal.node) {
    case SparkNode::kNull:
      value = {"NULL", Primitive::kVoid};
      break;
    case SparkNode::kBoolean:
      value = {literal.text == "true" ? "TRUE" : "FALSE", Primitive::kBoolean};
      break;
    case SparkNode::kNumber:
      value = NumberSql(literal);
      break;
    case SparkNode::kTyped:
      value = TypedLiteralSql(literal);
      break;
    default:
      value = {Cast(engine::QuotedText(literal.text), Primitive::kString), Primitive::kString};
  }
  value.source = &literal;
  return value;
}

TypedSql CastTo(const TypedSql& value, const DataType& type) {
  if (value.type == type) return value;
  if (value.type.Is(Primitive::kVoid)) return {Cast("NULL", type), type, value.source};
  if (const auto literal = TextLiteralAs(value, type)) {
    if (literal->type == type) return *literal;
    return CastTo({literal->sql, literal->type, nullptr}, type);
  }
  const auto sql = IsNumeric(value.type) ? NumberCast(value, type) : OtherCast(value, type);
  if (!sql) throw NoCast(value.type, type);
  return {*sql, type, value.source};
}

DataType Harmonize(std::vector<TypedSql>& values, const std::string& what) {
  TypedSql common = {"NULL", Primitive::kVoid};
  for (const TypedSql& value : values) {
    if (IsTextLiteral(value)) continue;
    const auto type = CommonType(common, value);
    if (!type) throw NoCommonType(what, common.type, value);
    common = common.type.Is(Primitive::kVoid) ? value : TypedSql{"", *type};
  }
  // Texts take the type of what they stand beside.
  for (TypedSql& value : values) {
    if (!IsTextLiteral(value)) continue;
    if (common.type.Is(Primitive::kVoid)) common.type = Primitive::kString;
    if (common.type.Is(Primitive::kString)) continue;
    const auto literal = TextLiteralAs(value, common.type);
    if (!literal) throw NoCommonType(what, common.type, value);
    value = {literal->sql, literal->type};
    common = {"", *CommonType(common, value)};
  }
  if (common.type.AsPrimitive() == nullptr && common.type.AsDecimal() == nullptr) {
    throw SparkUnsupported(fmt::format("{} of {}", what, common.type.ToString()));
  }
  for (TypedSql& value : values) {
    if (!common.type.Is(Primitive::kVoid)) value = CastTo(value, common.type);
  }
  return common.type;
}

TypedSql ArithmeticSql(const std::string& op, const TypedSql& left, const TypedSql& right) {
  if (op == "&" || op == "|" || op == "^") return BitSql(op, left, right);
  if (IsTemporal(left.type) || IsTemporal(right.type)) return DateArithmetic(op, left, right);
  if (!IsNumeric(left.type) || !IsNumeric(right.type)) {
    throw SparkUnsupported(
        fmt::format("{} of {} and {}", op, left.type.ToString(), right.type.ToString()));
  }
  if (op == "/" || op == "DIV" || op == "%") return DivisionSql(op, left, right);
  const bool decimal = !IsFloating(left.type) && !IsFloating(right.type) &&
                       (left.type.AsDecimal() != nullptr || right.type.AsDecimal() != nullptr);
  if (decimal) return DecimalArithmetic(op, left, right);
  const DataType type = *CommonNumber(left, right);
  return {fmt::format("({} {} {})", Cast(left.sql, type), op, Cast(right.sql, type)), type};
}

}  // namespace laguna::catalog
