// SPDX-License-Identifier: Apache-2.0
// Which files a query reads, and that it finds every row in them. Each condition is run twice: as
// it is, and so that nothing can be pruned by it; both have to count the same rows.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "catalog/lake_for_test.h"
#include "delta/deletion_vector_file.h"

namespace laguna::catalog {
namespace {

// "3 of 10" from a plan; "none" where the engine knows that no row matches.
std::string FilesIn(const std::string& plan) {
  if (plan.find("EMPTY_RESULT") != std::string::npos) return "none";
  const auto at = plan.find("Files: ");
  if (at == std::string::npos) return "?";
  const auto end = plan.find_first_of(" \n(", plan.find(" of ", at) + 4);
  return plan.substr(at + 7, end - at - 7);
}

struct PruningCase {
  const char* condition;
  const char* files;
};

void ExpectFiles(LakeForTest& lake, const PruningCase& test) {
  const std::string condition = test.condition;
  const auto pruned = lake.Query("SELECT count(*) FROM t WHERE " + condition);
  // A volatile term takes every chance to prune from the filter.
  const auto full = lake.Query("SELECT count(*) FROM t WHERE CASE WHEN random() < 2 THEN (" +
                               condition + ") ELSE false END");
  EXPECT_EQ(pruned, full) << condition;
  const auto plan = lake.Query("EXPLAIN SELECT * FROM t WHERE " + condition);
  EXPECT_EQ(FilesIn(plan), test.files) << condition << "\n" << plan;
}

std::string Bounds(const std::string& min, const std::string& max, const std::string& nulls,
                   int rows) {
  return R"({"numRecords":)" + std::to_string(rows) + R"(,"minValues":{)" + min +
         R"(},"maxValues":{)" + max + R"(},"nullCount":{)" + nulls + "}}";
}

// A file a month of 2023: n runs from 10 * month, ts over the month, price likewise; s.city and
// s.flag; file 12 has no statistics but a count.
void MakeMonths(LakeForTest& lake, const char* moment) {
  std::vector<TestFile> files;
  for (int month = 1; month <= 12; ++month) {
    const auto two = std::string(month < 10 ? "0" : "") + std::to_string(month);
    const auto city = "a-long-common-prefix-of-thirty-chars-" + two;
    const auto first = std::to_string(10 * month);
    const auto last = std::to_string(10 * month + 9);
    const auto day = "2023-" + two + "-";
    const std::string zone = std::string(moment) == "timestamp" ? "Z" : "";
    TestFile file;
    file.name = two + ".parquet";
    file.query = "SELECT (" + first + " + i)::INTEGER AS n, (TIMESTAMP" +
                 (zone.empty() ? std::string() : "TZ") + " '" + day + "01 00:00:00" +
                 (zone.empty() ? "" : "+00") + "' + INTERVAL (i * 3) DAY) AS ts, (" + first +
                 " + i)::DECIMAL(12,2) AS price, {'city': CASE WHEN " + std::to_string(month) +
                 " % 2 = 0 THEN '" + city + "' END, 'n': (" + first +
                 " + i)::BIGINT} AS s, CASE WHEN i < 5 THEN NULL ELSE " + std::to_string(month) +
                 " END::BIGINT AS half FROM range(10) r(i)";
    const auto is_even = month % 2 == 0;
    const auto cities = is_even ? R"("city":")" + city + R"(",)" : std::string();
    if (month < 12) {
      file.statistics = Bounds(R"("n":)" + first + R"(,"ts":")" + day + "01T00:00:00.000" + zone +
                                   R"(","price":)" + first + R"(.00,"s":{)" + cities + R"("n":)" +
                                   first + R"(},"half":)" + std::to_string(month),
                               R"("n":)" + last + R"(,"ts":")" + day + "28T00:00:00.000" + zone +
                                   R"(","price":)" + last + R"(.00,"s":{)" + cities + R"("n":)" +
                                   last + R"(},"half":)" + std::to_string(month),
                               std::string(R"("n":0,"ts":0,"price":0,"s":{"city":)") +
                                   (is_even ? "0" : "10") + R"(,"n":0},"half":5)",
                               10);
    } else {
      file.statistics = R"({"numRecords":10})";
    }
    files.push_back(file);
  }
  const std::string structure = R"({"name":"s","type":{"type":"struct","fields":[)" +
                                Field("city", "string") + "," + Field("n", "long") +
                                R"(]},"nullable":true,"metadata":{}})";
  lake.MakeTable("bronze/t",
                 Field("n", "integer") + "," + Field("ts", moment) + "," +
                     Field("price", "decimal(12,2)") + "," + structure + "," +
                     Field("half", "long"),
                 files);
}

