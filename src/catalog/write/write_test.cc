// SPDX-License-Identifier: Apache-2.0
// Writes through a session: what lands in the log and what stays after a failure.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

std::string Log(const LakeForTest& lake, const std::string& root, int version) {
  std::ifstream file(lake.folder() / "lake" / root / "_delta_log" /
                     fmt::format("{:020}.json", version));
  return {std::istreambuf_iterator<char>(file), {}};
}

int DataFiles(const LakeForTest& lake, const std::string& root) {
  const auto folder = lake.folder() / "lake" / root;
  int count = 0;
  if (!std::filesystem::exists(folder)) return count;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".parquet") ++count;
  }
  return count;
}

TEST(Write, StatisticsAreTrueBoundsInDeltasSpelling) {
  LakeForTest lake;
  lake.Query(
      "CREATE TABLE bronze.t AS SELECT * FROM (VALUES "
      "(1::BIGINT, 'abc', DATE '2024-02-29', TIMESTAMPTZ '2024-02-29 12:34:56.123456+00', "
      "1.50::DECIMAL(10,2), {'b': 7}), (NULL, 'xyz', NULL, NULL, 2.25, {'b': NULL})) "
      "AS v(l, s, d, t, n, st)");
  const std::string log = Log(lake, "bronze/t", 0);
  for (const char* part :
       {R"(\"numRecords\":2)", R"(\"l\":1)", R"(\"s\":\"abc\")", R"(\"s\":\"xyz\")",
        R"(\"d\":\"2024-02-29\")", R"(\"t\":\"2024-02-29T12:34:56.123Z\")",
        R"(\"t\":\"2024-02-29T12:34:56.124Z\")", R"(\"n\":1.50)", R"(\"n\":2.25)",
        R"(\"st\":{\"b\":7})", R"(\"st\":{\"b\":1})"}) {
    EXPECT_NE(log.find(part), std::string::npos) << part << "\n" << log;
  }
}

TEST(Write, NanInAnyRowGroupTakesTheUpperBoundAway) {
  LakeForTest lake;
  // The writer's own answer is that of the last of the three row groups.
  lake.Query(
      "CREATE TABLE bronze.t AS SELECT CASE WHEN i = 5 THEN 'nan'::DOUBLE ELSE i END AS x, "
      "{'y': CASE WHEN i = 6 THEN 'nan'::FLOAT ELSE i END} AS s FROM range(300000) AS r(i) "
      "ORDER BY i");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.t WHERE x > 400000"), "1");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.t WHERE s.y > 400000"), "1");
  EXPECT_EQ(Log(lake, "bronze/t", 0).find(R"(\"maxValues\":{\"x\")"), std::string::npos);
}

TEST(Write, AValueThatDoesNotFitNamesColumnAndTable) {
  LakeForTest lake;
  lake.Query("CREATE TABLE bronze.t (total BIGINT, small TINYINT)");
  for (const char* sql :
       {"INSERT INTO bronze.t SELECT sum(9223372036854775807) + 1, 1 FROM range(2)",
        "INSERT INTO bronze.t BY NAME SELECT 170141183460469231731687303715884105727 AS total",
        "CREATE TABLE bronze.u AS SELECT i::HUGEINT * 9223372036854775807 AS total FROM range(3) "
        "AS r(i)"}) {
    const base::Error error = lake.Failure(sql);
    EXPECT_EQ(error.kind(), base::ErrorKind::kInvalidInput) << sql;
    EXPECT_NE(error.sentence().find("\"total\""), std::string::npos) << error.sentence();
    EXPECT_NE(error.sentence().find("bronze."), std::string::npos) << error.sentence();
  }
  EXPECT_EQ(DataFiles(lake, "bronze"), 0);
}

TEST(Write, APreparedInsertWritesNewFilesEachTime) {
  LakeForTest lake;
  lake.Query("CREATE TABLE bronze.t (a INTEGER, b VARCHAR)");
  lake.Query("PREPARE add_row AS INSERT INTO bronze.t VALUES ($1, $2)");
  for (int i = 0; i < 3; ++i) lake.Query(fmt::format("EXECUTE add_row({}, 'x')", i));
  EXPECT_EQ(lake.Query("SELECT a FROM bronze.t ORDER BY a"), "0\n1\n2");
  EXPECT_EQ(DataFiles(lake, "bronze/t"), 3);
}

