// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/spark_calendar.h"

#include <gtest/gtest.h>

#include "catalog/lake_for_test.h"
#include "duckdb/common/types/date.hpp"

namespace laguna::catalog {
namespace {

// As Parquet's footer has it.
std::string Entry(const std::string& key, const std::string& value) {
  const auto text = [](const std::string& bytes) {
    return '\x18' + std::string(1, static_cast<char>(bytes.size())) + bytes;
  };
  return text(key) + text(value) + std::string(1, '\0');
}

TEST(SparkCalendar, CountsOldDaysAsTheGregorianCalendarDoes) {
  struct Case {
    int32_t julian_day;
    const char* date;
  };
  // What Java's calendar counts for these dates.
  const Case cases[] = {{-141427, "1582-10-15"}, {-141428, "1582-10-04"}, {-719164, "0001-01-01"},
                        {-354222, "1000-02-28"}, {-354221, "1000-03-01"}, {-354220, "1000-03-01"},
                        {0, "1970-01-01"},       {19723, "2024-01-01"}};
  for (const auto& test : cases) {
    EXPECT_EQ(duckdb::Date::ToString(duckdb::date_t(GregorianDay(test.julian_day))), test.date);
  }
}

TEST(SparkCalendar, IsWhatTheFooterSays) {
  const auto version = [](const char* text) { return Entry("org.apache.spark.version", text); };
  const auto date_time = Entry("org.apache.spark.legacyDateTime", "");
  const auto int96 = Entry("org.apache.spark.legacyINT96", "");
  struct Case {
    std::string footer;
    bool julian;
    bool julian_int96;
  };
  const Case cases[] = {
      {"", false, false},
      {date_time, false, false},
      {version("2.4.8"), true, true},
      {version("3.0.3"), false, true},
      {version("3.1.0"), false, false},
      {version("4.2.0"), false, false},
      {version("4.2.0") + date_time, true, false},
      {int96 + version("4.2.0"), false, true},
  };
  for (const auto& test : cases) {
    const auto calendar = CalendarOf(test.footer);
    EXPECT_EQ(calendar.julian, test.julian) << test.footer;
    EXPECT_EQ(calendar.julian_int96, test.julian_int96) << test.footer;
  }
  EXPECT_TRUE(CalendarOf(version("4.2.0") + Entry("org.apache.spark.timeZone", "UTC")).in_utc);
  EXPECT_FALSE(CalendarOf(version("4.2.0") + Entry("org.apache.spark.timeZone", "CET")).in_utc);
  EXPECT_NO_THROW(
      CalendarOf("org.apache.spark.version\x18\x7f"
                 "4"));
  EXPECT_NO_THROW(CalendarOf("org.apache.spark.version"));
}

// A table of one file as Spark writes it in the rebase mode LEGACY, in a time zone. In it stands
// 1582-10-14 for 4 October, the last day of the Julian calendar.
void MakeOldTable(LakeForTest& lake, const std::string& zone, const std::string& statistics = {}) {
  lake.MakeTable("bronze/t",
                 Field("d", "date") + "," + Field("z", "timestamp") + "," +
                     Field("n", "timestamp_ntz") + "," +
                     R"({"name":"l","type":{"type":"array","elementType":"date",)"
                     R"("containsNull":true},"nullable":true,"metadata":{}})",
                 {{.name = "1.parquet", .query = "SELECT 1 AS i", .statistics = statistics}});
  lake.Query(
      "COPY (SELECT DATE '1582-10-14' AS d, TIMESTAMPTZ '1582-10-14 12:00:00+00' AS z, "
      "TIMESTAMP '1582-10-14 12:00:00' AS n, [DATE '1582-10-14', NULL, DATE '2024-01-01'] AS l) "
      "TO '" +
      (lake.folder() / "lake/bronze/t/1.parquet").string() +
      "' (FORMAT parquet, KV_METADATA {'org.apache.spark.version': '4.2.0', "
      "'org.apache.spark.legacyDateTime': '', 'org.apache.spark.timeZone': '" +
      zone + "'})");
}

TEST(SparkCalendar, OldDaysAreReadForWhatTheyWere) {
  LakeForTest lake;
  MakeOldTable(lake, "UTC");
  EXPECT_EQ(lake.Query("SELECT * FROM t"),
            "1582-10-04|1582-10-04 12:00:00+00|1582-10-14 12:00:00|"
            "[1582-10-04, NULL, 2024-01-01]");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE d = DATE '1582-10-04'"), "1");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE d > DATE '1582-10-04'"), "0");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE z < '1582-10-05 00:00:00+00'"), "1");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM t WHERE l[1] = DATE '1582-10-04'"), "1");
}

TEST(SparkCalendar, OldInstantsOfOtherZonesAreRefused) {
  LakeForTest lake;
  MakeOldTable(lake, "America/Los_Angeles");
  EXPECT_EQ(lake.Query("SELECT d, n FROM t"), "1582-10-04|1582-10-14 12:00:00");
  const auto error = lake.Failure("SELECT z FROM t");
  EXPECT_EQ(error.code(), "table.calendar");
  EXPECT_EQ(error.kind(), base::ErrorKind::kUnsupported);
}

TEST(SparkCalendar, IsNotAskedForWhereTheLogKnowsOfRecentDaysOnly) {
  LakeForTest lake;
  MakeOldTable(lake, "UTC",
               R"({"numRecords":1,"minValues":{"d":"2024-01-01"},"maxValues":{"d":"2024-01-01"},)"
               R"("nullCount":{"d":0}})");
  // The log is wrong here, to show that it is believed.
  EXPECT_EQ(lake.Query("SELECT d::VARCHAR FROM t"), "1582-10-14");
}

}  // namespace
}  // namespace laguna::catalog