// Every answer counts the file without statistics.
TEST(Pruning, GoesByExpressionsThatRiseWithTheirColumn) {
  LakeForTest lake;
  MakeMonths(lake, "timestamp_ntz");
  const PruningCase cases[] = {
      {"n = 25", "2 of 12"},
      {"25 = n", "2 of 12"},
      {"n::DOUBLE >= 109.5", "2 of 12"},
      {"n::BIGINT < 5000000000", "12 of 12"},
      {"n::DECIMAL(18,3) = 30.000", "2 of 12"},
      {"CAST(n AS DOUBLE) / 1 < 15", "12 of 12"},
      {"n + 5 <= 20", "2 of 12"},
      {"n BETWEEN 35 AND 52", "4 of 12"},
      {"NOT n BETWEEN 15 AND 500", "2 of 12"},
      {"n::DOUBLE BETWEEN 35 AND 52", "4 of 12"},
      {"n IN (11, 12, 55)", "3 of 12"},
      {"n::DOUBLE IN (11, 12, 55)", "3 of 12"},
      {"n NOT IN (11)", "12 of 12"},
      {"NOT (n < 100)", "3 of 12"},
      {"NOT (n < 100 OR price > 105)", "2 of 12"},
      {"n < 20 OR price >= 105", "4 of 12"},
      {"n < 20 AND price >= 105", "1 of 12"},
      {"n < 20 OR random() < 0", "12 of 12"},
      {"ts::DATE = DATE '2023-03-04'", "2 of 12"},
      {"DATE '2023-10-01' < ts::DATE", "3 of 12"},
      {"ts::DATE IN (DATE '2023-03-04', DATE '2023-05-01')", "3 of 12"},
      {"date_trunc('month', ts) = TIMESTAMP '2023-04-01'", "3 of 12"},
      {"date_trunc('quarter', ts) = '2023-04-01'", "5 of 12"},
      {"date_trunc('month', ts::DATE) <= '2023-02-01'", "4 of 12"},
      {"year(ts) = 2023", "12 of 12"},
      // The bounds of timestamps are a millisecond wide.
      {"year(ts) < 2023", "2 of 12"},
      {"date_part('year', ts) > 2023", "1 of 12"},
      {"extract(year FROM ts) <> 2023", "2 of 12"},
      {"epoch(ts) < epoch(TIMESTAMP '2023-02-01')", "3 of 12"},
      {"last_day(ts) = DATE '2023-02-28'", "12 of 12"},
      {"month(ts) = 3", "12 of 12"},
      {"ts + INTERVAL 1 MONTH < '2023-02-15'", "2 of 12"},
      {"price::INTEGER = 33", "2 of 12"},
      {"s.n = 33", "2 of 12"},
      {"s.n::DOUBLE = 33.0", "2 of 12"},
      {"s.city IS NULL", "7 of 12"},
      {"s.city IS NOT NULL", "6 of 12"},
      {"s.n IS NULL", "1 of 12"},
      {"s.city = 'a-long-common-prefix-of-thirty-chars-04'", "2 of 12"},
      {"half IS NULL AND n < 20", "2 of 12"},
      {"half IS NULL", "12 of 12"},
      {"n IS NULL", "1 of 12"},
      {"ts::DATE IS NOT NULL", "12 of 12"},
      {"half = 3", "2 of 12"},
      {"half <> 3", "11 of 12"},
      {"half IS DISTINCT FROM 3", "12 of 12"},
      {"half IS NOT DISTINCT FROM 3", "2 of 12"},
      {"n = s.n", "12 of 12"},
      {"n > s.n + 100", "1 of 12"},
  };
  for (const auto& test : cases) ExpectFiles(lake, test);
}

