// SPDX-License-Identifier: Apache-2.0
#include "delta/schema_evolution.h"

#include <gtest/gtest.h>

#include <string>

#include "delta/text_limit.h"

namespace laguna::delta {
namespace {

DataType Struct(std::vector<StructField> fields) {
  return DataType(StructType{std::move(fields)});
}

std::string Text(const Schema& schema) {
  return DataType(schema).ToString();
}

Metadata Table(std::vector<StructField> fields, bool widening = false) {
  Metadata metadata;
  metadata.schema.fields = std::move(fields);
  if (widening) metadata.configuration["delta.enableTypeWidening"] = "true";
  return metadata;
}

TEST(EvolveSchema, PutsNewColumnsAndFieldsLast) {
  const DataType inner = Struct({{"x", Primitive::kLong, true, {}}});
  Metadata table = Table({{"a", Primitive::kInteger, false, {}},
                          {"s", inner, true, {}},
                          {"l", DataType(ArrayType{inner, true}), true, {}},
                          {"m", DataType(MapType{Primitive::kString, inner, false}), true, {}}});
  const DataType wider =
      Struct({{"y", Primitive::kDate, false, {}}, {"X", Primitive::kLong, true, {}}});
  const Schema rows{{{"new", Primitive::kString, false, {}},
                     {"M", DataType(MapType{Primitive::kString, wider, true}), true, {}},
                     {"L", DataType(ArrayType{wider, true}), true, {}},
                     {"S", wider, true, {}}}};
  EXPECT_TRUE(EvolveSchema(table, rows));
  EXPECT_EQ(Text(table.schema),
            "struct<a:int,s:struct<x:bigint,y:date>,l:array<struct<x:bigint,y:date>>,"
            "m:map<string,struct<x:bigint,y:date>>,new:string>");
  EXPECT_FALSE(table.schema.fields[0].nullable);
  EXPECT_TRUE(table.schema.fields[4].nullable);
  EXPECT_FALSE(table.schema.fields[3].type.AsMap()->value_contains_null);
  EXPECT_FALSE(EvolveSchema(table, rows));
}

TEST(EvolveSchema, LeavesTypesAloneWithoutWidening) {
  Metadata table = Table({{"a", Primitive::kInteger, true, {}}});
  const Metadata before = table;
  EXPECT_FALSE(EvolveSchema(table, {{{"a", Primitive::kLong, true, {}}}}));
  EXPECT_EQ(table, before);
}

struct WideningCase {
  DataType from;
  DataType to;
  // Empty: the type stays.
  std::string change;
};

TEST(EvolveSchema, WidensTypesThatHoldAllValues) {
  const WideningCase cases[] = {
      {Primitive::kByte, Primitive::kLong, R"([{"fromType":"byte","toType":"long"}])"},
      {Primitive::kShort, Primitive::kInteger, R"([{"fromType":"short","toType":"integer"}])"},
      {Primitive::kFloat, Primitive::kDouble, R"([{"fromType":"float","toType":"double"}])"},
      {Decimal{5, 2}, Decimal{10, 4},
       R"-([{"fromType":"decimal(5,2)","toType":"decimal(10,4)"}])-"},
      {DataType(ArrayType{Primitive::kShort, true}), DataType(ArrayType{Primitive::kLong, true}),
       R"([{"fieldPath":"element","fromType":"short","toType":"long"}])"},
      {Primitive::kLong, Primitive::kInteger, ""},
      {Primitive::kInteger, Primitive::kDouble, ""},
      {Decimal{5, 2}, Decimal{6, 4}, ""},
      {Primitive::kInteger, Primitive::kString, ""},
  };
  for (const WideningCase& test : cases) {
    Metadata table = Table({{"a", test.from, true, {}}}, true);
    EXPECT_EQ(EvolveSchema(table, {{{"a", test.to, true, {}}}}), !test.change.empty());
    const StructField& field = table.schema.fields[0];
    EXPECT_EQ(field.type, test.change.empty() ? test.from : test.to);
    const std::string* noted = field.FindMetadata("delta.typeChanges");
    EXPECT_EQ(noted == nullptr ? "" : *noted, test.change);
  }
}

TEST(EvolveSchema, KeepsTheHistoryOfATypesChanges) {
  Metadata table = Table({{"a", Primitive::kByte, true, {}}}, true);
  EvolveSchema(table, {{{"a", Primitive::kShort, true, {}}}});
  EvolveSchema(table, {{{"a", Primitive::kLong, true, {}}}});
  EXPECT_EQ(*table.schema.fields[0].FindMetadata("delta.typeChanges"),
            R"([{"fromType":"byte","toType":"short"},{"fromType":"short","toType":"long"}])");
}

// Spark reads a column's fields from it.
TEST(EvolveSchema, RestatesTheLengthsOfTexts) {
  StructField column{"s", Struct({{"x", Primitive::kString, true, {}}}), true, {}};
  SetTextLimits(column, {{{"x"}, {3, false}}});
  Metadata table = Table({column});
  const DataType wider = Struct({{"y", Primitive::kString, true, {}}});
  EXPECT_TRUE(EvolveSchema(table, {{{"s", wider, true, {}}}}));
  EXPECT_EQ(*table.schema.fields[0].FindMetadata("__CHAR_VARCHAR_TYPE_STRING"),
            R"("struct<x:varchar(3),y:string>")");
}

}  // namespace
}  // namespace laguna::delta
