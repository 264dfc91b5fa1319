// SPDX-License-Identifier: Apache-2.0
// What is left out when a query is planned.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "catalog/scan/pruning_for_test.h"

namespace laguna::catalog {
namespace {

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
      {"s = {'city': 'x', 'n': 1}", "12 of 12"},
      {"s IS NULL", "12 of 12"},
      {"n IN (SELECT 11)", "12 of 12"},
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
        {"ts::DATE::TIMESTAMPTZ < '2023-02-15'", "3 of 12"},
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

TEST(Pruning, PrefixesBeyondAscii) {
  LakeForTest lake;
  lake.MakeTable("bronze/t", Field("c", "string"),
                 {{.name = "1.parquet",
                   .query = "SELECT unnest(['a\u00e9', 'a\u00fc']) AS c",
                   .statistics = Bounds("\"c\":\"a\u00e9\"", "\"c\":\"a\u00fc\"", R"("c":0)", 2)},
                  {.name = "2.parquet",
                   .query = "SELECT unnest(['\u00e9x', '\u00e9y']) AS c",
                   .statistics = Bounds("\"c\":\"\u00e9x\"", "\"c\":\"\u00e9y\"", R"("c":0)", 2)}});
  const PruningCase cases[] = {
      {"NOT starts_with(c, 'a\u00e9')", "2 of 2"}, {"starts_with(c, 'a\u00e9')", "1 of 2"},
      {"NOT starts_with(c, '\u00e9')", "2 of 2"},  {"starts_with(c, '\u00e9')", "1 of 2"},
      {"NOT starts_with(c, '\u00e9y')", "2 of 2"}, {"c LIKE 'a\u00fc%'", "1 of 2"},
      {"NOT starts_with(c, 'a')", "1 of 2"},
  };
  for (const auto& test : cases) ExpectFiles(lake, test);
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

TEST(Pruning, TakesFiltersOfManyParts) {
  LakeForTest lake;
  MakeMonths(lake, "timestamp_ntz");
  std::string any = "n = 11";
  std::string all = "n <> 11";
  std::string list = "n IN (11";
  for (int number = 0; number < 5000; ++number) {
    if (number < 300) any += fmt::format(" OR (n::DOUBLE > {} AND price = 12)", number + 500);
    all += fmt::format(" AND n + {0} <> {0}", number);
    list += fmt::format(", {}", number % 50);
  }
  // However many values there are, each counts: but for the first all lie between the files.
  std::string beside = "ts IN (TIMESTAMP '2023-03-01 00:00:00'";
  std::string prices = "1000";
  for (int month = 1; month <= 11; ++month) {
    for (int hour = 0; hour < (month == 2 ? 0 : 24); ++hour) {
      beside += fmt::format(", TIMESTAMP '2023-{:02}-29 {:02}:00:00'", month, hour);
      prices += fmt::format(", {}.5", month * 10 + 9);
    }
  }
  const std::vector<std::string> cases[] = {
      {any, "2 of 12", "1"},
      {all, "12 of 12", "119"},
      {list + ")", "5 of 12", "40"},
      {beside + ")", "2 of 12", "1"},
      {beside + ") AND price::DOUBLE IN (30, " + prices + ")", "2 of 12", "1"}};
  for (const auto& test : cases) {
    EXPECT_EQ(FilesIn(lake.Query("EXPLAIN SELECT * FROM t WHERE " + test[0])), test[1]);
    EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE " + test[0]), test[2]);
  }
}

// Random conditions over random files whose statistics are true, loose or missing.
class RandomFiles {
 public:
  explicit RandomFiles(uint32_t seed) : random_(seed) {}

  TestFile File(int number) {
    const auto low = Below(50);
    const auto high = low + Below(20);
    const auto nulls = Below(3);
    const auto from = std::to_string(low);
    const auto span = std::to_string(high - low + 1);
    TestFile file;
    file.name = std::to_string(number) + ".parquet";
    file.query = "SELECT CASE WHEN r % 5 < " + std::to_string(nulls) + " THEN NULL ELSE " + from +
                 " + r % " + span + " END::INTEGER AS n, DATE '2024-01-01' + (" + from + " + r % " +
                 span + ")::INTEGER * 9 AS d, 'k' || lpad((" + from + " + r % " + span +
                 ")::VARCHAR, 2, '0') || 'z' AS c FROM range(25) t(r)";
    const auto part = Below(4);
    file.partition_values =
        part == 0 ? R"({"p":null})" : R"({"p":")" + std::to_string(part) + R"("})";
    if (Below(5) > 0) file.statistics = Statistics(low - Below(2) * 3, high + Below(2) * 3, nulls);
    return file;
  }

  std::string Condition(int depth) {
    if (depth == 0 || Below(4) == 0) return Leaf();
    switch (Below(3)) {
      case 0:
        return "NOT (" + Condition(depth - 1) + ")";
      case 1:
        return "(" + Condition(depth - 1) + " AND " + Condition(depth - 1) + ")";
      default:
        return "(" + Condition(depth - 1) + " OR " + Condition(depth - 1) + ")";
    }
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }

  static std::string Day(int number) {
    return "(DATE '2024-01-01' + " + std::to_string(number * 9) + ")";
  }
  static std::string Text(int number) {
    return std::string("k") + (number < 10 ? "0" : "") + std::to_string(std::abs(number) % 100);
  }
  // Of the day with that number, written out.
  static std::string DayText(int number) {
    const auto day = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1) +
                     std::chrono::days(int64_t{9} * number);
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  }

  static std::string Statistics(int low, int high, int nulls) {
    const auto n = [](int value) { return std::to_string(value); };
    return Bounds(
        R"("n":)" + n(low) + R"(,"d":")" + DayText(low) + R"(","c":")" + Text(std::max(low, 0)) +
            R"(")",
        R"("n":)" + n(high) + R"(,"d":")" + DayText(high) + R"(","c":")" + Text(high) + R"(zz")",
        R"("n":)" + n(nulls * 5) + R"(,"d":0,"c":0)", 25);
  }