TEST(Pruning, GoesByHowStringsBegin) {
  LakeForTest lake;
  MakeMonths(lake, "timestamp_ntz");
  const PruningCase cases[] = {
      {"s.city LIKE 'a-long-common-prefix-of-thirty-chars-04%'", "2 of 12"},
      {"s.city LIKE 'a-long-common-prefix-of-thirty-chars-0%4'", "5 of 12"},
      {"s.city LIKE 'a-long-common-prefix-of-thirty-chars-1_'", "2 of 12"},
      {"s.city LIKE 'b%'", "1 of 12"},
      {"s.city LIKE '%4'", "12 of 12"},
      {"s.city NOT LIKE 'a-long%'", "1 of 12"},
      {"starts_with(s.city, 'a-long-common-prefix-of-thirty-chars-1')", "2 of 12"},
      {"prefix(s.city, 'A')", "1 of 12"},
      {"NOT starts_with(s.city, 'a-long-common-prefix-of-thirty-chars-1')", "5 of 12"},
  };
  for (const auto& test : cases) ExpectFiles(lake, test);
}

TEST(Pruning, LocalTimesOfInstantsGiveWayByTwoDays) {
  for (const auto* zone : {"UTC", "America/New_York", "Pacific/Apia"}) {
    LakeForTest lake(zone);
    MakeMonths(lake, "timestamp");
    const PruningCase cases[] = {
        {"ts::DATE = DATE '2023-03-16'", "2 of 12"},
        // The last rows of February are those of the 28th.
        {"ts::DATE = DATE '2023-03-01'", "3 of 12"},
        {"year(ts) > 2023", "1 of 12"},
        {"date_trunc('month', ts) >= '2023-11-10'", "1 of 12"},
        {"ts::TIMESTAMP < '2023-02-15'", "3 of 12"},
    };
    for (const auto& test : cases) ExpectFiles(lake, test);
  }
}

TEST(Pruning, BoundsThatAreCutStillHold) {
  LakeForTest lake;
  lake.MakeTable(
      "bronze/t", Field("c", "string"),
      {{.name = "1.parquet",
        .query = "SELECT 'abcdefghijklmnopqrstuvwxyz0123456789' AS c",
        .statistics = Bounds(R"("c":"abcdefghijklmnopqrstuvwxyz012345")",
                             R"("c":"abcdefghijklmnopqrstuvwxyz012346")", R"("c":0)", 1)}});
  const PruningCase cases[] = {
      {"c LIKE 'abcdefghijklmnopqrstuvwxyz0123456%'", "1 of 1"},
      {"c NOT LIKE 'abcdefghijklmnopqrstuvwxyz0123459%'", "1 of 1"},
      {"c > 'abcdefghijklmnopqrstuvwxyz01234567'", "1 of 1"},
      {"c = 'abcdefghijklmnopqrstuvwxyz0123456789'", "1 of 1"},
  };
  for (const auto& test : cases) ExpectFiles(lake, test);
}

// Sixteen files: region a-d, day 1-4; without any statistics.
void MakePartitions(LakeForTest& lake) {
  std::vector<TestFile> files;
  for (const std::string region : {"a", "b", "c", ""}) {
    for (int day = 1; day <= 4; ++day) {
      const auto name = "r" + region + std::to_string(day) + ".parquet";
      files.push_back(
          {.name = name,
           .query = "SELECT range::BIGINT AS id FROM range(10)",
           .partition_values = R"({"region":)" +
                               (region.empty() ? std::string("null") : '"' + region + '"') +
                               R"(,"day":"2024-01-0)" + std::to_string(day) + R"("})",
           .statistics = R"({"numRecords":10})"});
    }
  }
  lake.MakeTable("bronze/t",
                 Field("id", "long") + "," + Field("region", "string") + "," + Field("day", "date"),
                 files, {}, R"(["region","day"])");
}