TEST(Write, PartitionsLieInTheirFoldersAndNotInTheFiles) {
  LakeForTest lake;
  lake.Query(
      "CREATE TABLE bronze.t (id INTEGER, p VARCHAR NOT NULL, q INTEGER) PARTITIONED BY (p, q)");
  lake.Query("INSERT INTO bronze.t VALUES (1, 'a b', 1), (2, 'a b', NULL), (3, 'c', 1)");
  EXPECT_EQ(DataFiles(lake, "bronze/t"), 3);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.t WHERE q IS NULL AND p = 'a b'"), "2");
  EXPECT_NE(Log(lake, "bronze/t", 1).find(R"("p":"a b","q":null)"), std::string::npos);
  // The empty string is NULL in a partition column, and NULL is refused here.
  EXPECT_EQ(lake.Failure("INSERT INTO bronze.t VALUES (4, '', 1)").code(), "write.not_null");
  EXPECT_EQ(DataFiles(lake, "bronze/t"), 3);
}

TEST(Write, AFailedWriteOfPartitionsLeavesNoFile) {
  LakeForTest lake;
  // Files are full and others open when it fails.
  const base::Error error = lake.Failure(
      "CREATE TABLE bronze.t PARTITIONED BY (p) WITH ('delta.targetFileSize' = '100kb') AS "
      "SELECT i AS id, i % 300 AS p, md5(i::VARCHAR) AS text, "
      "CASE WHEN i = 590000 THEN error('enough') ELSE 0 END AS last FROM range(600000) AS r(i)");
  EXPECT_NE(error.sentence().find("enough"), std::string::npos) << error.sentence();
  EXPECT_EQ(DataFiles(lake, "bronze"), 0);
}

TEST(Write, AFullFileOfAPartitionIsFollowedByTheNext) {
  LakeForTest lake;
  lake.Query(
      "CREATE TABLE bronze.t PARTITIONED BY (p) WITH ('delta.targetFileSize' = '100kb') AS "
      "SELECT i AS id, i % 2 AS p, md5(i::VARCHAR) AS text FROM range(100000) AS r(i)");
  const int files = DataFiles(lake, "bronze/t");
  EXPECT_GE(files, 20);
  EXPECT_LE(files, 60);
  EXPECT_EQ(lake.Query("SELECT count(*), count(DISTINCT text), sum(id) FROM bronze.t"),
            "100000|100000|4999950000");
}

TEST(Write, ExplainPlansWithoutASideEffect) {
  LakeForTest lake;
  lake.Query("EXPLAIN CREATE TABLE bronze.t AS SELECT 1 AS a");
  EXPECT_FALSE(std::filesystem::exists(lake.folder() / "lake" / "bronze"));
}

TEST(Write, HistorySpeaksSparksWords) {
  LakeForTest lake;
  lake.Query("CREATE TABLE bronze.t (a INTEGER)");
  lake.Query("INSERT INTO bronze.t VALUES (1), (2)");
  lake.Query("INSERT OVERWRITE bronze.t SELECT 3");
  lake.Query("CREATE OR REPLACE TABLE bronze.t AS SELECT 4 AS b");
  EXPECT_NE(Log(lake, "bronze/t", 0).find(R"("operation":"CREATE TABLE")"), std::string::npos);
  const std::string append = Log(lake, "bronze/t", 1);
  EXPECT_NE(append.find(R"("mode":"Append")"), std::string::npos);
  EXPECT_NE(append.find(R"("numOutputRows":"2")"), std::string::npos);
  EXPECT_NE(Log(lake, "bronze/t", 2).find(R"("mode":"Overwrite")"), std::string::npos);
  EXPECT_NE(Log(lake, "bronze/t", 3).find("CREATE OR REPLACE TABLE AS SELECT"), std::string::npos);
}

TEST(Write, ViewsKeepTheTextOfTheirQuery) {
  LakeForTest lake;
  lake.Query("CREATE VIEW bronze.v AS  -- why\n SELECT /* one */ 1   AS a;");
  std::ifstream file(lake.folder() / "lake" / "bronze" / "v.view.sql");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(text, "SELECT /* one */ 1   AS a\n");
}

TEST(Write, ADroppedSchemaIsMovedAside) {
  LakeForTest lake;
  lake.Query("CREATE SCHEMA extra");
  lake.Query("CREATE TABLE extra.t AS SELECT 1 AS a");
  EXPECT_EQ(lake.Failure("DROP SCHEMA extra").code(), "catalog.schema_not_empty");
  lake.Query("DROP SCHEMA extra CASCADE");
  EXPECT_FALSE(std::filesystem::exists(lake.folder() / "lake" / "extra"));
  EXPECT_EQ(DataFiles(lake, "_laguna/dropped"), 1);
}

}  // namespace
}  // namespace laguna::catalog
