// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/partition_text.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::catalog {
namespace {

using delta::Primitive;

TEST(PartitionText, SpellsValuesAsTheProtocolDoes) {
  const struct {
    delta::DataType type;
    const char* duckdb;
    const char* delta;
  } cases[] = {
      {Primitive::kString, "a b%/=", "a b%/="},
      {Primitive::kBoolean, "true", "true"},
      {Primitive::kLong, "-7", "-7"},
      {delta::Decimal{5, 2}, "1.50", "1.50"},
      {Primitive::kDouble, "nan", "NaN"},
      {Primitive::kDouble, "-inf", "-Infinity"},
      {Primitive::kBinary, "ab\\x01", "ab\x01"},
      {Primitive::kDate, "2024-02-29", "2024-02-29"},
      {Primitive::kTimestampNtz, "2024-02-29 12:34:56.5", "2024-02-29 12:34:56.5"},
      {Primitive::kTimestamp, "2024-02-29 12:34:56+00", "2024-02-29T12:34:56.000000Z"},
      {Primitive::kTimestamp, "2024-02-29 12:34:56.5+00", "2024-02-29T12:34:56.500000Z"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(PartitionText(test.type, "p", test.duckdb), test.delta);
  }
}

TEST(PartitionText, RefusesWhatDeltaCannotSpell) {
  EXPECT_THROW(PartitionText(Primitive::kBinary, "p", "\\xFF"), base::Error);
  EXPECT_THROW(PartitionText(Primitive::kDate, "p", "0044-03-15 (BC)"), base::Error);
  EXPECT_THROW(PartitionText(Primitive::kTimestamp, "p", "infinity"), base::Error);
}

TEST(PartitionText, NestedColumnsCannotPartition) {
  EXPECT_TRUE(CanPartitionBy(Primitive::kTimestamp));
  EXPECT_FALSE(CanPartitionBy(delta::DataType(delta::ArrayType{Primitive::kLong, true})));
}

}  // namespace
}  // namespace laguna::catalog
