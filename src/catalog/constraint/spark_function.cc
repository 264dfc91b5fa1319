// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/constraint/spark_parser.h"
#include "engine/sql_text.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using delta::DataType;
using delta::Decimal;
using delta::Primitive;
using Arguments = std::vector<TypedSql>;

// --- Functions that are a form in the engine's SQL ---

// What the arguments must be, one letter each:
//   s text   d date (instants become dates)   t date or instant   i whole number   n number
//   l text literal that is not empty   1 whole number literal from 1 on   0 the same from 0 on
struct Form {
  std::string_view name;
  std::string_view arguments;
  Primitive result;
  // {0}, {1}: the arguments.
  std::string_view sql;
};

// Where Java's case mapping gives other letters than the engine's (several for one, or by the
// letters around), a text is refused rather than mapped wrongly.
constexpr std::string_view kUpper =
    R"(CASE WHEN regexp_matches({0}, '[\x{DF}\x{149}\x{1F0}\x{390}\x{3B0}\x{587}\x{1E96}-\x{1E9E})"
    R"(\x{1F50}-\x{1FFC}\x{FB00}-\x{FB17}]') THEN error('upper() of a letter without one capital )"
    R"(letter is not evaluated as Spark does it.') ELSE upper({0}) END)";
constexpr std::string_view kLower =
    R"(CASE WHEN regexp_matches({0}, '[\x{130}\x{3A3}\x{1E9E}]') THEN error('lower() of a letter )"
    R"(without one small letter is not evaluated as Spark does it.') ELSE lower({0}) END)";