TEST(Pruning, FiltersOnPartitionColumnsAreDecidedByTheFiles) {
  LakeForTest lake;
  MakePartitions(lake);
  const PruningCase cases[] = {
      {"region = 'a'", "4 of 16"},
      {"region IS NULL", "4 of 16"},
      {"region IS DISTINCT FROM 'a'", "12 of 16"},
      {"upper(region) LIKE '%B%'", "4 of 16"},
      {"region || day::VARCHAR = 'b2024-01-03'", "1 of 16"},
      {"dayofmonth(day) % 2 = 0 AND region <> 'c'", "4 of 16"},
      {"coalesce(region, 'x') IN ('x', 'a')", "8 of 16"},
      {"region = 'a' OR id = 3", "16 of 16"},
      {"(region = 'a' AND id = 3) OR (day = '2024-01-02' AND id = 4)", "7 of 16"},
      {"day > '2024-01-02' AND id < 3", "8 of 16"},
      {"region = 'a' AND day = '2030-01-01'", "0 of 16"},
      {"_file LIKE '%ra1.parquet'", "1 of 16"},
      {"_file_index = 3", "1 of 16"},
      {"random() < 2 AND region = 'a'", "4 of 16"},
  };
  for (const auto& test : cases) ExpectFiles(lake, test);
  // A cast that fails is an error when a row needs it.
  lake.Failure("SELECT count(*) FROM t WHERE region::INTEGER = 5");
}

TEST(Pruning, PreparedStatementsPruneByTheValuesOfEachRun) {
  LakeForTest lake;
  MakePartitions(lake);
  lake.Query("PREPARE q AS SELECT count(*), min(region), max(region) FROM t WHERE region = $1");
  EXPECT_EQ(lake.Query("EXECUTE q('a')"), "40|a|a");
  EXPECT_EQ(lake.Query("EXECUTE q('b')"), "40|b|b");
  EXPECT_EQ(lake.Query("EXECUTE q('zzz')"), "0|NULL|NULL");
  EXPECT_EQ(lake.Query("EXECUTE q(NULL)"), "0|NULL|NULL");
  EXPECT_EQ(lake.Query("EXECUTE q('a')"), "40|a|a");
}

TEST(Pruning, PlansSayWhy) {
  LakeForTest lake;
  MakeMonths(lake, "timestamp_ntz");
  const auto plan = lake.Query("EXPLAIN SELECT * FROM t WHERE n < 20");
  EXPECT_NE(plan.find("10 by statistics"), std::string::npos) << plan;
}

// Ten files of a hundred rows in a shuffled order: id, a NULL every tenth row in v.
void MakeShuffled(LakeForTest& lake) {
  std::vector<TestFile> files;
  for (int i = 0; i < 10; ++i) {
    const auto first = ((i * 7) % 10) * 100;
    const auto from = std::to_string(first);
    const auto to = std::to_string(first + 99);
    const auto name = [](int id) {
      return "a-very-long-common-prefix-" + std::string(id < 100 ? "0" : "") +
             std::string(id < 10 ? "0" : "") + std::to_string(id);
    };
    files.push_back(
        {.name = "f" + std::to_string(i) + ".parquet",
         .query =
             "SELECT range::BIGINT AS id, 'a-very-long-common-prefix-' || lpad(range::VARCHAR, "
             "3, '0') AS name, CASE WHEN range >= 500 AND range % 10 = 0 THEN NULL ELSE range "
             "END AS v, DATE '2024-01-01' + (range // 10)::INTEGER AS day FROM range(" +
             from + "," + std::to_string(first + 100) + ")",
         .statistics =
             Bounds(R"("id":)" + from + R"(,"name":")" + name(first) + R"(")",
                    R"("id":)" + to + R"(,"name":")" + name(first + 99) + R"(")",
                    R"("id":0,"name":0,"v":)" + std::string(first >= 500 ? "10" : "0"), 100)});
  }
  lake.MakeTable("bronze/t",
                 Field("id", "long") + "," + Field("name", "string") + "," + Field("v", "long") +
                     "," + Field("day", "date"),
                 files);
}

