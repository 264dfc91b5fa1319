// SPDX-License-Identifier: Apache-2.0
#include "catalog/constraint/spark_translation.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/constraint/spark_function.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/constraint/spark_pattern.h"
#include "catalog/constraint/spark_typing.h"
#include "engine/sql_text.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using delta::Primitive;

constexpr size_t kSqlBytesMax = 1 << 20;

const delta::StructField& FieldOf(const delta::StructType& fields, const std::string& name,
                                  const std::string& what) {
  if (const delta::StructField* field = fields.Find(name)) return *field;
  std::vector<std::string> names;
  for (const delta::StructField& field : fields.fields) names.push_back(field.name);
  throw Error(ErrorKind::kInvalidInput, "constraint.unknown_column",
              fmt::format("There is no {} \"{}\".", what, name))
      .Hint(base::SuggestName(name, names))
      .With("column", name);
}

class Translator {
 public:
  explicit Translator(const delta::Schema& schema) : schema_(schema) {}

  [[nodiscard]] bool deterministic() const { return deterministic_; }

  TypedSql Sql(const SparkExpression& expression) {
    TypedSql value = SqlOf(expression);
    // Some forms say an argument more than once.
    if (value.sql.size() > kSqlBytesMax) {
      throw Error(ErrorKind::kUnsupported, "constraint.unsupported",
                  fmt::format("The expression becomes more than {} bytes of SQL.", kSqlBytesMax));
    }
    value.source = &expression;
    return value;
  }

 private:
  TypedSql SqlOf(const SparkExpression& expression) {
    switch (expression.node) {
      case SparkNode::kColumn: {
        const delta::StructField& field = FieldOf(schema_, expression.text, "column");
        return {engine::QuotedName(field.name), field.type};
      }
      case SparkNode::kField:
        return Field(expression);
      case SparkNode::kItem:
        return Item(expression);
      case SparkNode::kUnary:
        return Unary(expression);
      case SparkNode::kBinary:
        return Binary(expression);
      case SparkNode::kIs:
        return Is(expression);
      case SparkNode::kIn:
        return In(expression);
      case SparkNode::kBetween:
        return Between(expression);
      case SparkNode::kLike:
      case SparkNode::kRlike:
        return Match(expression);
      case SparkNode::kCase:
      case SparkNode::kSwitch:
        return Case(expression);
      case SparkNode::kCast:
        return CastTo(Sql(expression.parts[0]), expression.type);
      case SparkNode::kFunction:
        return Function(expression);
      default:
        return LiteralSql(expression);
    }
  }

  std::string Condition(const SparkExpression& expression) {
    const TypedSql value = Sql(expression);
    const bool fits = value.type.Is(Primitive::kBoolean) || value.type.Is(Primitive::kVoid);
    if (fits) return CastTo(value, Primitive::kBoolean).sql;
    throw Error(ErrorKind::kInvalidInput, "constraint.no_condition",
                fmt::format("{} is no condition: its type is {}.", ToSparkSql(expression),
                            value.type.ToString()));
  }

  TypedSql Field(const SparkExpression& expression) {
    const TypedSql parent = Sql(expression.parts[0]);
    if (parent.type.AsStruct() == nullptr) {
      throw Error(ErrorKind::kInvalidInput, "constraint.unknown_column",
                  fmt::format("{} has no fields: its type is {}.", ToSparkSql(expression.parts[0]),
                              parent.type.ToString()));
    }
    return FieldSql(parent, expression.text);
  }

  static TypedSql FieldSql(const TypedSql& parent, const std::string& name) {
    const delta::StructField& field = FieldOf(*parent.type.AsStruct(), name, "field");
    return {fmt::format("struct_extract({}, {})", parent.sql, engine::QuotedText(field.name)),
            field.type};
  }