constexpr Form kForms[] = {
    {"add_months", "di", Primitive::kDate, "CAST(({0} + to_months({1})) AS DATE)"},
    {"bit_length", "s", Primitive::kInteger, "CAST(strlen({0}) * 8 AS INTEGER)"},
    {"btrim", "sl", Primitive::kString, "trim({0}, {1})"},
    {"char_length", "s", Primitive::kInteger, "CAST(length({0}) AS INTEGER)"},
    {"character_length", "s", Primitive::kInteger, "CAST(length({0}) AS INTEGER)"},
    {"contains", "ss", Primitive::kBoolean, "contains({0}, {1})"},
    {"date_add", "di", Primitive::kDate, "({0} + {1})"},
    {"date_diff", "dd", Primitive::kInteger, "CAST(({0} - {1}) AS INTEGER)"},
    {"date_sub", "di", Primitive::kDate, "({0} - {1})"},
    {"dateadd", "di", Primitive::kDate, "({0} + {1})"},
    {"datediff", "dd", Primitive::kInteger, "CAST(({0} - {1}) AS INTEGER)"},
    {"day", "d", Primitive::kInteger, "CAST(day({0}) AS INTEGER)"},
    {"dayofmonth", "d", Primitive::kInteger, "CAST(day({0}) AS INTEGER)"},
    {"dayofweek", "d", Primitive::kInteger, "CAST(dayofweek({0}) + 1 AS INTEGER)"},
    {"dayofyear", "d", Primitive::kInteger, "CAST(dayofyear({0}) AS INTEGER)"},
    {"endswith", "ss", Primitive::kBoolean, "suffix({0}, {1})"},
    {"hour", "t", Primitive::kInteger, "CAST(hour({0}) AS INTEGER)"},
    {"instr", "sl", Primitive::kInteger, "CAST(instr({0}, {1}) AS INTEGER)"},
    {"last_day", "d", Primitive::kDate, "last_day({0})"},
    {"lcase", "s", Primitive::kString, kLower},
    {"left", "s0", Primitive::kString, "left({0}, {1})"},
    {"len", "s", Primitive::kInteger, "CAST(length({0}) AS INTEGER)"},
    {"length", "s", Primitive::kInteger, "CAST(length({0}) AS INTEGER)"},
    {"locate", "ls", Primitive::kInteger, "CAST(instr({1}, {0}) AS INTEGER)"},
    {"lower", "s", Primitive::kString, kLower},
    {"lpad", "s0l", Primitive::kString, "lpad({0}, {1}, {2})"},
    {"ltrim", "s", Primitive::kString, "ltrim({0}, ' ')"},
    {"make_date", "iii", Primitive::kDate, "make_date({0}, {1}, {2})"},
    {"md5", "s", Primitive::kString, "md5({0})"},
    {"minute", "t", Primitive::kInteger, "CAST(minute({0}) AS INTEGER)"},
    {"month", "d", Primitive::kInteger, "CAST(month({0}) AS INTEGER)"},
    {"octet_length", "s", Primitive::kInteger, "CAST(strlen({0}) AS INTEGER)"},
    {"position", "ls", Primitive::kInteger, "CAST(instr({1}, {0}) AS INTEGER)"},
    {"quarter", "d", Primitive::kInteger, "CAST(quarter({0}) AS INTEGER)"},
    {"repeat", "s0", Primitive::kString, "repeat({0}, {1})"},
    {"replace", "sls", Primitive::kString, "replace({0}, {1}, {2})"},
    {"right", "s0", Primitive::kString, "right({0}, {1})"},
    {"rpad", "s0l", Primitive::kString, "rpad({0}, {1}, {2})"},
    {"rtrim", "s", Primitive::kString, "rtrim({0}, ' ')"},
    {"second", "t", Primitive::kInteger, "CAST(second({0}) AS INTEGER)"},
    {"startswith", "ss", Primitive::kBoolean, "starts_with({0}, {1})"},
    {"substr", "s1", Primitive::kString, "substring({0}, {1})"},
    {"substr", "s10", Primitive::kString, "substring({0}, {1}, {2})"},
    {"substring", "s1", Primitive::kString, "substring({0}, {1})"},
    {"substring", "s10", Primitive::kString, "substring({0}, {1}, {2})"},
    {"to_date", "d", Primitive::kDate, "{0}"},
    {"trim", "s", Primitive::kString, "trim({0}, ' ')"},
    {"ucase", "s", Primitive::kString, kUpper},
    {"upper", "s", Primitive::kString, kUpper},
    {"weekday", "d", Primitive::kInteger, "CAST(isodow({0}) - 1 AS INTEGER)"},
    {"weekofyear", "d", Primitive::kInteger, "CAST(weekofyear({0}) AS INTEGER)"},
    {"year", "d", Primitive::kInteger, "CAST(year({0}) AS INTEGER)"},
};

std::string Filled(std::string_view form, const std::vector<std::string>& arguments) {
  std::string sql;
  for (size_t at = 0; at < form.size(); ++at) {
    const bool is_place = form[at] == '{' && at + 2 < form.size() && form[at + 2] == '}' &&
                          form[at + 1] >= '0' && form[at + 1] <= '9';
    if (is_place) {
      sql += arguments.at(static_cast<size_t>(form[at + 1] - '0'));
      at += 2;
    } else {
      sql += form[at];
    }
  }
  return sql;
}

std::optional<std::string> IntegerFrom(int64_t least, const TypedSql& argument) {
  const auto number = argument.source ? IntegerLiteral(*argument.source) : std::nullopt;
  if (!number || *number < least || *number > INT32_MAX) return std::nullopt;
  return std::to_string(*number);
}

// Nothing when the argument is not of that sort.
std::optional<std::string> ArgumentSql(char sort, const TypedSql& argument) {
  const bool is_text = argument.source != nullptr && argument.source->node == SparkNode::kString;
  switch (sort) {
    case 's':
      return CastTo(argument, Primitive::kString).sql;
    case 'l':
      if (!is_text || argument.source->text.empty()) return std::nullopt;
      return argument.sql;
    case 'd':
      return CastTo(argument, Primitive::kDate).sql;
    case 't':
      if (argument.type.Is(Primitive::kTimestampNtz)) return argument.sql;
      return CastTo(argument, Primitive::kTimestamp).sql;
    case 'i':
      if (!IsIntegral(argument.type)) return std::nullopt;
      return CastTo(argument, Primitive::kInteger).sql;
    default:
      return IntegerFrom(sort - '0', argument);
  }
}