std::string FilesRead(LakeForTest& lake, const std::string& query) {
  const auto plan = lake.Query("EXPLAIN ANALYZE " + query);
  std::string counts;
  const std::string key = "Total Files Read: ";
  for (auto at = plan.find(key); at != std::string::npos; at = plan.find(key, at + 1)) {
    const auto begin = at + key.size();
    if (!counts.empty()) counts += ",";
    counts += plan.substr(begin, plan.find_first_not_of("0123456789", begin) - begin);
  }
  return counts.empty() ? plan : counts;
}

TEST(Pruning, JoinsReadOnlyTheFilesThatCanMatch) {
  LakeForTest lake;
  MakeShuffled(lake);
  lake.Query("CREATE TABLE silver.k AS SELECT * FROM (VALUES (7, 'x'), (950, 'y')) k(id, tag)");
  lake.Query(
      "CREATE TABLE silver.names AS SELECT 'a-very-long-common-prefix-' || x AS name FROM (VALUES "
      "('007'), ('950')) v(x)");
  struct Case {
    const char* query;
    const char* files;
    const char* rows;
  };
  const Case cases[] = {
      {"SELECT count(*) FROM t JOIN silver.k USING (id)", "1,2", "2"},
      {"SELECT count(*) FROM t SEMI JOIN silver.k USING (id)", "1,2", "2"},
      {"SELECT count(*) FROM t WHERE id IN (SELECT id FROM silver.k)", "1,2", "2"},
      {"SELECT count(*) FROM t JOIN silver.names USING (name)", "1,2", "2"},
      {"SELECT count(*) FROM t JOIN silver.k ON t.id = k.id AND t.v = k.id", "1,2", "1"},
      {"SELECT count(*) FROM silver.k LEFT JOIN t USING (id)", "1,2", "2"},
      {"SELECT count(*) FROM t ANTI JOIN silver.k USING (id)", "10,1", "998"},
      {"SELECT count(*) FROM t LEFT JOIN silver.k USING (id)", "10,1", "1000"},
      {"SELECT count(*) FROM t JOIN (SELECT 300 + range AS id FROM range(60)) USING (id)", "1",
       "60"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(test.query), test.rows) << test.query;
    EXPECT_EQ(FilesRead(lake, test.query), test.files) << test.query;
  }
}

TEST(Pruning, OrderWithLimitReadsFilesInOrderUntilItHasEnough) {
  LakeForTest lake;
  MakeShuffled(lake);
  lake.Query("SET threads = 1");
  struct Case {
    const char* query;
    const char* rows;
    // Of ten; the second number is the scan that fetches the other columns.
    const char* files;
  };
  const Case cases[] = {
      {"SELECT id FROM t ORDER BY id LIMIT 3", "0\n1\n2", "1"},
      {"SELECT id FROM t ORDER BY id DESC LIMIT 3", "999\n998\n997", "1"},
      {"SELECT id FROM t ORDER BY id LIMIT 2 OFFSET 150", "150\n151", "2"},
      {"SELECT name FROM t ORDER BY name DESC LIMIT 1", "a-very-long-common-prefix-999", "1"},
      {"SELECT * FROM t ORDER BY id DESC LIMIT 1",
       "999|a-very-long-common-prefix-999|999|2024-04-09", "1,1"},
      {"SELECT id FROM t WHERE id >= 250 ORDER BY id LIMIT 1", "250", "1"},
      {"SELECT id, v FROM t WHERE id < 505 ORDER BY v NULLS FIRST, id LIMIT 2", "500|NULL\n0|0",
       "6"},
      // v has no bounds, so every file is read.
      {"SELECT v FROM t ORDER BY v LIMIT 1", "0", "10"},
      {"SELECT id FROM t ORDER BY -id LIMIT 1", "999", "10"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(test.query), test.rows) << test.query;
    EXPECT_EQ(FilesRead(lake, test.query), test.files) << test.query;
  }
}

