// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <filesystem>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

// Ten files of a hundred rows: id 0-99, 100-199, ...; name in the same order.
void MakeTenFiles(LakeForTest& lake) {
  std::vector<TestFile> files;
  for (int number = 0; number < 10; ++number) {
    const auto first = number * 100;
    const auto name = [](int id) {
      return "a-very-long-common-prefix-" + std::string(id < 100 ? "0" : "") +
             std::string(id < 10 ? "0" : "") + std::to_string(id);
    };
    files.push_back({.name = "f" + std::to_string(number) + ".parquet",
                     .query = "SELECT range::BIGINT AS id, 'a-very-long-common-prefix-' || "
                              "lpad(range::VARCHAR, 3, '0') AS name FROM range(" +
                              std::to_string(first) + "," + std::to_string(first + 100) + ")",
                     .statistics = R"({"numRecords":100,"minValues":{"id":)" +
                                   std::to_string(first) + R"(,"name":")" + name(first) +
                                   R"("},"maxValues":{"id":)" + std::to_string(first + 99) +
                                   R"(,"name":")" + name(first + 99) +
                                   R"("},"nullCount":{"id":0,"name":0}})"});
  }
  lake.MakeTable("bronze/t", Field("id", "long") + "," + Field("name", "string"), files);
}

// "3 of 10" from the plan.
std::string FilesIn(const std::string& plan) {
  const auto at = plan.find("Files: ");
  if (at == std::string::npos) return "?";
  const auto end = plan.find_first_of(" \n", plan.find(" of ", at) + 4);
  return plan.substr(at + 7, end - at - 7);
}

TEST(TableScan, PrunesFilesByTheirBounds) {
  LakeForTest lake;
  MakeTenFiles(lake);
  struct Case {
    const char* condition;
    const char* files;
    const char* rows;
  };
  const Case cases[] = {
      {"id = 250", "1 of 10", "1"},
      {"id >= 250 AND id < 420", "3 of 10", "170"},
      {"id IN (5, 905)", "2 of 10", "2"},
      {"id < 50 OR id > 950", "2 of 10", "99"},
      {"id > 5000", "0 of 10", "0"},
      {"id IS NULL", "0 of 10", "0"},
      {"id IS NOT NULL", "10 of 10", "1000"},
      {"name = 'a-very-long-common-prefix-777'", "1 of 10", "1"},
      {"name >= 'a-very-long-common-prefix-9'", "1 of 10", "100"},
      {"id + 1 = 251", "1 of 10", "1"},
      {"id <> 250", "10 of 10", "999"},
  };
  for (const auto& test : cases) {
    const auto where = std::string(" FROM t WHERE ") + test.condition;
    EXPECT_EQ(lake.Query("SELECT count(*)" + where), test.rows) << test.condition;
    const auto plan = lake.Query("EXPLAIN SELECT *" + where);
    if (plan.find("EMPTY_RESULT") != std::string::npos) continue;
    EXPECT_EQ(FilesIn(plan), test.files) << test.condition << "\n" << plan;
  }
}

TEST(TableScan, JoinsPruneFilesWhenTheScanStarts) {
  LakeForTest lake;
  MakeTenFiles(lake);
  const auto plan = lake.Query(
      "EXPLAIN ANALYZE SELECT count(*) FROM t JOIN (VALUES (7), (950)) k(id) USING (id)");
  const auto at = plan.find("Total Files Read: ");
  ASSERT_NE(at, std::string::npos) << plan;
  EXPECT_EQ(plan.substr(at + 18, 1), "2") << plan;
}

TEST(TableScan, CountsWithoutOpeningFiles) {
  LakeForTest lake;
  MakeTenFiles(lake);
  for (int number = 0; number < 10; ++number) {
    std::filesystem::remove(lake.folder() / "lake/bronze/t" /
                            ("f" + std::to_string(number) + ".parquet"));
  }
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t"), "1000");
}