std::optional<TypedSql> FormSql(const Form& form, const Arguments& arguments) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < arguments.size(); ++i) {
    auto text = ArgumentSql(form.arguments[i], arguments[i]);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return TypedSql{Filled(form.sql, texts), form.result};
}

std::string TypesOf(const Arguments& arguments) {
  std::string types;
  for (const TypedSql& argument : arguments) {
    types += (types.empty() ? "" : ", ") + argument.type.ToString();
  }
  return types;
}

Error UnlistedArguments(const SparkExpression& call) {
  return SparkUnsupported(fmt::format("{} with these arguments", ToSparkSql(call)));
}

// --- Functions whose result depends on their arguments' types ---

std::string Joined(const Arguments& arguments, std::string_view separator) {
  std::string sql;
  for (const TypedSql& argument : arguments) {
    sql += (sql.empty() ? "" : std::string(separator)) + argument.sql;
  }
  return sql;
}

Arguments Texts(const Arguments& arguments) {
  Arguments texts;
  for (const TypedSql& argument : arguments) texts.push_back(CastTo(argument, Primitive::kString));
  return texts;
}

TypedSql Concat(const SparkExpression& /*call*/, const Arguments& arguments) {
  return {fmt::format("({})", Joined(Texts(arguments), " || ")), Primitive::kString};
}

TypedSql ConcatWs(const SparkExpression& /*call*/, const Arguments& arguments) {
  return {fmt::format("concat_ws({})", Joined(Texts(arguments), ", ")), Primitive::kString};
}

// coalesce, greatest, least: the engine has them under the same names.
TypedSql OfOneType(const SparkExpression& call, const Arguments& arguments) {
  Arguments values = arguments;
  const DataType type = Harmonize(values, "the function " + call.text);
  return {fmt::format("{}({})", call.text, Joined(values, ", ")), type};
}

TypedSql Coalesce(const SparkExpression& call, const Arguments& arguments) {
  Arguments values = arguments;
  const DataType type = Harmonize(values, "the function " + call.text);
  return {fmt::format("coalesce({})", Joined(values, ", ")), type};
}

TypedSql NullIf(const SparkExpression& call, const Arguments& arguments) {
  Arguments values = arguments;
  Harmonize(values, "the function " + call.text);
  // The result keeps the first one's type.
  return {fmt::format("CASE WHEN {} = {} THEN NULL ELSE {} END", values[0].sql, values[1].sql,
                      arguments[0].sql),
          arguments[0].type};
}

TypedSql Choice(const std::string& condition, Arguments values, const std::string& name) {
  const DataType type = Harmonize(values, "the function " + name);
  return {fmt::format("CASE WHEN {} THEN {} ELSE {} END", condition, values[0].sql, values[1].sql),
          type};
}

TypedSql If(const SparkExpression& call, const Arguments& arguments) {
  const std::string condition = CastTo(arguments[0], Primitive::kBoolean).sql;
  return Choice(condition, {arguments[1], arguments[2]}, call.text);
}

TypedSql Nvl2(const SparkExpression& call, const Arguments& arguments) {
  return Choice(fmt::format("({} IS NOT NULL)", arguments[0].sql), {arguments[1], arguments[2]},
                call.text);
}

TypedSql IsNull(const SparkExpression& /*call*/, const Arguments& arguments) {
  return {fmt::format("({} IS NULL)", arguments[0].sql), Primitive::kBoolean};
}

TypedSql IsNotNull(const SparkExpression& /*call*/, const Arguments& arguments) {
  return {fmt::format("({} IS NOT NULL)", arguments[0].sql), Primitive::kBoolean};
}

