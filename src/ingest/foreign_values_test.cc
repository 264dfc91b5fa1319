// SPDX-License-Identifier: Apache-2.0
// JSON and Parquet files that are not like the first ones: no value is changed, no row is lost.
#include <gtest/gtest.h>

#include <string>

#include "ingest/decode/json_depth.h"
#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

constexpr const char* kTable = "bronze.sales";
const std::string kJson = "SELECT * FROM STREAM read_files('landing/sales/*.json')";
const std::string kParquet = "SELECT * FROM STREAM read_files('landing/sales/*.parquet')";

TEST(JsonDepth, CountsBracketsOutsideOfStrings) {
  EXPECT_EQ(JsonDepth("1"), 0);
  EXPECT_EQ(JsonDepth(R"({"a":[{"b":"]]}{{{{"}]})"), 3);
  EXPECT_EQ(JsonDepth(R"(["\\\"[["])"), 1);
  EXPECT_EQ(JsonDepth("]]]["), 1) << "what closes nothing hides no depth";
}

TEST(JsonSource, LinesNestedTooDeepAreBad) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  StreamForTest lake;
  lake.Write("landing/sales/a.json", "{\"id\":1}\n{\"id\":2,\"y\":" + deep + "}\n");
  lake.Write("landing/sales/b.json", "{\"id\":3}\n");
  const auto report = lake.Update(kTable, kJson);
  EXPECT_EQ(report.rows_written(), 2);
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 1);
  EXPECT_EQ(lake.Query("SELECT reason FROM bronze.sales__errors"),
            "The line is nested deeper than 200 levels.");
}

TEST(JsonSource, LineEndsMayBeMixed) {
  StreamForTest lake;
  lake.Write("landing/sales/a.json", "{\"id\":1}\r\n{\"id\":2}\n{\"id\":3}\r\n{\"id\":4}");
  EXPECT_EQ(lake.Update(kTable, kJson).rows_written(), 4);
  EXPECT_EQ(lake.Query("SELECT sum(id) FROM bronze.sales"), "10");
}

TEST(JsonSource, NoValueIsChangedToFit) {
  StreamForTest lake;
  const std::string query =
      "SELECT * FROM STREAM read_files('landing/sales/*.json', columns => {'d': 'DATE', 't': "
      "'TIMESTAMP', 'n': 'DECIMAL(10,2)', 'x': 'DOUBLE', 'i': 'BIGINT'})";
  lake.Write("landing/sales/a.json",
             "{\"d\":\"2024-01-01\",\"t\":\"2024-01-01T10:00:00\",\"n\":1.25,\"x\":1e3,\"i\":1}\n"
             "{\"d\":\"2024-01-01 23:59:59\"}\n"
             "{\"t\":\"2024-01-01T10:00:00+05:00\"}\n"
             "{\"n\":1.239}\n"
             "{\"x\":1e400}\n"
             "{\"i\":1.5}\n"
             "{\"i\":8,\"i\":9}\n"
             "{\"i\":7}\x01junk\n");
  const auto report = lake.Update(kTable, query);
  EXPECT_EQ(report.rows_written(), 1);
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 7);
  EXPECT_EQ(lake.Query("SELECT d, t, n, x, i FROM bronze.sales"),
            "2024-01-01|2024-01-01 10:00:00|1.25|1000.0|1");
}

TEST(ParquetSource, NoValueIsChangedToFit) {
  StreamForTest lake;
  lake.Write("landing/sales/x", "");
  lake.Query(
      "COPY (SELECT 1 AS id, DATE '2024-01-01' AS d, 1.5::DECIMAL(10,2) AS n) TO "
      "'landing/sales/a.parquet'");
  lake.Update(kTable, kParquet);
  lake.Query(
      "COPY (FROM (VALUES (2.0::DOUBLE, TIMESTAMP '2024-01-02 00:00:00', "
      "2.250::DECIMAL(12,3)), (3.7, TIMESTAMP '2024-01-02 00:00:00', 1), (4, TIMESTAMP "
      "'2024-01-02 01:00:00', 1), (5, NULL, 1.239)) v(id, d, n)) TO "
      "'landing/sales/b.parquet'");
  lake.Query("COPY (SELECT 'six' AS id) TO 'landing/sales/c.parquet'");
  const auto report = lake.Update(kTable, kParquet);
  EXPECT_EQ(report.rows_written(), 1);
  EXPECT_EQ(report.batches.at(0).rows_failed_to_parse, 4);
  EXPECT_EQ(lake.Query("SELECT id, d, n FROM bronze.sales ORDER BY id"),
            "1|2024-01-01|1.50\n2|2024-01-02|2.25");
  EXPECT_EQ(lake.Query("SELECT column_name, content FROM bronze.sales__errors ORDER BY content "
                       "LIMIT 1"),
            "id|{\"id\":\"six\"}");
}

}  // namespace
}  // namespace laguna::ingest