TEST(TableScan, ReadsAnEmptyTable) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("id", "long"), {});
  EXPECT_EQ(lake.Query("SELECT * FROM t"), "");
  EXPECT_EQ(lake.Query("SELECT count(*), sum(id) FROM t"), "0|NULL");
}

TEST(TableScan, PartitionColumnsAreConstantsOfTheirType) {
  LakeForTest lake;
  lake.MakeTable("bronze/t",
                 Field("id", "long") + "," + Field("day", "date") + "," + Field("p", "string"),
                 {{.name = "1.parquet",
                   .query = "SELECT 1::BIGINT AS id",
                   .partition_values = R"({"day":"2024-01-31","p":"a b"})"},
                  {.name = "2.parquet",
                   .query = "SELECT 2::BIGINT AS id",
                   .partition_values = R"({"day":null,"p":"c"})"}},
                 {}, R"(["day","p"])");
  EXPECT_EQ(lake.Query("SELECT * FROM t ORDER BY id"), "1|2024-01-31|a b\n2|NULL|c");
  EXPECT_EQ(lake.Query("SELECT id FROM t WHERE day = DATE '2024-01-31'"), "1");
  EXPECT_EQ(lake.Query("SELECT id FROM t WHERE day IS NULL"), "2");
  EXPECT_EQ(FilesIn(lake.Query("EXPLAIN SELECT id FROM t WHERE day IS NULL")), "1 of 2");
  EXPECT_EQ(FilesIn(lake.Query("EXPLAIN SELECT id FROM t WHERE p = 'a b'")), "1 of 2");
  EXPECT_EQ(lake.Query("SELECT p, count(*) FROM t GROUP BY p ORDER BY p"), "a b|1\nc|1");
}

TEST(TableScan, ColumnsAddedLaterAreNullInOldFiles) {
  LakeForTest lake;
  lake.MakeTable(
      "bronze/t",
      Field("id", "long") + "," +
          Field("s", R"({"type":"struct","fields":[)" + Field("a", "long") + "," +
                         Field("b", "string") + "]}") +
          "," + Field("late", "string"),
      {{.name = "old.parquet", .query = "SELECT 1::BIGINT AS id, {'a': 5::BIGINT} AS s"},
       {.name = "new.parquet",
        .query = "SELECT 2::BIGINT AS id, {'a': 6::BIGINT, 'b': 'x'} AS s, 'y' AS late"}});
  EXPECT_EQ(lake.Query("SELECT id, s.a, s.b, late FROM t ORDER BY id"), "1|5|NULL|NULL\n2|6|x|y");
  EXPECT_EQ(lake.Query("SELECT id FROM t WHERE late IS NULL"), "1");
  EXPECT_EQ(lake.Query("SELECT id FROM t WHERE late = 'y'"), "2");
  EXPECT_EQ(lake.Query("SELECT id FROM t WHERE s.b = 'x'"), "2");
}

TEST(TableScan, NotANumberIsNotPrunedAway) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("d", "double"),
                 {{.name = "1.parquet",
                   .query = "SELECT unnest([1.0, 'NaN'::DOUBLE]) AS d",
                   .statistics = R"({"numRecords":2,"minValues":{"d":1.0},"maxValues":{"d":1.0},)"
                                 R"("nullCount":{"d":0}})"}});
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE d > 100"), "1");
  EXPECT_EQ(lake.Query("SELECT isnan(max(d)) FROM t"), "true");
}

TEST(TableScan, TimestampsAreNotPrunedByTheirMissingMicroseconds) {
  LakeForTest lake;
  lake.MakeTable(
      "bronze/t", Field("moment", "timestamp"),
      {{.name = "1.parquet",
        .query = "SELECT TIMESTAMPTZ '2024-01-01 00:00:00.123456+00' AS moment",
        .statistics =
            R"({"numRecords":1,"minValues":{"moment":"2024-01-01T00:00:00.123Z"},)"
            R"("maxValues":{"moment":"2024-01-01T00:00:00.123Z"},"nullCount":{"moment":0}})"}});
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE moment > '2024-01-01 00:00:00.1234+00'"), "1");
  EXPECT_EQ(lake.Query("SELECT max(moment) = '2024-01-01 00:00:00.123456+00' FROM t"), "true");
}

