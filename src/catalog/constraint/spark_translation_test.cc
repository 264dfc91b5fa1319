// SPDX-License-Identifier: Apache-2.0
// Expressions of Spark SQL, computed by the engine: the values are those Spark computes.
#include "catalog/constraint/spark_translation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/constraint/spark_pattern.h"
#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

using delta::Primitive;

delta::StructField Field(const char* name, delta::DataType type) {
  return {name, std::move(type), true, {}};
}

delta::Schema Columns() {
  delta::Schema schema;
  schema.fields = {
      Field("b", Primitive::kByte),
      Field("i", Primitive::kInteger),
      Field("l", Primitive::kLong),
      Field("f", Primitive::kFloat),
      Field("d", Primitive::kDouble),
      Field("n", delta::Decimal{10, 2}),
      Field("s", Primitive::kString),
      Field("t", Primitive::kBoolean),
      Field("day", Primitive::kDate),
      Field("at", Primitive::kTimestamp),
      Field("wall", Primitive::kTimestampNtz),
      Field("st", delta::DataType(delta::StructType{{Field("x", Primitive::kInteger)}})),
      Field("a", delta::DataType(delta::ArrayType{Primitive::kInteger, true})),
      Field("m", delta::DataType(delta::MapType{Primitive::kString, Primitive::kInteger, true})),
      Field("raw", Primitive::kBinary),
  };
  return schema;
}

// One row of these columns.
constexpr const char* kRow =
    "(SELECT 7::TINYINT AS b, -7 AS i, 9223372036854775807 AS l, 0.1::FLOAT AS f, -2.5::DOUBLE AS "
    "d, 2.50::DECIMAL(10,2) AS n, ' Ab% ' AS s, NULL::BOOLEAN AS t, DATE '2020-01-31' AS day, "
    "TIMESTAMPTZ '2020-01-31 23:30:15+00' AS at, TIMESTAMP '2020-01-31 23:30:15' AS wall, "
    "{'x': 3} AS st, [1, NULL, 3] AS a, MAP {'k': 5} AS m, 'xyz'::BLOB AS raw)";

struct Value {
  const char* spark;
  const char* value;
};

void ExpectValues(std::initializer_list<Value> values) {
  LakeForTest lake;
  for (const Value& each : values) {
    try {
      const auto translated = Translate(ParseSparkExpression(each.spark), Columns());
      EXPECT_EQ(lake.Query(fmt::format("SELECT {} FROM {}", translated.sql, kRow)), each.value)
          << each.spark << "\n"
          << translated.sql;
    } catch (const base::Error& error) {
      ADD_FAILURE() << each.spark << ": " << error.sentence();
    }
  }
}

TEST(SparkTranslation, NumbersAreComputedInSparksTypes) {
  ExpectValues({
      {"b + 127", "134"},  // the literal is an INT, so nothing overflows
      {"i DIV 2", "-3"},
      {"i % 4", "-3"},
      {"pmod(i, 4)", "1"},
      {"i / 2", "-3.5"},
      {"i / 0", "NULL"},
      {"f = 0.1", "false"},      // a float and a decimal are compared as doubles
      {"CAST(d AS INT)", "-2"},  // cut, not rounded
      {"CAST(n AS INT)", "2"},
      {"n * 2.5", "6.250"},
      {"n + 1", "3.50"},
      {"round(n, 1)", "2.5"},
      {"round(n)", "3"},
      {"ceil(d)", "-2"},
      {"floor(n)", "2"},
      {"floor(CAST('NaN' AS DOUBLE))", "0"},
      {"abs(i)", "7"},
      {"i & 3 | 8 ^ 1", "9"},
      {"~i", "6"},
      {"-i = 7L", "true"},
      {"l > 2147483648", "true"},
      {"n = '2.5'", "true"},
      {"i IN (1, -7)", "true"},
      {"i BETWEEN -7.5 AND '0'", "true"},
      {"greatest(i, NULL, 2)", "2"},
      {"nullif(i, -7)", "NULL"},
  });
}

TEST(SparkTranslation, TextsAreComputedAsSparkDoes) {
  ExpectValues({
      {"length(s)", "5"},
      {"trim(s)", "Ab%"},
      {"btrim(trim(s), 'A%')", "b"},
      {"upper(s) || lower(s)", " AB%  ab% "},
      {"concat(s, NULL)", "NULL"},
      {"concat_ws('-', 'a', NULL, 'b')", "a-b"},
      {"substring(s, 2, 2)", "Ab"},
      {"startswith(trim(s), 'A')", "true"},
      {"endswith(trim(s), '%')", "true"},
      {"contains(s, 'b%')", "true"},
      {"instr(s, 'b')", "3"},
      {"locate('b', s)", "3"},
      {"replace(s, ' ', '_')", "_Ab%_"},
      {"lpad('7', 3, '0')", "007"},
      {"s LIKE '%b\\\\%%'", "true"},
      {"s LIKE '%b!%%' ESCAPE '!'", "true"},
      {"trim(s) NOT LIKE 'A_'", "true"},
      {"trim(s) RLIKE '^[A-Z]b.$'", "true"},
      {"s RLIKE '^\\\\s*A'", "true"},
      {"'x\\n' RLIKE '^x$'", "true"},   // $ is before a line end too
      {"'x\\r' RLIKE '^x.'", "false"},  // . is no line end
      {"'\\u000b' RLIKE '\\\\s'", "true"},
      {"if(s = 'x', 1, 2)", "2"},
      {"nvl2(t, 'a', 'b')", "b"},
      {"CASE i WHEN 1 THEN 'a' WHEN -7 THEN 'b' END", "b"},
      {"md5('abc')", "900150983cd24fb0d6963f7d28e17f72"},
      {"CAST(i AS STRING) || CAST(true AS STRING)", "-7true"},
  });
}

