// SPDX-License-Identifier: Apache-2.0
// Spark SQL read and printed.
#include "catalog/constraint/spark_expression.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "catalog/constraint/spark_lexer.h"
#include "catalog/constraint/spark_parser.h"

namespace laguna::catalog {
namespace {

TEST(SparkExpression, IsPrintedAsItIsRead) {
  for (const char* text : {
           "k > 0",
           "a <= b",
           "s IN ('red', 'green')",
           "p <> 'bad'",
           "NOT (a = 1 OR b = 2) AND c = 3",
           "a - (b - c) - d",
           "(a + b) * c",
           "-a + ~b",
           "a <=> b",
           "x IS NOT NULL AND y IS TRUE",
           "x BETWEEN 1 AND 10",
           "s LIKE 'a%'",
           "s NOT LIKE 'a!%' ESCAPE '!'",
           "s RLIKE '^[a-z]+$'",
           "CASE WHEN a > 0 THEN 'x' ELSE 'y' END = 'x'",
           "CASE a WHEN 1 THEN true WHEN 2 THEN false END",
           "CAST(s AS decimal(10,2)) < 1.50",
           "address.zip = '1' AND tags[0] <> prices['a b']",
           "`odd name`.`select` > 1",
           "d >= DATE '2020-01-01'",
           "coalesce(length(s), 0) < 10L",
           "a DIV 2 = 1 OR a % 2 = 0",
           "(a IS NULL) = (b IS NULL)",
           "'it\\'s' = s",
       }) {
    EXPECT_EQ(ToSparkSql(ParseSparkExpression(text)), text);
  }
}

struct Spelling {
  const char* written;
  const char* printed;
};

TEST(SparkExpression, OtherSpellingsMeanTheSame) {
  for (const Spelling& each : {
           Spelling{"a == 1 and b != 2", "a = 1 AND b <> 2"},
           Spelling{"! a = 1", "NOT a = 1"},
           Spelling{"\"text\" = s", "'text' = s"},
           Spelling{"'a' 'b' = s", "'ab' = s"},
           Spelling{"s REGEXP r'\\d'", "s RLIKE '\\\\d'"},
           Spelling{"'\\u0041\\n' = s", "'A\\n' = s"},
           Spelling{"a IS DISTINCT FROM b", "NOT a <=> b"},
           Spelling{"a::int > 1 -- why", "CAST(a AS int) > 1"},
           Spelling{"extract(YEAR FROM d) = 2020", "year(d) = 2020"},
           Spelling{"substring(s FROM 1 FOR 2) = 'x'", "substring(s, 1, 2) = 'x'"},
           Spelling{"trim(BOTH 'x' FROM s) = ''", "btrim(s, 'x') = ''"},
           Spelling{"current_date > d", "current_date() > d"},
       }) {
    EXPECT_EQ(ToSparkSql(ParseSparkExpression(each.written)), each.printed) << each.written;
  }
}

TEST(SparkExpression, WhatIsNotReadIsNamed) {
  struct Refusal {
    const char* text;
    const char* named;
  };
  for (const Refusal& each : {
           Refusal{"a >", "Expected a value"},
           Refusal{"a > 1)", "Expected the end"},
           Refusal{"(a > 1", "')'"},
           Refusal{"a NOT IS NULL", "end of the expression"},
           Refusal{"s = 'open", "no end"},
           Refusal{"`open = 1", "no end"},
           Refusal{"a IN (SELECT 1)", "a sub-query"},
           Refusal{"a << 2 > 1", "<<"},
           Refusal{"INTERVAL '1' DAY > x", "INTERVAL"},
           Refusal{"s ILIKE 'a'", "ILIKE"},
           Refusal{"exists(a, x -> x > 1)", "EXISTS"},
           Refusal{"CAST(a AS geometry) = 1", "geometry"},
           Refusal{"s = 'it''s'", "doubled quote"},
           Refusal{"count(*) > 1", "star"},
           Refusal{"a ? b", "character"},
       }) {
    try {
      ParseSparkExpression(each.text);
      ADD_FAILURE() << each.text;
    } catch (const base::Error& error) {
      EXPECT_NE(error.sentence().find(each.named), std::string::npos)
          << each.text << ": " << error.sentence();
    }
  }
}

TEST(SparkExpression, LongAndDeepTextsAreRefused) {
  for (const std::string& text :
       {fmt::format("{:100000}a", ""), fmt::format("{:(>1000}a{:)>1000}", "", ""),
        fmt::format("{:->3000}1", "")}) {
    EXPECT_THROW(ParseSparkExpression(text), base::Error) << text.substr(0, 10);
  }
  std::string chain = "a";
  for (int i = 0; i < 3000; ++i) chain += "+a";
  EXPECT_THROW(ParseSparkExpression(chain), base::Error);
}

// Each operator of such a row is a level of the tree.
TEST(SparkExpression, LongRowsOfOperatorsAreRefused) {
  std::string row = "a";
  for (int i = 0; i < 400; ++i) row += " + a";
  EXPECT_NO_THROW(ParseSparkExpression(row));
  for (int i = 0; i < 1000; ++i) row += " + a";
  try {
    ParseSparkExpression(row);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_NE(error.sentence().find("more than 500 operators in a row"), std::string::npos);
  }
}

TEST(SparkExpression, NamesItsColumnsOnce) {
  const auto columns = ColumnsOf(ParseSparkExpression("b > a AND st.x = length(b) OR a = 1"));
  EXPECT_EQ(columns, (std::vector<std::string>{"b", "a", "st"}));
}

}  // namespace
}  // namespace laguna::catalog