// Eight files of ten rows over the same few values, one of them all NULL, one half NULL.
TEST(Pruning, OrderWithLimitIsRightWithTiesAndNulls) {
  LakeForTest lake;
  std::vector<TestFile> files;
  for (int i = 0; i < 8; ++i) {
    const auto low = std::to_string(i / 2);
    const auto high = std::to_string(i / 2 + 2);
    TestFile file;
    file.name = std::to_string(i) + ".parquet";
    file.query = "SELECT CASE WHEN " + std::to_string(i) + " = 5 OR (" + std::to_string(i) +
                 " = 3 AND r % 2 = 0) THEN NULL ELSE " + low + " + r % 3 END::BIGINT AS c, (" +
                 std::to_string(i) + " * 10 + r)::BIGINT AS id FROM range(10) s(r)";
    file.statistics =
        i == 5 ? R"({"numRecords":10,"nullCount":{"c":10}})"
               : Bounds(R"("c":)" + low, R"("c":)" + high, i == 3 ? R"("c":5)" : R"("c":0)", 10);
    files.push_back(file);
  }
  lake.MakeTable("bronze/t", Field("c", "long") + "," + Field("id", "long"), files);
  for (const auto* direction : {"ASC", "DESC"}) {
    for (const auto* nulls : {"NULLS FIRST", "NULLS LAST"}) {
      for (const auto* more : {"", ", id", ", id DESC"}) {
        for (const auto* limit : {"1", "4", "11", "16", "30", "79", "3 OFFSET 12", "4 OFFSET 70"}) {
          const auto order = std::string(" ORDER BY c ") + direction + " " + nulls + more;
          const std::string columns = *more == 0 ? "c" : "c, id";
          // Over a copy in memory, which no pruning of ours reaches.
          lake.Query("CREATE OR REPLACE TEMP TABLE m AS FROM t");
          EXPECT_EQ(lake.Query("SELECT " + columns + " FROM t" + order + " LIMIT " + limit),
                    lake.Query("SELECT " + columns + " FROM m" + order + " LIMIT " + limit))
              << order << " LIMIT " << limit;
        }
      }
    }
  }
}

void RemoveFiles(LakeForTest& lake) {
  for (const auto& entry : std::filesystem::directory_iterator(lake.folder() / "lake/bronze/t")) {
    if (entry.path().extension() == ".parquet") std::filesystem::remove(entry.path());
  }
}

TEST(Pruning, CountsAndExtremesComeFromTheLog) {
  LakeForTest lake;
  MakePartitions(lake);
  RemoveFiles(lake);
  const PruningCase cases[] = {
      {"count(*) FROM t", "160"},
      {"count(*) FROM t WHERE region = 'a'", "40"},
      {"count(*) FROM t WHERE region IS NULL OR day = '2024-01-03'", "70"},
      {"min(day), max(day) FROM t", "2024-01-01|2024-01-04"},
      {"min(region), max(region), count(*) FROM t", "a|c|160"},
      {"max(day) FROM t WHERE region = 'b' AND day < '2024-01-03'", "2024-01-02"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(std::string("SELECT ") + test.condition), test.files) << test.condition;
  }
  // No row has one: an empty scan, which opens nothing.
  EXPECT_EQ(lake.Query("SELECT max(region) FROM t WHERE region IS NULL AND day = '2030-01-01'"),
            "NULL");
  lake.Failure("SELECT min(id) FROM t");
}

TEST(Pruning, ExtremesOfColumnsAreTakenOnlyWhereTheyAreExact) {
  LakeForTest lake;
  // Bounds that no value has tell whether they were used.
  const auto make = [&](const std::string& type, const std::string& value, const std::string& low,
                        const std::string& high) {
    lake.Query("DROP TABLE IF EXISTS bronze.x");
    lake.MakeTable("bronze/x", Field("c", type) + "," + Field("d", "long"),
                   {{.name = "1.parquet",
                     .query = "SELECT " + value + " AS c, 1::BIGINT AS d",
                     .statistics = Bounds(R"("c":)" + low, R"("c":)" + high, R"("c":0)", 1)}});
  };
  struct Case {
    const char* type;
    const char* value;
    const char* low;
    const char* high;
    const char* answer;
  };
  const Case cases[] = {
      {"long", "5::BIGINT", "4", "6", "4|6"},
      {"byte", "5::TINYINT", "4", "6", "4|6"},
      {"date", "DATE '2024-01-05'", R"("2024-01-04")", R"("2024-01-06")", "2024-01-04|2024-01-06"},
      {"decimal(10,2)", "5::DECIMAL(10,2)", "4.00", "6.00", "4.00|6.00"},
      {"decimal(20,2)", "5::DECIMAL(20,2)", "4.00", "6.00", "5.00|5.00"},
      {"double", "5.0::DOUBLE", "4.0", "6.0", "5.0|5.0"},
      {"timestamp_ntz", "TIMESTAMP '2024-01-05'", R"("2024-01-04T00:00:00.000")",
       R"("2024-01-06T00:00:00.000")", "2024-01-05 00:00:00|2024-01-05 00:00:00"},
      {"string", "'b'", R"("a")", R"("c")", "b|b"},
  };
  for (const auto& test : cases) {
    make(test.type, test.value, test.low, test.high);
    EXPECT_EQ(lake.Query("SELECT min(c), max(c) FROM bronze.x"), test.answer) << test.type;
  }
}