TEST(SparkTranslation, NullsAreAsInSpark) {
  ExpectValues({
      {"t", "NULL"},
      {"t <=> NULL", "true"},
      {"t IS UNKNOWN", "true"},
      {"t IS NOT TRUE", "true"},
      {"NOT t", "NULL"},
      {"t OR i < 0", "true"},
      {"i IN (1, NULL)", "NULL"},
      {"isnan(d)", "false"},
      {"isnan(CAST(NULL AS DOUBLE))", "false"},
      {"coalesce(t, false)", "false"},
      {"array_contains(a, 3)", "true"},
      {"array_contains(a, 2)", "NULL"},
  });
}

TEST(SparkTranslation, DatesAndNestedValues) {
  ExpectValues({
      {"year(day) * 100 + month(day)", "202001"},
      {"dayofweek(day)", "6"},
      {"weekday(day)", "4"},
      {"weekofyear(day)", "5"},
      {"day + 1", "2020-02-01"},
      {"add_months(day, 1)", "2020-02-29"},
      {"last_day(day)", "2020-01-31"},
      {"date_add(day, 29)", "2020-02-29"},
      {"datediff(DATE '2020-03-01', day)", "30"},
      {"trunc(day, 'MM')", "2020-01-01"},
      {"date_trunc('HOUR', wall)", "2020-01-31 23:00:00"},
      {"hour(at)", "23"},
      {"to_date(at) = day", "true"},
      {"day >= '2020-01-31'", "true"},
      {"at > '2020-01-31 23:00:00'", "true"},
      {"wall = TIMESTAMP_NTZ '2020-01-31 23:30:15'", "true"},
      {"st.X + 1", "4"},
      {"a[0]", "1"},
      {"a[5]", "NULL"},
      {"a[-1]", "NULL"},
      {"element_at(a, 3)", "3"},
      {"size(a) + size(m)", "4"},
      {"m['k']", "5"},
      {"m['none']", "NULL"},
      {"raw = X'78797a'", "true"},
  });
}

TEST(SparkTranslation, WhatIsNotKnownToAgreeIsRefusedByName) {
  struct Refusal {
    const char* spark;
    const char* named;
  };
  for (const Refusal& each : {
           Refusal{"rand() > 0.5", "the function rand"},
           Refusal{"regexp_extract(s, 'a') = ''", "regexp_extract"},
           Refusal{"sqrt(d) > 1", "sqrt"},
           Refusal{"CAST(s AS INT) > 1", "a cast of string to int"},
           Refusal{"CAST(d AS STRING) = '1'", "a cast of double to string"},
           Refusal{"s > 1", "string"},
           Refusal{"i > 'x'", "the text 'x'"},
           Refusal{"n / 3 > 1", "decimal(10,2)"},
           Refusal{"round(d, 1) > 1", "round(d, 1)"},
           Refusal{"substring(s, 0, 1) = 'a'", "substring(s, 0, 1)"},
           Refusal{"st = st", "struct"},
           Refusal{"s RLIKE '(?i)a'", "(?"},
           Refusal{"s RLIKE '(a)\\\\1'", "\\1"},
           Refusal{"s RLIKE 'a++'", "possessive"},
           Refusal{"s RLIKE s", "no text"},
           Refusal{"lenght(s) > 1", "the function lenght"},
           Refusal{"length(s, 1) > 1", "2 arguments"},
           Refusal{"nothing > 1", "\"nothing\""},
           Refusal{"st.y > 1", "\"y\""},
           Refusal{"i AND t", "no condition"},
           Refusal{"day > DATE '2020-1-1'", "2020-1-1"},
       }) {
    try {
      Translate(ParseSparkExpression(each.spark), Columns());
      ADD_FAILURE() << each.spark;
    } catch (const base::Error& error) {
      EXPECT_NE(error.sentence().find(each.named), std::string::npos)
          << each.spark << ": " << error.sentence();
    }
  }
}

TEST(SparkTranslation, LettersThatJavaMapsOtherwiseAreAnError) {
  LakeForTest lake;
  for (const char* spark : {"upper('stra\\u00dfe')", "lower('\\u0130')"}) {
    const auto translated = Translate(ParseSparkExpression(spark), Columns());
    EXPECT_NE(lake.Failure("SELECT " + translated.sql).sentence().find("as Spark"),
              std::string::npos);
  }
}

TEST(SparkTranslation, KnowsTypesAndTheTimeOfTheStatement) {
  const auto typed = [](const char* spark) {
    return Translate(ParseSparkExpression(spark), Columns());
  };
  EXPECT_EQ(typed("b + 1").type.ToString(), "int");
  EXPECT_EQ(typed("n * n").type.ToString(), "decimal(21,4)");
  EXPECT_EQ(typed("i / 2").type.ToString(), "double");
  EXPECT_EQ(typed("year(at)").type.ToString(), "int");
  EXPECT_TRUE(typed("year(at)").deterministic);
  EXPECT_FALSE(typed("day <= current_date()").deterministic);
  EXPECT_THROW(TranslateCondition(ParseSparkExpression("i + 1"), Columns()), base::Error);
}

TEST(SparkTranslation, AFormThatRepeatsItselfStaysBounded) {
  std::string nested = "s";
  for (int i = 0; i < 60; ++i) nested = "upper(" + nested + ")";
  EXPECT_THROW(Translate(ParseSparkExpression(nested), Columns()), base::Error);
}

}  // namespace
}  // namespace laguna::catalog
