// SPDX-License-Identifier: Apache-2.0
#include "engine/result.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/database.h"
#include "engine/duckdb.h"
#include "engine/session.h"

namespace laguna::engine {
namespace {

struct CellCase {
  const char* sql;
  const char* text;
  const char* json;
};

class ResultTest : public testing::Test {
 protected:
  Database database_{DatabaseConfig{}};
  Session session_{database_};
};

TEST_F(ResultTest, ShowsEveryTypeAsTextAndJson) {
  const CellCase cases[] = {
      {"NULL::INTEGER", nullptr, "null"},
      {"true", "true", "true"},
      {"-7::TINYINT", "-7", "-7"},
      {"18446744073709551615::UBIGINT", "18446744073709551615", "18446744073709551615"},
      {"170141183460469231731687303715884105727::HUGEINT",
       "170141183460469231731687303715884105727", "170141183460469231731687303715884105727"},
      {"1.50::DECIMAL(10,2)", "1.50", "1.50"},
      {"0.25::DECIMAL(2,2)", ".25", "0.25"},
      {"-0.25::DECIMAL(2,2)", "-.25", "-0.25"},
      {"0.1::DOUBLE", "0.1", "0.1"},
      {"'nan'::DOUBLE", "nan", "\"nan\""},
      {"'-inf'::FLOAT", "-inf", "\"-inf\""},
      {"'a\"b\\c' || chr(10) || 'ñ'", "a\"b\\c\nñ", "\"a\\\"b\\\\c\\nñ\""},
      {"'\\xAA'::BLOB", "\\xAA", "\"\\\\xAA\""},
      {"DATE '2024-01-31'", "2024-01-31", "\"2024-01-31\""},
      {"TIMESTAMP '2024-01-31 10:20:30.5'", "2024-01-31 10:20:30.5", "\"2024-01-31T10:20:30.5\""},
      {"TIMESTAMPTZ '2024-01-31 10:20:30.5+01'", "2024-01-31 09:20:30.5+00",
       "\"2024-01-31T09:20:30.5Z\""},
      {"[TIMESTAMPTZ '2024-01-31 10:20:30+00']", "['2024-01-31 10:20:30+00']",
       "[\"2024-01-31T10:20:30Z\"]"},
      {"TIMESTAMP 'infinity'", "infinity", "\"infinity\""},
      {"INTERVAL 3 DAY", "3 days", "\"3 days\""},
      {"[1, NULL, 3]", "[1, NULL, 3]", "[1,null,3]"},
      {"{'a': 1, 'b\"': ['x']}", "{'a': 1, 'b\"': [x]}", "{\"a\":1,\"b\\\"\":[\"x\"]}"},
      {"MAP {'k': 1.5}", "{k=1.5}", "{\"k\":1.5}"},
      {"[[]]::INTEGER[][]", "[[]]", "[[]]"},
      {"['nan', '2024-01-31']", "[nan, 2024-01-31]", "[\"nan\",\"2024-01-31\"]"},
      {"'{\"a\": [1]}'::JSON", "{\"a\": [1]}", "{\"a\": [1]}"},
      {"'x'::ENUM('x', 'y')", "x", "\"x\""},
  };
  for (const CellCase& expected : cases) {
    Result result = session_.Run("SELECT " + std::string(expected.sql));
    const ResultBatch* batch = result.Next();
    ASSERT_NE(batch, nullptr);
    const auto text = batch->Text(0, 0);
    EXPECT_EQ(text.has_value(), expected.text != nullptr) << expected.sql;
    if (text && expected.text != nullptr) {
      EXPECT_EQ(*text, expected.text);
    }
    EXPECT_EQ(batch->Json(0, 0), expected.json) << expected.sql;
  }
}

TEST(ResultTimes, AreThoseOfTheLakesZone) {
  DatabaseConfig config;
  config.time_zone = "America/Bogota";
  Database database(config);
  Session session(database);
  Result result = session.Run(
      "SELECT TIMESTAMPTZ '2024-01-31 10:20:30Z' AS m, {'at': [m]} AS nested, MAP {m: 1} AS keys");
  const ResultBatch* batch = result.Next();
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->Json(0, 0), "\"2024-01-31T05:20:30-05:00\"");
  EXPECT_EQ(batch->Json(0, 1), "{\"at\":[\"2024-01-31T05:20:30-05:00\"]}");
  EXPECT_EQ(batch->Json(0, 2), "{\"2024-01-31T05:20:30-05:00\":1}");
  EXPECT_EQ(batch->Cell(0, 0), Value(Typed{"TIMESTAMP WITH TIME ZONE", "2024-01-31 05:20:30-05"}));
  EXPECT_EQ(session.Evaluate("TIMESTAMPTZ '2024-01-31 10:20:30Z'", {}).ToText(),
            "2024-01-31 05:20:30-05");
}

TEST_F(ResultTest, CreateTableAsCountsItsRows) {
  Result filled = session_.Run("CREATE TEMP TABLE t AS FROM range(3)");
  EXPECT_EQ(filled.kind(), ResultKind::kChanged);
  EXPECT_EQ(filled.ChangedRows(), 3);
  EXPECT_EQ(session_.Run("CREATE TEMP TABLE u (a INTEGER)").kind(), ResultKind::kNothing);
}

TEST_F(ResultTest, ExplainAnalyzeDrawsAPlanOfNothingToDo) {
  const auto rows = session_.Run("EXPLAIN ANALYZE VALUES (1)").Drain();
  EXPECT_NE(rows.at(0).at(1).ToText().find("COLUMN_DATA_SCAN"), std::string::npos)
      << rows.at(0).at(1).ToText();
}

TEST_F(ResultTest, CellsAreValues) {
  const auto rows = session_
                        .Run(
                            "SELECT 1, 1.5::DOUBLE, 'x', NULL, true, [1, 2], {'a': 'b'}, "
                            "1.50::DECIMAL(5,2)")
                        .Drain();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0][0], Value(1));
  EXPECT_EQ(rows[0][1], Value(1.5));
  EXPECT_EQ(rows[0][2], Value("x"));
  EXPECT_EQ(rows[0][3], Value());
  EXPECT_EQ(rows[0][4], Value(true));
  EXPECT_EQ(rows[0][5], Value(ValueList{1, 2}));
  EXPECT_EQ(rows[0][6], Value(ValueStruct{{"a", "b"}}));
  EXPECT_EQ(rows[0][7], Value(Typed{"DECIMAL(5,2)", "1.50"}));
}

