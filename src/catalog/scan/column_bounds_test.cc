// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/column_bounds.h"

#include <gtest/gtest.h>

#include "catalog/scan/partition_value.h"
#include "catalog/type_map.h"

namespace laguna::catalog {
namespace {

std::string Text(const std::optional<duckdb::Value>& value) {
  return value ? value->ToString() : "none";
}

delta::StructField OfType(delta::DataType type) {
  return {.name = "c", .type = std::move(type), .nullable = true, .metadata = {}};
}

ColumnBounds Bounds(const delta::DataType& type, const char* min, const char* max) {
  delta::ColumnStatistics statistics;
  statistics.min = min;
  statistics.max = max;
  return BoundsFromStatistics(OfType(type), ToDuckdb(type, "c"), &statistics, 10);
}

TEST(ColumnBounds, HoldForSureOrAreAbsent) {
  struct Case {
    delta::DataType type;
    const char* min;
    const char* max;
    const char* bound_min;
    const char* bound_max;
  };
  const Case cases[] = {
      {delta::Primitive::kLong, "-5", "12", "-5", "12"},
      // Not exactly an integer, or none at all.
      {delta::Primitive::kInteger, "1.5", "1e3", "none", "none"},
      {delta::Primitive::kByte, "-129", "127", "none", "127"},
      // NaN is left out by writers and sorts highest.
      {delta::Primitive::kDouble, "-1.5", "9.5", "-1.5", "none"},
      {delta::Primitive::kFloat, "NaN", "NaN", "none", "none"},
      {delta::Primitive::kDate, "2024-02-29", "2024-13-01", "2024-02-29", "none"},
      // Cut to milliseconds by the writer.
      {delta::Primitive::kTimestampNtz, "2024-01-01T00:00:00.000", "2024-01-01T00:00:00.123",
       "2023-12-31 23:59:59.999", "2024-01-01 00:00:00.124"},
      {delta::Primitive::kString, "a", "zz", "a", "zz"},
      {delta::Primitive::kString, "a\xED\xA0\x80", "\xFF", "none", "none"},
      {delta::Decimal{.precision = 10, .scale = 2}, "1.50", "2.25", "1.50", "2.25"},
      {delta::Decimal{.precision = 10, .scale = 2}, "-7", "-.5", "-7.00", "-0.50"},
      {delta::Decimal{.precision = 4, .scale = 2}, "-99.99", "100.00", "-99.99", "none"},
      {delta::Decimal{.precision = 3, .scale = 0}, "-", "7.0", "none", "7"},
      {delta::Decimal{.precision = 5, .scale = 2}, "-", ".", "none", "none"},
      // Sixteen digits and more may have passed through a double.
      {delta::Decimal{.precision = 20, .scale = 0}, "100", "9007199254740993", "99",
       "9007199254741002"},
      {delta::Decimal{.precision = 20, .scale = 0}, "1e5", "2E7", "none", "none"},
      {delta::Primitive::kBoolean, "false", "true", "none", "none"},
      {delta::Primitive::kBinary, "a", "b", "none", "none"},
  };
  for (const auto& test : cases) {
    const auto bounds = Bounds(test.type, test.min, test.max);
    EXPECT_EQ(Text(bounds.min), test.bound_min) << test.type.ToString() << " " << test.min;
    EXPECT_EQ(Text(bounds.max), test.bound_max) << test.type.ToString() << " " << test.max;
  }
}

TEST(ColumnBounds, DoublesThatWereFloatsGiveWay) {
  auto field = OfType(delta::Primitive::kDouble);
  field.metadata = {
      {.key = "delta.typeChanges", .json = R"([{"fromType":"float","toType":"double"}])"}};
  delta::ColumnStatistics statistics;
  // As a double, the float 0.7 is less and the float 1.1 is more than that.
  statistics.min = "0.7";
  statistics.max = "1.1";
  const auto bounds =
      BoundsFromStatistics(field, duckdb::LogicalType::DOUBLE, &statistics, 10, true);
  EXPECT_EQ(bounds.min->GetValue<double>(), static_cast<double>(0.7F));
  EXPECT_EQ(bounds.max->GetValue<double>(), static_cast<double>(1.1F));
  statistics.min = "-1e300";
  EXPECT_EQ(Text(BoundsFromStatistics(field, duckdb::LogicalType::DOUBLE, &statistics, 10).min),
            "-1e+300");
}

TEST(ColumnBounds, FloatsHaveAnUpperBoundWhereNanCounts) {
  delta::ColumnStatistics statistics;
  statistics.min = "-1.5";
  statistics.max = "9.5";
  const auto bounds = BoundsFromStatistics(OfType(delta::Primitive::kDouble),
                                           duckdb::LogicalType::DOUBLE, &statistics, 10, true);
  EXPECT_EQ(Text(bounds.min), "-1.5");
  EXPECT_EQ(Text(bounds.max), "9.5");
}

TEST(ColumnBounds, InstantsKeepTheirOffset) {
  const auto bounds = Bounds(delta::Primitive::kTimestamp, "2024-01-01T00:00:00.000Z",
                             "2024-01-01T02:00:00.000+02:00");
  const auto min = bounds.min->GetValueUnsafe<duckdb::timestamp_t>().value;
  const auto max = bounds.max->GetValueUnsafe<duckdb::timestamp_t>().value;
  EXPECT_EQ(max - min, 2000);
}

TEST(ColumnBounds, NullCountsSayWhatMayBeThere) {
  struct Case {
    std::optional<int64_t> nulls;
    std::optional<int64_t> rows;
    bool may_be_null;
    bool may_be_value;
  };
  const Case cases[] = {
      {std::nullopt, 10, true, true}, {0, 10, false, true},
      {10, 10, true, false},          {3, 10, true, true},
      {3, std::nullopt, true, true},
  };
  for (const auto& test : cases) {
    delta::ColumnStatistics statistics;
    statistics.null_count = test.nulls;
    const auto bounds = BoundsFromStatistics(OfType(delta::Primitive::kLong),
                                             duckdb::LogicalType::BIGINT, &statistics, test.rows);
    EXPECT_EQ(bounds.may_be_null, test.may_be_null);
    EXPECT_EQ(bounds.may_be_value, test.may_be_value);
  }
}

TEST(PartitionValue, IsReadAsTheColumnsType) {
  struct Case {
    delta::DataType type;
    std::optional<std::string> text;
    const char* value;
  };
  const Case cases[] = {
      {delta::Primitive::kString, "a b", "a b"},
      {delta::Primitive::kString, std::nullopt, "NULL"},
      {delta::Primitive::kString, "", "NULL"},
      {delta::Primitive::kInteger, "-7", "-7"},
      {delta::Primitive::kInteger, "seven", "none"},
      {delta::Primitive::kBoolean, "true", "true"},
      {delta::Primitive::kDate, "2024-02-29", "2024-02-29"},
      {delta::Primitive::kTimestampNtz, "2024-02-29 01:02:03.5", "2024-02-29 01:02:03.5"},
      {delta::Primitive::kTimestamp, "2024-02-29 01:02:03", "2024-02-29 01:02:03+00"},
      {delta::Primitive::kTimestamp, "2024-02-29T01:02:03.000000Z", "2024-02-29 01:02:03+00"},
      {delta::Decimal{.precision = 5, .scale = 1}, "12.5", "12.5"},
      {delta::Primitive::kBinary, "ab", "ab"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Text(ParsePartitionValue(test.type, ToDuckdb(test.type, "p"), test.text)), test.value)
        << test.type.ToString() << " " << test.text.value_or("NULL");
  }
}

}  // namespace
}  // namespace laguna::catalog