TypedSql IsNan(const SparkExpression& /*call*/, const Arguments& arguments) {
  // Not NULL for NULL.
  return {fmt::format("coalesce(isnan({}), FALSE)", CastTo(arguments[0], Primitive::kDouble).sql),
          Primitive::kBoolean};
}

TypedSql Abs(const SparkExpression& call, const Arguments& arguments) {
  if (!IsNumeric(arguments[0].type)) throw UnlistedArguments(call);
  return {fmt::format("abs({})", arguments[0].sql), arguments[0].type};
}

// Java's conversion of a double to a long: NaN is 0, what is too large the largest.
std::string AsLong(const std::string& sql) {
  return fmt::format(
      "CASE WHEN isnan({0}) THEN CAST(0 AS BIGINT) WHEN {0} >= 9223372036854775807.0::DOUBLE THEN "
      "9223372036854775807 WHEN {0} <= -9223372036854775808.0::DOUBLE THEN "
      "(-9223372036854775807 - 1) ELSE CAST({0} AS BIGINT) END",
      sql);
}

TypedSql CeilOrFloor(const SparkExpression& call, const Arguments& arguments) {
  const char* name = call.text == "floor" ? "floor" : "ceil";
  const DataType& type = arguments[0].type;
  if (IsIntegral(type)) return CastTo(arguments[0], Primitive::kLong);
  if (IsFloating(type)) {
    const std::string sql = CastTo(arguments[0], Primitive::kDouble).sql;
    return {AsLong(fmt::format("{}({})", name, sql)), Primitive::kLong};
  }
  const Decimal* decimal = type.AsDecimal();
  if (decimal == nullptr) throw UnlistedArguments(call);
  const Decimal whole{std::min(decimal->precision - decimal->scale + 1, 38), 0};
  return {fmt::format("CAST({}({}) AS {})", name, arguments[0].sql, DuckdbTypeName(whole)), whole};
}

// Of doubles the two round halves differently.
TypedSql Round(const SparkExpression& call, const Arguments& arguments) {
  const Decimal* decimal = arguments[0].type.AsDecimal();
  const auto digits =
      arguments.size() == 1 ? std::optional<int64_t>(0) : IntegerLiteral(*arguments[1].source);
  if (!decimal || !digits || *digits < 0 || *digits > 38) throw UnlistedArguments(call);
  const int scale = std::min(decimal->scale, static_cast<int>(*digits));
  const Decimal type{std::min(decimal->precision - decimal->scale + scale + 1, 38), scale};
  return {fmt::format("CAST(round({}, {}) AS {})", arguments[0].sql, scale, DuckdbTypeName(type)),
          type};
}

TypedSql Mod(const SparkExpression& /*call*/, const Arguments& arguments) {
  return ArithmeticSql("%", arguments[0], arguments[1]);
}

TypedSql Pmod(const SparkExpression& call, const Arguments& arguments) {
  Arguments values = arguments;
  if (!IsIntegral(Harmonize(values, "the function pmod"))) throw UnlistedArguments(call);
  const TypedSql rest = ArithmeticSql("%", values[0], values[1]);
  const TypedSql wrapped =
      ArithmeticSql("%", {fmt::format("({} + {})", rest.sql, values[1].sql), rest.type}, values[1]);
  return {fmt::format("CASE WHEN {0} < 0 THEN {1} ELSE {0} END", rest.sql, wrapped.sql), rest.type};
}

// --- Dates cut to a unit ---

struct CutUnit {
  std::string_view spark;
  std::string_view duckdb;
  bool of_dates = false;
};
constexpr CutUnit kCutUnits[] = {
    {"year", "year", true},   {"yyyy", "year", true},
    {"yy", "year", true},     {"quarter", "quarter", true},
    {"month", "month", true}, {"mm", "month", true},
    {"mon", "month", true},   {"week", "week", true},
    {"day", "day"},           {"dd", "day"},
    {"hour", "hour"},         {"minute", "minute"},
    {"second", "second"},
};

