// SPDX-License-Identifier: Apache-2.0
#include "delta/read_compatible.h"

#include <gtest/gtest.h>

namespace laguna::delta {
namespace {

StructField Column(const std::string& name, DataType type, const std::string& physical = "") {
  StructField field{name, std::move(type), true, {}};
  if (!physical.empty()) {
    field.metadata.push_back({"delta.columnMapping.physicalName", "\"" + physical + "\""});
  }
  return field;
}

Metadata Of(std::vector<StructField> fields, std::vector<std::string> partition_columns = {}) {
  Metadata metadata;
  metadata.schema.fields = std::move(fields);
  metadata.partition_columns = std::move(partition_columns);
  return metadata;
}

std::string Why(const Metadata& written, const Metadata& read) {
  return WhyNotReadable(written, read).value_or("");
}

std::string WhyTypes(DataType written, DataType read) {
  return Why(Of({Column("a", std::move(written))}), Of({Column("a", std::move(read))}));
}

TEST(ReadCompatible, MoreColumnsAndNewNamesAreNoObstacle) {
  const auto old = Of({Column("a", Primitive::kLong, "col-1")});
  EXPECT_EQ(Why(old, Of({Column("b", Primitive::kLong, "col-1"),
                         Column("a", Primitive::kString, "col-2")})),
            "");
}

TEST(ReadCompatible, AColumnThatIsGoneIs) {
  EXPECT_EQ(Why(Of({Column("a", Primitive::kLong)}), Of({Column("b", Primitive::kLong)})),
            "column a is gone");
  const DataType old(StructType{{Column("x", Primitive::kLong), Column("y", Primitive::kLong)}});
  const DataType now(StructType{{Column("x", Primitive::kLong)}});
  EXPECT_EQ(WhyTypes(old, now), "column a.y is gone");
}

TEST(ReadCompatible, TypesMayGrow) {
  EXPECT_EQ(WhyTypes(Primitive::kByte, Primitive::kLong), "");
  EXPECT_EQ(WhyTypes(Primitive::kInteger, Primitive::kDouble), "");
  EXPECT_EQ(WhyTypes(Primitive::kFloat, Primitive::kDouble), "");
  EXPECT_EQ(WhyTypes(Primitive::kDate, Primitive::kTimestampNtz), "");
  EXPECT_EQ(WhyTypes(Decimal{10, 2}, Decimal{12, 4}), "");
  EXPECT_EQ(WhyTypes(Primitive::kInteger, Decimal{12, 2}), "");
  const DataType ints(ArrayType{Primitive::kInteger, true});
  EXPECT_EQ(WhyTypes(ints, DataType(ArrayType{Primitive::kLong, true})), "");
}

TEST(ReadCompatible, TypesMayNotShrinkOrTurn) {
  EXPECT_EQ(WhyTypes(Primitive::kLong, Primitive::kInteger), "column a was bigint and is int");
  EXPECT_EQ(WhyTypes(Primitive::kLong, Primitive::kString), "column a was bigint and is string");
  EXPECT_NE(WhyTypes(Primitive::kLong, Primitive::kDouble), "");
  EXPECT_NE(WhyTypes(Decimal{10, 2}, Decimal{10, 4}), "");
  EXPECT_NE(WhyTypes(Primitive::kInteger, Decimal{10, 2}), "");
  const DataType map(MapType{Primitive::kString, Primitive::kInteger, true});
  EXPECT_EQ(WhyTypes(map, DataType(MapType{Primitive::kString, Primitive::kString, true})),
            "column a.value was int and is string");
}

TEST(ReadCompatible, PartitionColumnsStay) {
  const std::vector<StructField> fields = {Column("a", Primitive::kLong),
                                           Column("b", Primitive::kLong)};
  EXPECT_EQ(Why(Of(fields, {"a"}), Of(fields, {"b"})), "its partition columns are others");
  EXPECT_EQ(Why(Of(fields, {"a", "b"}), Of(fields, {"b", "a"})), "");
}

}  // namespace
}  // namespace laguna::delta