  std::string Leaf() {
    static constexpr const char* kComparisons[] = {"=", "<>", "<", "<=", ">", ">="};
    const std::string comparison = std::string(" ") + kComparisons[Below(6)] + " ";
    const auto number = Below(80) - 5;
    const auto value = std::to_string(number);
    switch (Below(14)) {
      case 0:
        return "n" + comparison + value;
      case 1:
        return value + comparison + "n";
      case 2:
        return "n::DOUBLE" + comparison + value + ".5";
      case 3:
        return "n + 3" + comparison + value;
      case 4:
        return "d" + comparison + Day(number);
      case 5:
        return "date_trunc('month', d::TIMESTAMP)" + comparison + Day(number);
      case 6:
        return "year(d)" + comparison + "2024";
      case 7:
        return "c" + comparison + "'" + Text(std::max(number, 0)) + "z'";
      case 8:
        return "c LIKE '" + Text(std::max(number, 0)).substr(0, 2 + static_cast<size_t>(Below(2))) +
               "%'";
      case 9:
        return "n IS NULL";
      case 10:
        return "n IN (" + value + ", " + std::to_string(number + 7) + ", NULL)";
      case 11:
        return "n NOT IN (" + value + ", " + std::to_string(number + 1) + ")";
      case 12:
        return "p" + comparison + "'" + std::to_string(Below(5)) + "'";
      default:
        return "n BETWEEN " + value + " AND " + std::to_string(number + 9);
    }
  }

  std::mt19937 random_;
};

TEST(Pruning, RandomConditionsFindEveryRow) {
  RandomFiles random(4);
  LakeForTest lake;
  std::vector<TestFile> files;
  for (int number = 0; number < 30; ++number) files.push_back(random.File(number));
  lake.MakeTable("bronze/t",
                 Field("n", "integer") + "," + Field("d", "date") + "," + Field("c", "string") +
                     "," + Field("p", "string"),
                 files, {}, R"(["p"])");
  lake.Query("CREATE TEMP TABLE m AS FROM t");
  for (int round = 0; round < 400; ++round) {
    const auto where = " WHERE " + random.Condition(3);
    const std::string rows = "SELECT count(*), count(n), sum(n), min(c), max(d) FROM ";
    EXPECT_EQ(lake.Query(rows + "t" + where), lake.Query(rows + "m" + where)) << where;
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace laguna::catalog