std::string_view UnitOf(const SparkExpression& call, const TypedSql& argument, bool of_dates) {
  const bool is_text = argument.source != nullptr && argument.source->node == SparkNode::kString;
  std::string unit = is_text ? argument.source->text : "";
  for (char& c : unit) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const CutUnit& known : kCutUnits) {
    if (known.spark == unit && (known.of_dates || !of_dates)) return known.duckdb;
  }
  throw UnlistedArguments(call);
}

TypedSql DateTrunc(const SparkExpression& call, const Arguments& arguments) {
  const std::string_view unit = UnitOf(call, arguments[0], false);
  const bool keeps = arguments[1].type.Is(Primitive::kTimestampNtz);
  const TypedSql time = keeps ? arguments[1] : CastTo(arguments[1], Primitive::kTimestamp);
  return {fmt::format("date_trunc('{}', {})", unit, time.sql), time.type};
}

TypedSql Trunc(const SparkExpression& call, const Arguments& arguments) {
  const std::string_view unit = UnitOf(call, arguments[1], true);
  return {fmt::format("CAST(date_trunc('{}', {}) AS DATE)", unit,
                      CastTo(arguments[0], Primitive::kDate).sql),
          Primitive::kDate};
}

// --- Arrays and maps ---

TypedSql Size(const SparkExpression& call, const Arguments& arguments) {
  const bool is_map = arguments[0].type.AsMap() != nullptr;
  if (!is_map && arguments[0].type.AsArray() == nullptr) throw UnlistedArguments(call);
  return {fmt::format("CAST({}({}) AS INTEGER)", is_map ? "cardinality" : "len", arguments[0].sql),
          Primitive::kInteger};
}

// NULL where the value is not found and an element is NULL.
TypedSql ArrayContains(const SparkExpression& call, const Arguments& arguments) {
  const delta::ArrayType* array = arguments[0].type.AsArray();
  if (array == nullptr) throw UnlistedArguments(call);
  const std::string value = CastTo(arguments[1], array->element).sql;
  return {fmt::format("CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN list_contains({0}, {1}) "
                      "THEN TRUE WHEN list_count({0}) < len({0}) THEN NULL ELSE FALSE END",
                      arguments[0].sql, value),
          Primitive::kBoolean};
}

TypedSql ElementAt(const SparkExpression& call, const Arguments& arguments) {
  if (const delta::MapType* map = arguments[0].type.AsMap()) {
    return {fmt::format("({})[{}]", arguments[0].sql, CastTo(arguments[1], map->key).sql),
            map->value};
  }
  const delta::ArrayType* array = arguments[0].type.AsArray();
  const auto index = IntegerFrom(1, arguments[1]);
  if (array == nullptr || !index) throw UnlistedArguments(call);
  return {fmt::format("({})[{}]", arguments[0].sql, *index), array->element};
}

// --- The time of the statement ---

TypedSql CurrentDate(const SparkExpression& /*call*/, const Arguments& /*arguments*/) {
  return {"current_date", Primitive::kDate};
}

TypedSql CurrentTimestamp(const SparkExpression& /*call*/, const Arguments& /*arguments*/) {
  return {"now()", Primitive::kTimestamp};
}

struct Computed {
  std::string_view name;
  size_t arguments_min;
  size_t arguments_max;
  TypedSql (*sql)(const SparkExpression& call, const Arguments& arguments);
  bool deterministic = true;
};

constexpr size_t kAny = 1000;