TEST(TableScan, UnmarkedTimestampsAreInstantsWhateverTheSessionsZone) {
  LakeForTest lake("America/Bogota");
  lake.MakeTable(
      "bronze/t", Field("moment", "timestamp"),
      {{.name = "1.parquet", .query = "SELECT TIMESTAMP '2024-01-01 12:00:00' AS moment"}});
  EXPECT_EQ(
      lake.Query("SELECT epoch_ms(moment) = epoch_ms(TIMESTAMPTZ '2024-01-01 12:00:00+00') FROM t"),
      "true");
  EXPECT_EQ(
      lake.Query("SELECT count(*) FROM t WHERE moment = TIMESTAMPTZ '2024-01-01 12:00:00+00'"),
      "1");
}

TEST(TableScan, RowsAreKnownByFileAndPosition) {
  LakeForTest lake;
  MakeTenFiles(lake);
  EXPECT_EQ(lake.Query("SELECT _file_index, _row_number FROM t WHERE id IN (7, 950) ORDER BY id"),
            "0|7\n9|50");
  EXPECT_EQ(lake.Query("SELECT count(DISTINCT _file) FROM t"), "10");
  EXPECT_EQ(lake.Query("SELECT * FROM t WHERE id = 950"), "950|a-very-long-common-prefix-950");
}

TEST(TableScan, OrderAndLimitWork) {
  LakeForTest lake;
  MakeTenFiles(lake);
  EXPECT_EQ(lake.Query("SELECT id FROM t ORDER BY id DESC LIMIT 2"), "999\n998");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM (FROM t LIMIT 7)"), "7");
}

TEST(TableScan, APathOutsideTheTableIsCorrupt) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("id", "long"), {});
  lake.Commit("bronze/t", 1,
              R"({"add":{"path":"../../secret.parquet","partitionValues":{},"size":1,)"
              R"("modificationTime":1,"dataChange":true}})");
  EXPECT_EQ(lake.Failure("SELECT * FROM t").kind(), base::ErrorKind::kCorrupt);
}

TEST(TableScan, AMissingPartitionValueIsCorrupt) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("id", "long") + "," + Field("p", "string"),
                 {{.name = "1.parquet", .query = "SELECT 1::BIGINT AS id"}}, {}, R"(["p"])");
  const auto error = lake.Failure("SELECT * FROM t");
  EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt);
  EXPECT_NE(error.sentence().find("\"p\""), std::string::npos);
}

TEST(DeltaScan, ReadsFoldersInAndOutOfTheLake) {
  LakeForTest lake;
  MakeTenFiles(lake);
  const auto inside = (lake.folder() / "lake/bronze/t").string();
  const auto outside = lake.folder() / "elsewhere";
  std::filesystem::create_directories(outside);
  std::filesystem::copy(inside, outside / "t", std::filesystem::copy_options::recursive);
  for (const auto& path : {std::string("bronze/t"), inside, inside + "/", (outside / "t").string(),
                           std::string("elsewhere/t")}) {
    EXPECT_EQ(lake.Query("SELECT count(*), min(id), max(id) FROM delta_scan('" + path + "')"),
              "1000|0|999")
        << path;
    EXPECT_EQ(lake.Query("SELECT count(*) FROM delta_scan('" + path +
                         "', version => 0) "
                         "WHERE id < 10"),
              "10");
  }
  const auto error = lake.Failure("SELECT * FROM delta_scan('bronze/nope')");
  EXPECT_EQ(error.kind(), base::ErrorKind::kNotFound);
  EXPECT_EQ(lake.Failure("SELECT * FROM delta_scan('bronze/t', version => 9)").kind(),
            base::ErrorKind::kNotFound);
}

}  // namespace
}  // namespace laguna::catalog
