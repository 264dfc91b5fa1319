// SPDX-License-Identifier: Apache-2.0
#include "delta/statistics.h"

#include <gtest/gtest.h>

namespace laguna::delta {
namespace {

Schema TestSchema() {
  StructType address{{StructField{"city", Primitive::kString, true, {}}}};
  StructField mapped{
      "renamed", Primitive::kLong, true, {{"delta.columnMapping.physicalName", "\"col-1\""}}};
  return Schema{{StructField{"id", Primitive::kLong, true, {}},
                 StructField{"price", Decimal{10, 2}, true, {}},
                 StructField{"at", Primitive::kTimestamp, true, {}},
                 StructField{"ok", Primitive::kBoolean, true, {}},
                 StructField{"address", DataType(std::move(address)), true, {}}, mapped}};
}

TEST(Statistics, ReadsWhatSparkWrites) {
  FileStatistics read = ParseStatistics(
      TestSchema(),
      R"({"numRecords":3,"minValues":{"id":-1,"price":1.50,"at":"2024-02-29T12:34:56.123Z",)"
      R"("address":{"city":"Bogot\u00e1"},"col-1":7},"maxValues":{"id":9},)"
      R"("nullCount":{"id":0,"address":{"city":2}}})");
  EXPECT_EQ(read.num_records, 3);
  EXPECT_TRUE(read.tight_bounds);
  EXPECT_EQ(read.columns.at({"id"}), (ColumnStatistics{"-1", "9", 0}));
  EXPECT_EQ(read.columns.at({"price"}).min, "1.50");
  EXPECT_EQ(read.columns.at({"at"}).min, "2024-02-29T12:34:56.123Z");
  EXPECT_EQ(read.columns.at({"col-1"}).min, "7");
  ColumnPath city{"address", "city"};
  EXPECT_EQ(read.columns.at(city), (ColumnStatistics{"Bogotá", std::nullopt, 2}));
}

TEST(Statistics, LoosenedBoundsSaySoAndStayTheSameElse) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"numRecords":3,"maxValues":{"id":9}})",
       R"({"numRecords":3,"maxValues":{"id":9},"tightBounds":false})"},
      {R"({"tightBounds":true,"numRecords":3})", R"({"tightBounds":false,"numRecords":3})"},
      {R"({"numRecords":3,"tightBounds":false})", R"({"numRecords":3,"tightBounds":false})"},
      {R"({"minValues":{"tightBounds":true}})",
       R"({"minValues":{"tightBounds":true},"tightBounds":false})"},
      {R"({"minValues":{}} )", R"({"minValues":{},"tightBounds":false})"},
      {"{}", R"({"tightBounds":false})"},
      {"", R"({"tightBounds":false})"},
      {"[1]", R"({"tightBounds":false})"},
  };
  for (const auto& [json, loose] : cases) EXPECT_EQ(LoosenBounds(json), loose);
}

struct LeftOutCase {
  std::string json;
  std::string why;
};

TEST(Statistics, LeavesOutWhatIsNoTrueBound) {
  const LeftOutCase cases[] = {
      {"", "no statistics"},
      {"{", "broken JSON"},
      {"[1]", "no object"},
      {R"({"minValues":{"id":"1"}})", "text for a number"},
      {R"({"minValues":{"id":1.5}})", "a fraction for a whole number"},
      {R"({"minValues":{"id":99999999999999999999}})", "too large"},
      {R"({"minValues":{"price":1e3}})", "a decimal with an exponent"},
      {R"({"minValues":{"at":5}})", "a number for a time"},
      {R"({"minValues":{"other":5}})", "a column the schema lacks"},
      {R"({"minValues":{"address":5}})", "a number for a struct"},
      {R"({"nullCount":{"id":-1}})", "a negative count"},
      {R"({"minValues":null,"nullCount":7})", "parts that are no objects"},
  };
  for (const LeftOutCase& test : cases) {
    EXPECT_TRUE(ParseStatistics(TestSchema(), test.json).columns.empty()) << test.why;
  }
}

TEST(Statistics, WideBoundsSayLittleAboutNulls) {
  auto nulls = [](int count) {
    FileStatistics read = ParseStatistics(
        TestSchema(),
        R"({"numRecords":5,"tightBounds":false,"minValues":{"id":1},"nullCount":{"id":)" +
            std::to_string(count) + "}}");
    return read.columns.at({"id"}).null_count;
  };
  EXPECT_EQ(nulls(0), 0);
  EXPECT_EQ(nulls(3), std::nullopt);
  EXPECT_EQ(nulls(5), 5);
}

TEST(Statistics, CountsRecordsWithoutASchema) {
  EXPECT_EQ(ParseRecordCount(R"({"minValues":{"id":1},"numRecords":12})"), 12);
  EXPECT_EQ(ParseRecordCount(R"({"numRecords":-12})"), std::nullopt);
  EXPECT_EQ(ParseRecordCount("x"), std::nullopt);
}

TEST(Statistics, WrittenOnesAreReadBack) {
  FileStatistics statistics;
  statistics.num_records = 4;
  statistics.tight_bounds = false;
  statistics.columns[{"id"}] = {"1", "2", 0};
  statistics.columns[{"ok"}] = {"false", "true", std::nullopt};
  statistics.columns[{"at"}] = {"2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.001Z", 4};
  statistics.columns[{"address", "city"}] = {"\"a\"\n", "z", std::nullopt};
  std::string json = WriteStatistics(TestSchema(), statistics);
  EXPECT_EQ(
      json,
      R"({"numRecords":4,"minValues":{"id":1,"at":"2024-01-01T00:00:00.000Z","ok":false,)"
      R"("address":{"city":"\"a\"\n"}},"maxValues":{"id":2,"at":"2024-01-01T00:00:00.001Z",)"
      R"("ok":true,"address":{"city":"z"}},"nullCount":{"id":0,"at":4},"tightBounds":false})");
  EXPECT_EQ(ParseStatistics(TestSchema(), json), statistics);
}

TEST(Statistics, TextThatIsNoNumberIsNotWritten) {
  FileStatistics statistics;
  statistics.columns[{"price"}] = {"nan", "1.5", std::nullopt};
  EXPECT_EQ(WriteStatistics(TestSchema(), statistics),
            R"({"minValues":{},"maxValues":{"price":1.5},"nullCount":{}})");
}

TEST(Statistics, CutStringsStayBounds) {
  const std::string prefix(31, 'x');
  const std::string tie = "\xf4\x8f\xbf\xbf";
  EXPECT_EQ(TruncateMin("short", 32), "short");
  EXPECT_EQ(TruncateMax("short", 32), "short");
  EXPECT_EQ(TruncateMin(prefix + "éab", 32), prefix + "é");
  EXPECT_EQ(TruncateMax(prefix + "éab", 32), prefix + "é\x7f");
  EXPECT_EQ(TruncateMax(prefix + "aéb", 32), prefix + "a" + tie);
  EXPECT_EQ(TruncateMax(prefix + "a" + tie, 32), std::nullopt);
  EXPECT_EQ(TruncateMin("short", 3), "sho");
  EXPECT_EQ(TruncateMax("short", 3), "sho\x7f");
  EXPECT_EQ(TruncateMin("short", 0), std::nullopt);
  EXPECT_EQ(TruncateMax("short", 0), std::nullopt);
  EXPECT_EQ(TruncateMin("", 0), "");
  EXPECT_EQ(TruncateMax("", 0), "");
}

}  // namespace
}  // namespace laguna::delta
