// SPDX-License-Identifier: Apache-2.0
// Conditions in the engine's SQL as Spark SQL, and back.
#include "catalog/constraint/duckdb_expression.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "catalog/constraint/check_names.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/constraint/spark_translation.h"
#include "catalog/lake_for_test.h"
#include "duckdb/main/connection.hpp"

namespace laguna::catalog {
namespace {

using delta::Primitive;

delta::StructField Field(const char* name, delta::DataType type) {
  return {name, std::move(type), true, {}};
}

delta::Schema Columns() {
  delta::Schema schema;
  schema.fields = {
      Field("i", Primitive::kInteger),
      Field("Name", Primitive::kString),
      Field("n", delta::Decimal{10, 2}),
      Field("t", Primitive::kBoolean),
      Field("day", Primitive::kDate),
      Field("at", Primitive::kTimestamp),
      Field("st", delta::DataType(delta::StructType{{Field("x", Primitive::kInteger)}})),
      Field("a", delta::DataType(delta::ArrayType{Primitive::kInteger, true})),
      Field("m", delta::DataType(delta::MapType{Primitive::kString, Primitive::kInteger, true})),
      Field("order", Primitive::kInteger),
  };
  return schema;
}

struct Pair {
  const char* duckdb;
  const char* spark;
};

class DuckdbExpression : public ::testing::Test {
 protected:
  std::string Spark(const std::string& sql) {
    auto& context = *lake_.session().connection().context;
    return ToSparkSql(FromDuckdbText(context, sql, Columns(), "orders"));
  }

  LakeForTest lake_;
};

TEST_F(DuckdbExpression, BecomesSparkSql) {
  for (const Pair& each : {
           Pair{"i>0 AND name<>''", "i > 0 AND Name <> ''"},
           Pair{"orders.i > -5 OR NOT t", "i > -5 OR NOT t"},
           Pair{"(i + 1) * 2 // 3 = 4", "(i + 1) * 2 DIV 3 = 4"},
           Pair{"i IN (1, 2) AND i NOT IN (3)", "i IN (1, 2) AND i NOT IN (3)"},
           Pair{"i BETWEEN 1 AND 2", "i BETWEEN 1 AND 2"},
           Pair{"t IS NULL OR name IS NOT NULL", "t IS NULL OR Name IS NOT NULL"},
           Pair{"i IS DISTINCT FROM 3", "NOT i <=> 3"},
           Pair{"i IS NOT DISTINCT FROM NULL", "i <=> NULL"},
           Pair{"name LIKE 'a\\_%'", "Name LIKE 'a\\\\\\\\_%'"},
           Pair{"name NOT LIKE 'a!_%' ESCAPE '!'", "Name NOT LIKE 'a!_%' ESCAPE '!'"},
           Pair{"regexp_matches(name, '^\\d+$')", "Name RLIKE '^\\\\d+$'"},
           Pair{"starts_with(name, 'it''s')", "startswith(Name, 'it\\'s')"},
           Pair{"len(name) <= 10", "length(Name) <= 10"},
           Pair{"CASE WHEN i > 0 THEN 'a' ELSE 'b' END = 'a'",
                "CASE WHEN i > 0 THEN 'a' ELSE 'b' END = 'a'"},
           Pair{"CASE i WHEN 1 THEN true END", "CASE WHEN i = 1 THEN true END"},
           Pair{"coalesce(i, 0) >= 1.5", "coalesce(i, 0) >= 1.5"},
           Pair{"i < 1e3", "i < 1000.0D"},
           Pair{"i < 10000000000", "i < 10000000000"},
           Pair{"day >= DATE '2020-01-01'", "day >= DATE '2020-01-01'"},
           Pair{"day < '2020-01-01'::DATE + 1", "day < DATE '2020-01-01' + 1"},
           Pair{"\"at\" < TIMESTAMPTZ '2020-01-01 00:00:00'",
                "at < TIMESTAMP '2020-01-01 00:00:00'"},
           Pair{"CAST(i AS VARCHAR) = '1'", "CAST(i AS string) = '1'"},
           Pair{"CAST(n AS DECIMAL(5, 1)) > 1", "CAST(n AS decimal(5,1)) > 1"},
           Pair{"year(day) = 2020 AND extract(month FROM day) = 1",
                "year(day) = 2020 AND month(day) = 1"},
           Pair{"dayofweek(day) <> 0", "dayofweek(day) - 1 <> 0"},
           Pair{"date_diff('day', day, DATE '2020-01-31') >= 0",
                "datediff(DATE '2020-01-31', day) >= 0"},
           Pair{"st.x > 0 AND orders.st.x < 9", "st.x > 0 AND st.x < 9"},
           Pair{"a[1] = 1", "element_at(a, 1) = 1"},
           Pair{"m['k'] = 1", "m['k'] = 1"},
           Pair{"list_contains(a, 3)", "array_contains(a, 3)"},
           Pair{"\"order\" > 0", "order > 0"},
           Pair{"day <= current_date", "day <= current_date()"},
           Pair{"trim(name, 'x') || 'y' = name", "btrim(Name, 'x') || 'y' = Name"},
           Pair{"true OR i = 1", "true OR i = 1"},
       }) {
    try {
      EXPECT_EQ(Spark(each.duckdb), each.spark) << each.duckdb;
      // The text of the log is read again, and can be computed.
      TranslateCondition(ParseSparkExpression(each.spark), Columns());
    } catch (const base::Error& error) {
      ADD_FAILURE() << each.duckdb << ": " << error.sentence();
    }
  }
}

TEST_F(DuckdbExpression, WhatSparkHasNotIsRefusedByName) {
  for (const Pair& each : {
           Pair{"name ILIKE 'a'", "ILIKE"},
           Pair{"i > (SELECT 1)", "a sub-query"},
           Pair{"TRY_CAST(name AS INTEGER) > 1", "TRY_CAST"},
           Pair{"list_filter(a, x -> x > 1) = a", "x"},
           Pair{"nothing > 1", "\"nothing\""},
           Pair{"i > $1", "$1"},
           Pair{"i ^ 2 > 4", "the operator ^"},
           Pair{"name ~ 'a'", "regexp_full_match"},
           Pair{"day + INTERVAL 1 DAY > day", "INTERVAL"},
       }) {
    try {
      const std::string spark = Spark(each.duckdb);
      TranslateCondition(ParseSparkExpression(spark), Columns());
      ADD_FAILURE() << each.duckdb << ": " << spark;
    } catch (const base::Error& error) {
      EXPECT_NE(error.sentence().find(each.spark), std::string::npos)
          << each.duckdb << ": " << error.sentence();
    }
  }
}

TEST(CheckNames, AreFoundInTheStatement) {
  using Names = std::vector<std::optional<std::string>>;
  EXPECT_EQ(CheckNamesIn("CREATE TABLE t (a INTEGER CONSTRAINT x CHECK (a > 0) CHECK (a < 'CHECK'),"
                         " CONSTRAINT \"y \"\"z\" CHECK (a <> 5) /* CHECK */, \"check\" INTEGER)"),
            (Names{"x", std::nullopt, "y \"z"}));
  EXPECT_EQ(CheckNamesIn("CREATE TABLE t (a INTEGER)"), Names{});
}

}  // namespace
}  // namespace laguna::catalog