  // Spark counts an array's elements from 0, the engine from 1; outside of it is NULL.
  TypedSql Item(const SparkExpression& expression) {
    const TypedSql parent = Sql(expression.parts[0]);
    const TypedSql key = Sql(expression.parts[1]);
    if (parent.type.AsStruct() != nullptr && expression.parts[1].node == SparkNode::kString) {
      return FieldSql(parent, expression.parts[1].text);
    }
    if (const delta::MapType* map = parent.type.AsMap()) {
      return {fmt::format("({})[{}]", parent.sql, CastTo(key, map->key).sql), map->value};
    }
    const delta::ArrayType* array = parent.type.AsArray();
    if (array == nullptr || !IsIntegral(key.type)) {
      throw SparkUnsupported(
          fmt::format("[] of {} by {}", parent.type.ToString(), key.type.ToString()));
    }
    return {fmt::format("CASE WHEN {1} >= 0 THEN ({0})[CAST({1} AS BIGINT) + 1] END", parent.sql,
                        key.sql),
            array->element};
  }

  TypedSql Unary(const SparkExpression& expression) {
    if (expression.text == "NOT") {
      return {fmt::format("(NOT {})", Condition(expression.parts[0])), Primitive::kBoolean};
    }
    const TypedSql value = Sql(expression.parts[0]);
    const bool fits = expression.text == "~" ? IsIntegral(value.type) : IsNumeric(value.type);
    if (!fits) {
      throw SparkUnsupported(fmt::format("{} of {}", expression.text, value.type.ToString()));
    }
    if (expression.text == "+") return value;
    return {fmt::format("({}{})", expression.text, value.sql), value.type};
  }

  TypedSql Binary(const SparkExpression& expression) {
    const std::string& op = expression.text;
    if (op == "AND" || op == "OR") {
      return {fmt::format("({} {} {})", Condition(expression.parts[0]), op,
                          Condition(expression.parts[1])),
              Primitive::kBoolean};
    }
    const TypedSql left = Sql(expression.parts[0]);
    const TypedSql right = Sql(expression.parts[1]);
    if (op == "||") {
      return {fmt::format("({} || {})", CastTo(left, Primitive::kString).sql,
                          CastTo(right, Primitive::kString).sql),
              Primitive::kString};
    }
    const bool compares = op == "<=>" || op.find_first_of("=<>") != std::string::npos;
    if (!compares) return ArithmeticSql(op, left, right);
    std::vector<TypedSql> values{left, right};
    Harmonize(values, "the comparison");
    return {fmt::format("({} {} {})", values[0].sql, op == "<=>" ? "IS NOT DISTINCT FROM" : op,
                        values[1].sql),
            Primitive::kBoolean};
  }

  TypedSql Is(const SparkExpression& expression) {
    const char* no = expression.negated ? "NOT " : "";
    if (expression.text == "NULL") {
      return {fmt::format("({} IS {}NULL)", Sql(expression.parts[0]).sql, no), Primitive::kBoolean};
    }
    const char* what = expression.text == "UNKNOWN" ? "NULL" : expression.text.c_str();
    return {fmt::format("({} IS {}{})", Condition(expression.parts[0]), no, what),
            Primitive::kBoolean};
  }

  std::vector<TypedSql> OfOneType(const SparkExpression& expression, const std::string& what) {
    std::vector<TypedSql> values;
    for (const SparkExpression& part : expression.parts) values.push_back(Sql(part));
    Harmonize(values, what);
    return values;
  }

  TypedSql In(const SparkExpression& expression) {
    const auto values = OfOneType(expression, "IN");
    std::string list;
    for (size_t i = 1; i < values.size(); ++i) list += (i > 1 ? ", " : "") + values[i].sql;
    if (list.empty()) throw SparkUnsupported("IN without values");
    return {fmt::format("({} {}IN ({}))", values[0].sql, expression.negated ? "NOT " : "", list),
            Primitive::kBoolean};
  }

