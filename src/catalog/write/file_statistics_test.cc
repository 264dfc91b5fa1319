// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/file_statistics.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "delta/properties.h"

namespace laguna::catalog {
namespace {

using delta::DataType;
using delta::Decimal;
using delta::Primitive;
using Text = std::optional<std::string>;

delta::Metadata TableOf(std::vector<delta::StructField> fields) {
  delta::Metadata metadata;
  metadata.schema.fields = std::move(fields);
  return metadata;
}

delta::StructField Field(std::string name, DataType type) {
  return {std::move(name), std::move(type), true, {}};
}

WrittenColumn Between(std::string min, std::string max, int64_t nulls = 0, bool has_nan = false) {
  return {std::move(min), std::move(max), nulls, has_nan};
}

struct BoundCase {
  const char* name;
  DataType type;
  WrittenColumn written;
  Text min;
  Text max;
};

TEST(FileStatistics, BoundsAreSpelledAsDeltaDoesAndStayTrue) {
  const BoundCase cases[] = {
      {"long", Primitive::kLong, Between("-5", "12"), "-5", "12"},
      {"decimal", Decimal{10, 2}, Between("0.50", "1.50"), "0.50", "1.50"},
      {"decimal without a leading zero", Decimal{2, 2}, Between("-.50", ".50"), "-0.50", "0.50"},
      {"double", Primitive::kDouble, Between("1e-07", "2.5"), "1e-07", "2.5"},
      {"NaN is above all", Primitive::kDouble, Between("1.0", "2.5", 0, true), "1.0", std::nullopt},
      {"infinities have no JSON", Primitive::kDouble, Between("-inf", "inf"), std::nullopt,
       std::nullopt},
      {"both zeros", Primitive::kDouble, Between("0.0", "-0.0"), "-0.0", "0.0"},
      {"date", Primitive::kDate, Between("2024-02-29", "2024-03-01"), "2024-02-29", "2024-03-01"},
      {"date before Christ", Primitive::kDate, Between("0044-03-15 (BC)", "infinity"), std::nullopt,
       std::nullopt},
      {"instant", Primitive::kTimestamp,
       Between("2024-02-29 12:34:56.123456+00", "2024-02-29 23:59:59.9999+00"),
       "2024-02-29T12:34:56.123Z", "2024-03-01T00:00:00.000Z"},
      {"instant of whole milliseconds", Primitive::kTimestamp,
       Between("1969-12-31 23:59:59.5+00", "2024-02-29 12:34:56.123+00"),
       "1969-12-31T23:59:59.500Z", "2024-02-29T12:34:56.123Z"},
      {"wall clock", Primitive::kTimestampNtz,
       Between("2024-02-29 00:00:00", "2024-02-29 00:00:01"), "2024-02-29T00:00:00.000",
       "2024-02-29T00:00:01.000"},
      {"end of time", Primitive::kTimestamp,
       Between("9999-12-31 23:59:59.9999+00", "9999-12-31 23:59:59.9999+00"),
       "9999-12-31T23:59:59.999Z", std::nullopt},
      {"far future", Primitive::kTimestamp, Between("12024-02-29 00:00:00+00", "infinity"),
       std::nullopt, std::nullopt},
      {"string", Primitive::kString, Between("a", "zz"), "a", "zz"},
      {"boolean", Primitive::kBoolean, Between("0", "1"), std::nullopt, std::nullopt},
      {"binary", Primitive::kBinary, Between("00", "FF"), std::nullopt, std::nullopt},
  };
  for (const BoundCase& test : cases) {
    const delta::FileStatistics statistics =
        FileStatisticsOf(TableOf({Field("c", test.type)}), 3, {{"\"c\"", test.written}});
    const delta::ColumnStatistics& column = statistics.columns.at({"c"});
    EXPECT_EQ(column.min, test.min) << test.name;
    EXPECT_EQ(column.max, test.max) << test.name;
  }
}

TEST(FileStatistics, LongStringsAreCutToTrueBounds) {
  const std::string written(256, 'm');
  // The writer's own cut may end inside a code point.
  std::string broken(256, 'm');
  broken.back() = '\xC3';
  const delta::FileStatistics statistics = FileStatisticsOf(
      TableOf({Field("c", Primitive::kString)}), 1, {{"\"c\"", Between(broken, written)}});
  const delta::ColumnStatistics& column = statistics.columns.at({"c"});
  EXPECT_EQ(column.min, std::string(32, 'm'));
  ASSERT_TRUE(column.max);
  EXPECT_GT(*column.max, written);
}

TEST(FileStatistics, StringsAreCutToWhatTheTableKeeps) {
  delta::Metadata metadata = TableOf({Field("c", Primitive::kString)});
  EXPECT_EQ(StringPrefixLength(metadata), 32U);
  const std::pair<const char*, size_t> cases[] = {{"40", 40},   {"3", 3},   {"0", 0},
                                                  {"1000", 63}, {"-1", 32}, {"x", 32}};
  for (const auto& [said, length] : cases) {
    metadata.configuration[delta::kPrefixLength] = said;
    EXPECT_EQ(StringPrefixLength(metadata), length) << said;
  }
  // As many bytes as the Parquet writer tells of a text, in its longest code points.
  std::string written;
  for (int i = 0; i < 64; ++i) written += "\xf0\x9f\x98\x80";
  metadata.configuration[delta::kPrefixLength] = "1000";
  const delta::FileStatistics statistics =
      FileStatisticsOf(metadata, 1, {{"\"c\"", Between(written, written)}});
  const delta::ColumnStatistics& column = statistics.columns.at({"c"});
  EXPECT_EQ(column.min, written.substr(0, 252));
  ASSERT_TRUE(column.max);
  EXPECT_GT(*column.max, written + "more");
}

TEST(FileStatistics, NestedLeavesHaveTheirPath) {
  const DataType inner(
      delta::StructType{{Field("b", Primitive::kLong), Field("q\"q", Primitive::kLong)}});
  const delta::FileStatistics statistics = FileStatisticsOf(
      TableOf({Field("st", inner)}), 2,
      {{"\"st\".\"b\"", Between("1", "2", 1)}, {"\"st\".\"q\"\"q\"", Between("3", "4")}});
  EXPECT_EQ(statistics.num_records, 2);
  EXPECT_EQ(statistics.columns.at({"st", "b"}).null_count, 1);
  EXPECT_EQ(statistics.columns.at({"st", "q\"q"}).min, "3");
}

TEST(FileStatistics, OnlyIndexedLeavesOfTheFileCount) {
  delta::Metadata metadata = TableOf({});
  for (int i = 0; i < 40; ++i) {
    metadata.schema.fields.push_back(Field("c" + std::to_string(i), Primitive::kLong));
  }
  metadata.partition_columns = {"c3"};
  EXPECT_EQ(IndexedLeaves(metadata).size(), 32U);
  EXPECT_EQ(IndexedLeaves(metadata).back(), delta::ColumnPath{"c32"});
  metadata.configuration["delta.dataSkippingNumIndexedCols"] = "-1";
  EXPECT_EQ(IndexedLeaves(metadata).size(), 39U);
  metadata.configuration["delta.dataSkippingStatsColumns"] = "c1, `c35`";
  EXPECT_EQ(IndexedLeaves(metadata), (std::vector<delta::ColumnPath>{{"c1"}, {"c35"}}));
}

}  // namespace
}  // namespace laguna::catalog