// The JSON of a vector inside of the log.
std::string VectorOf(uint64_t first, uint64_t count) {
  delta::DeletionVector rows;
  rows.AddRange(first, count);
  const auto vector = delta::InlineDeletionVector(rows);
  return R"("deletionVector":{"storageType":"i","pathOrInlineDv":")" + vector.path_or_inline +
         R"(","sizeInBytes":)" + std::to_string(vector.size_bytes) + R"(,"cardinality":)" +
         std::to_string(vector.cardinality) + "}";
}

// Four files of a hundred rows each, c from 0 to 399; the last ten rows of each and all of the
// last file but row 0 are deleted.
TEST(Pruning, DeletedRowsAreNeitherExtremesNorFirst) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("c", "long") + "," + Field("text", "string"), {});
  std::string actions;
  for (int i = 0; i < 4; ++i) {
    const auto from = std::to_string(100 * i);
    const auto to = std::to_string(100 * i + 99);
    auto add = lake.Add("bronze/t",
                        {.name = std::to_string(i) + ".parquet",
                         .query = "SELECT range::BIGINT AS c, 'row ' || range AS text FROM range(" +
                                  from + ", " + std::to_string(100 * i + 100) + ")",
                         .statistics = Bounds(R"("c":)" + from, R"("c":)" + to, R"("c":0)", 100)});
    const auto vector = i == 3 ? VectorOf(1, 99) : VectorOf(90, 10);
    add.insert(add.find(R"("dataChange")"), vector + ",");
    actions += (i == 0 ? "" : "\n") + add;
  }
  lake.Commit("bronze/t", 1, actions);
  const PruningCase cases[] = {
      {"count(*) FROM t", "271"},
      {"min(c), max(c) FROM t", "0|300"},
      {"c FROM t ORDER BY c DESC LIMIT 3", "300\n289\n288"},
      {"* FROM t ORDER BY c DESC LIMIT 2", "300|row 300\n289|row 289"},
      {"* FROM t ORDER BY c LIMIT 2 OFFSET 89", "89|row 89\n100|row 100"},
      {"* FROM t WHERE c BETWEEN 95 AND 101 ORDER BY c", "100|row 100\n101|row 101"},
      {"count(*) FROM t WHERE c > 300", "0"},
      {"count(*) FROM t WHERE c <= 300", "271"},
      {"count(*) FROM t JOIN (VALUES (95), (300)) k(c) USING (c)", "1"},
      {"* FROM t LIMIT 2 OFFSET 269", "289|row 289\n300|row 300"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(lake.Query(std::string("SELECT ") + test.condition), test.files) << test.condition;
  }
  EXPECT_EQ(FilesRead(lake, "SELECT * FROM t ORDER BY c LIMIT 2"), "1,1");
}

TEST(Pruning, WideBoundsAreNoExtremes) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("c", "long"),
                 {{.name = "1.parquet",
                   .query = "SELECT 5::BIGINT AS c",
                   .statistics = R"({"numRecords":1,"minValues":{"c":0},"maxValues":{"c":9},)"
                                 R"("nullCount":{"c":0},"tightBounds":false})"}});
  EXPECT_EQ(lake.Query("SELECT min(c), max(c), count(*) FROM t"), "5|5|1");
}

}  // namespace
}  // namespace laguna::catalog