constexpr Computed kComputed[] = {
    {"abs", 1, 1, Abs},
    {"array_contains", 2, 2, ArrayContains},
    {"array_size", 1, 1, Size},
    {"cardinality", 1, 1, Size},
    {"ceil", 1, 1, CeilOrFloor},
    {"ceiling", 1, 1, CeilOrFloor},
    {"coalesce", 1, kAny, OfOneType},
    {"concat", 1, kAny, Concat},
    {"concat_ws", 2, kAny, ConcatWs},
    {"curdate", 0, 0, CurrentDate, false},
    {"current_date", 0, 0, CurrentDate, false},
    {"current_timestamp", 0, 0, CurrentTimestamp, false},
    {"date_trunc", 2, 2, DateTrunc},
    {"element_at", 2, 2, ElementAt},
    {"floor", 1, 1, CeilOrFloor},
    {"greatest", 2, kAny, OfOneType},
    {"if", 3, 3, If},
    {"ifnull", 2, 2, Coalesce},
    {"isnan", 1, 1, IsNan},
    {"isnotnull", 1, 1, IsNotNull},
    {"isnull", 1, 1, IsNull},
    {"least", 2, kAny, OfOneType},
    {"mod", 2, 2, Mod},
    {"now", 0, 0, CurrentTimestamp, false},
    {"nullif", 2, 2, NullIf},
    {"nvl", 2, 2, Coalesce},
    {"nvl2", 3, 3, Nvl2},
    {"pmod", 2, 2, Pmod},
    {"round", 1, 2, Round},
    {"size", 1, 1, Size},
    {"trunc", 2, 2, Trunc},
};

// Functions that are casts by another name.
constexpr std::array<std::string_view, 12> kCastNames{"bigint",   "binary", "boolean",   "date",
                                                      "double",   "float",  "int",       "decimal",
                                                      "smallint", "string", "timestamp", "tinyint"};

std::optional<TypedSql> CastCall(const SparkExpression& call, const Arguments& arguments) {
  const bool is_cast =
      std::find(kCastNames.begin(), kCastNames.end(), call.text) != kCastNames.end();
  if (!is_cast || arguments.size() != 1) return std::nullopt;
  return CastTo(arguments[0], ParseSparkType(call.text));
}

Error UnlistedFunction(const SparkExpression& call) {
  std::vector<std::string> names;
  for (const std::string_view name : SparkFunctionNames()) names.emplace_back(name);
  const auto near = base::NearestName(call.text, names);
  Error error = SparkUnsupported("the function " + call.text);
  if (near) return std::move(error).Hint(fmt::format("Did you mean {}?", *near));
  return std::move(error).Hint("Say it with other functions; the page on constraints lists them.");
}

Error WrongCount(const SparkExpression& call) {
  return Error(ErrorKind::kInvalidInput, "constraint.arguments",
               fmt::format("The function {} does not take {} argument{}.", call.text,
                           call.parts.size(), call.parts.size() == 1 ? "" : "s"));
}

}  // namespace

FunctionSql CallSql(const SparkExpression& call, const std::vector<TypedSql>& arguments) {
  if (auto cast = CastCall(call, arguments)) return {std::move(*cast)};
  bool known = false;
  for (const Computed& function : kComputed) {
    if (function.name != call.text) continue;
    const bool fits =
        arguments.size() >= function.arguments_min && arguments.size() <= function.arguments_max;
    if (!fits) throw WrongCount(call);
    return {function.sql(call, arguments), function.deterministic};
  }
  for (const Form& form : kForms) {
    if (form.name != call.text) continue;
    known = true;
    if (form.arguments.size() != arguments.size()) continue;
    if (auto value = FormSql(form, arguments)) return {std::move(*value)};
    throw UnlistedArguments(call).With("types", TypesOf(arguments));
  }
  throw known ? WrongCount(call) : UnlistedFunction(call);
}

std::vector<std::string_view> SparkFunctionNames() {
  std::vector<std::string_view> names(kCastNames.begin(), kCastNames.end());
  for (const Form& form : kForms) names.push_back(form.name);
  for (const Computed& function : kComputed) names.push_back(function.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace laguna::catalog
