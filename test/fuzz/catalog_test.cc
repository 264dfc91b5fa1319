// SPDX-License-Identifier: Apache-2.0
// What `catalog` reads of other programs' tables without the engine: expressions of Spark SQL in
// the log, footers of Parquet files.
#include <gtest/gtest.h>

#include "catalog/constraint/spark_expression.h"
#include "catalog/constraint/spark_parser.h"
#include "catalog/constraint/spark_translation.h"
#include "catalog/scan/parquet_columns.h"
#include "delta/schema.h"
#include "fuzz/fuzzing.h"

namespace laguna::test {
namespace {

const std::vector<std::string> kSparkWords{
    "(",     ")",     ",",       "`",      "'",    "\\",      "NOT ", " IS ",  " BETWEEN ",
    " AND ", " LIKE", " ESCAPE", "CASE ",  "END",  "CAST(",   " AS ", "<=>",   "||",
    "->",    "1e999", "DATE '",  "array<", "map<", "struct<", "::",   " DIV ", "\xff"};

delta::Schema Columns() {
  using delta::Primitive;
  const auto field = [](const char* name, delta::DataType type) {
    return delta::StructField{name, std::move(type), true, {}};
  };
  return {{field("a", Primitive::kInteger), field("s", Primitive::kString),
           field("d", delta::Decimal{10, 2}), field("t", Primitive::kTimestamp),
           field("l", delta::DataType(delta::ArrayType{Primitive::kDouble, true}))}};
}

// What was read means the same once it was written.
TEST(Fuzz, SparkExpressions) {
  const delta::Schema schema = Columns();
  Fuzz({"spark_expression",
        {"a > 0 AND s LIKE 'x%' ESCAPE '/' OR NOT (d IS NULL)",
         "CASE WHEN a IN (1, 2L, 3.5BD) THEN year(t) ELSE CAST(a AS BIGINT) END <=> `a`",
         "l[0] BETWEEN -1e3 AND 2 DIV 3 % 4", "substring(s, 1, 3) RLIKE '[a-z]+'",
         "t >= TIMESTAMP '2024-01-01 00:00:00' AND size(l) < 10"},
        kSparkWords,
        [&](const std::string& text) {
          const catalog::SparkExpression expression = catalog::ParseSparkExpression(text);
          const std::string written = catalog::ToSparkSql(expression);
          EXPECT_EQ(catalog::ToSparkSql(catalog::ParseSparkExpression(written)), written) << text;
          static_cast<void>(catalog::ColumnsOf(expression));
          static_cast<void>(catalog::TranslateCondition(expression, schema));
        }});
}

TEST(Fuzz, SparkTypes) {
  Fuzz({"spark_type",
        {"decimal(10,2)", "array<map<string,timestamp_ntz>>", "bigint"},
        kSparkWords,
        [](const std::string& text) { static_cast<void>(catalog::ParseSparkType(text)); }});
}

// FileMetaData of Thrift's compact protocol: a list of schema elements between two numbers.
std::string ParquetFooter() {
  const std::string root("\x48\x06schema\x15\x02\0", 11);
  const std::string group("\x35\x02\x18\x01l\x15\x02\x45\x0a\0", 10);
  const std::string value("\x15\x0c\x25\x04\x18\x01v\x55\x02\x1c\x1c\0\0\0", 14);
  return std::string("\x15\x02\x19\x3c", 4) + root + group + value + std::string("\x16\x06\0", 3);
}

TEST(Fuzz, ParquetFooters) {
  ASSERT_TRUE(catalog::ParseParquetColumns(ParquetFooter()));
  Fuzz({"parquet_footer",
        {ParquetFooter()},
        {"\x1c", "\x19\xfc", "\xff\xff\xff\xff\x0f", "\x25\x04", "\x05\xfe\xff\xff\xff\x0f",
         std::string(1, '\0')},
        [](const std::string& text) {
          const auto root = catalog::ParseParquetColumns(text);
          if (!root) return;
          for (const auto& column : root->children) catalog::ElementOf(column);
        }});
}

}  // namespace
}  // namespace laguna::test