  // Each bound is compared in its own type, as x >= a AND x <= b.
  TypedSql Between(const SparkExpression& expression) {
    const TypedSql subject = Sql(expression.parts[0]);
    std::vector<TypedSql> lower{subject, Sql(expression.parts[1])};
    std::vector<TypedSql> upper{subject, Sql(expression.parts[2])};
    Harmonize(lower, "BETWEEN");
    Harmonize(upper, "BETWEEN");
    return {fmt::format("({}({} >= {} AND {} <= {}))", expression.negated ? "NOT " : "",
                        lower[0].sql, lower[1].sql, upper[0].sql, upper[1].sql),
            Primitive::kBoolean};
  }

  TypedSql Match(const SparkExpression& expression) {
    const std::string subject = CastTo(Sql(expression.parts[0]), Primitive::kString).sql;
    const SparkExpression& pattern = expression.parts[1];
    const bool is_like = expression.node == SparkNode::kLike;
    if (pattern.node != SparkNode::kString) {
      throw SparkUnsupported(
          fmt::format("{} with a pattern that is no text", is_like ? "LIKE" : "RLIKE"));
    }
    const char* no = expression.negated ? "NOT " : "";
    if (!is_like) {
      return {fmt::format("({}regexp_matches({}, {}))", no, subject,
                          engine::QuotedText(ToRe2(pattern.text))),
              Primitive::kBoolean};
    }
    return {
        fmt::format("({} {}LIKE {} ESCAPE {})", subject, no,
                    engine::QuotedText(CheckedLikePattern(pattern.text, expression.escape.at(0))),
                    engine::QuotedText(expression.escape)),
        Primitive::kBoolean};
  }

  TypedSql Case(const SparkExpression& expression) {
    const auto& parts = expression.parts;
    const bool is_switch = expression.node == SparkNode::kSwitch;
    const size_t end = parts.size() - (expression.has_else ? 1 : 0);
    std::vector<std::string> conditions;
    std::vector<TypedSql> results;
    for (size_t at = is_switch ? 1 : 0; at + 1 < end; at += 2) {
      conditions.push_back(is_switch ? Equals(parts[0], parts[at]) : Condition(parts[at]));
      results.push_back(Sql(parts[at + 1]));
    }
    if (expression.has_else) results.push_back(Sql(parts.back()));
    const delta::DataType type = Harmonize(results, "CASE");
    std::string sql = "CASE";
    for (size_t i = 0; i < conditions.size(); ++i) {
      sql += fmt::format(" WHEN {} THEN {}", conditions[i], results[i].sql);
    }
    if (expression.has_else) sql += " ELSE " + results.back().sql;
    return {sql + " END", type};
  }

  std::string Equals(const SparkExpression& left, const SparkExpression& right) {
    std::vector<TypedSql> values{Sql(left), Sql(right)};
    Harmonize(values, "CASE");
    return fmt::format("{} = {}", values[0].sql, values[1].sql);
  }

  TypedSql Function(const SparkExpression& expression) {
    std::vector<TypedSql> arguments;
    for (const SparkExpression& part : expression.parts) arguments.push_back(Sql(part));
    FunctionSql call = CallSql(expression, arguments);
    deterministic_ = deterministic_ && call.deterministic;
    return std::move(call.value);
  }

  const delta::Schema& schema_;
  bool deterministic_ = true;
};

}  // namespace

TranslatedExpression Translate(const SparkExpression& expression, const delta::Schema& schema) {
  Translator translator(schema);
  TypedSql value = translator.Sql(expression);
  return {std::move(value.sql), std::move(value.type), translator.deterministic()};
}

TranslatedExpression TranslateCondition(const SparkExpression& expression,
                                        const delta::Schema& schema) {
  TranslatedExpression condition = Translate(expression, schema);
  if (condition.type.Is(Primitive::kBoolean)) return condition;
  throw Error(ErrorKind::kInvalidInput, "constraint.no_condition",
              fmt::format("{} is no condition: its type is {}.", ToSparkSql(expression),
                          condition.type.ToString()));
}

}  // namespace laguna::catalog