TEST_F(ResultTest, StreamsManyBatches) {
  Result result = session_.Run("SELECT i FROM range(100000) r(i)");
  EXPECT_EQ(result.columns().at(0).name, "i");
  EXPECT_EQ(result.columns().at(0).type, "BIGINT");
  EXPECT_TRUE(result.columns().at(0).numeric);
  size_t rows = 0;
  size_t batches = 0;
  while (const ResultBatch* batch = result.Next()) {
    rows += batch->rows();
    ++batches;
  }
  EXPECT_EQ(rows, 100'000U);
  EXPECT_GT(batches, 1U);
  EXPECT_EQ(result.Next(), nullptr);
}

TEST_F(ResultTest, DrainIsBounded) {
  try {
    session_.Run("SELECT i FROM range(100000) r(i)").Drain(10);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kExhausted);
  }
}

TEST_F(ResultTest, HandsRowsOverAsArrow) {
  Result result = session_.Run("SELECT i FROM range(5000) r(i)");
  ArrowArrayStream stream;
  result.ToArrow(stream);
  EXPECT_EQ(result.Next(), nullptr);
  ArrowSchema schema;
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  EXPECT_EQ(schema.n_children, 1);
  schema.release(&schema);
  int64_t rows = 0;
  while (true) {
    ArrowArray array;
    ASSERT_EQ(stream.get_next(&stream, &array), 0);
    if (array.release == nullptr) {
      break;
    }
    rows += array.length;
    array.release(&array);
  }
  EXPECT_EQ(rows, 5000);
  stream.release(&stream);
}

}  // namespace
}  // namespace laguna::engine
