// SPDX-License-Identifier: Apache-2.0
#include "delta/column_mapping.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "delta/codec/action_json.h"
#include "delta/codec/schema_json.h"

namespace laguna::delta {
namespace {

constexpr std::string_view kField =
    R"({"name":"a","type":{"type":"array","elementType":{"type":"struct","fields":[)"
    R"({"name":"b","type":"long","nullable":true,"metadata":{"delta.columnMapping.id":2,)"
    R"("delta.columnMapping.physicalName":"col-b"}}]},"containsNull":true},"nullable":true,)"
    R"("metadata":{"comment":"c","delta.columnMapping.physicalName":"col-a"}})";

Metadata WithMode(const std::string& mode) {
  Metadata metadata;
  metadata.schema = ParseSchema(R"({"type":"struct","fields":[)" + std::string(kField) + "]}");
  if (!mode.empty()) metadata.configuration["delta.columnMapping.mode"] = mode;
  return metadata;
}

TEST(ColumnMapping, IsWhatThePropertySays) {
  EXPECT_EQ(ColumnMappingOf(WithMode("")), ColumnMapping::kNone);
  EXPECT_EQ(ColumnMappingOf(WithMode("none")), ColumnMapping::kNone);
  EXPECT_EQ(ColumnMappingOf(WithMode("name")), ColumnMapping::kName);
  EXPECT_EQ(ColumnMappingOf(WithMode("id")), ColumnMapping::kId);
}

TEST(ColumnMapping, MeansNothingWithoutAMode) {
  for (const char* mode : {"", "none", "name"}) {
    auto metadata = WithMode(mode);
    DropUnusedMapping(metadata);
    const bool is_mapped = std::string(mode) == "name";
    const auto& field = metadata.schema.fields.front();
    const auto& inner = field.type.AsArray()->element.AsStruct()->fields.front();
    EXPECT_EQ(field.PhysicalName(), is_mapped ? "col-a" : "a") << mode;
    EXPECT_EQ(inner.PhysicalName(), is_mapped ? "col-b" : "b") << mode;
    EXPECT_EQ(inner.FieldId().has_value(), is_mapped) << mode;
    EXPECT_EQ(field.Comment(), "c");
  }
}

// "a:1 b:2", by physical names where they are not random.
std::string MappingOf(const StructType& type) {
  std::string text;
  for (const StructField& field : type.fields) {
    const std::string name = field.PhysicalName();
    text += (name.starts_with("col-") ? "*" : name) + ":" +
            std::to_string(field.FieldId().value_or(0)) + " ";
    if (const StructType* fields = field.type.AsStruct()) text += MappingOf(*fields);
    if (const ArrayType* array = field.type.AsArray()) {
      text += MappingOf(*array->element.AsStruct());
    }
  }
  return text;
}

// a array<struct<b bigint>>, c bigint, without any mapping.
Metadata Unmapped(const std::string& mode) {
  Metadata metadata;
  StructType inner;
  inner.fields.push_back({"b", Primitive::kLong, true, {}});
  metadata.schema.fields.push_back(
      {"a", DataType(ArrayType{DataType(std::move(inner)), true}), true, {}});
  metadata.schema.fields.push_back({"c", Primitive::kLong, true, {}});
  if (!mode.empty()) metadata.configuration["delta.columnMapping.mode"] = mode;
  return metadata;
}

TEST(MapColumns, NamesEveryFieldOfANewTableAtRandom) {
  for (const char* mode : {"name", "id"}) {
    base::SeededRandom random(1);
    Metadata metadata = Unmapped(mode);
    MapColumns(metadata, nullptr, random);
    EXPECT_EQ(MappingOf(metadata.schema), "*:1 *:2 *:3 ");
    EXPECT_NE(metadata.schema.fields[0].PhysicalName(), metadata.schema.fields[1].PhysicalName());
    EXPECT_EQ(metadata.configuration["delta.columnMapping.maxColumnId"], "3");
  }
}

TEST(MapColumns, LeavesTablesWithoutMappingAlone) {
  base::SeededRandom random(1);
  Metadata metadata = Unmapped("");
  MapColumns(metadata, nullptr, random);
  EXPECT_EQ(metadata, Unmapped(""));
}

TEST(MapColumns, KeepsTheNamesThatFilesHave) {
  base::SeededRandom random(1);
  const Metadata before = Unmapped("");
  Metadata metadata = Unmapped("name");
  metadata.schema.fields.push_back({"d", Primitive::kLong, true, {}});
  MapColumns(metadata, &before, random);
  EXPECT_EQ(MappingOf(metadata.schema), "a:1 b:2 c:3 *:4 ");
}

TEST(MapColumns, NumbersNewFieldsBehindAllThereEverWere) {
  base::SeededRandom random(1);
  Metadata before = Unmapped("name");
  MapColumns(before, nullptr, random);
  Metadata after = before;
  after.schema.fields.pop_back();
  after.schema.fields.push_back({"d", Primitive::kLong, true, {}});
  MapColumns(after, &before, random);
  EXPECT_EQ(MappingOf(after.schema), "*:1 *:2 *:4 ");
  EXPECT_EQ(after.schema.fields[0], before.schema.fields[0]);
  EXPECT_EQ(after.configuration["delta.columnMapping.maxColumnId"], "4");
}

TEST(MapNewColumns, KeepsTheFieldsOfTheReplacedTableThatStayWhatTheyAre) {
  base::SeededRandom random(1);
  Metadata replaced = Unmapped("name");
  MapColumns(replaced, nullptr, random);
  Metadata metadata = Unmapped("name");
  metadata.schema.fields[1].type = Primitive::kString;
  metadata.schema.fields.push_back({"d", Primitive::kLong, true, {}});
  MapNewColumns(metadata, &replaced, random);
  EXPECT_EQ(MappingOf(metadata.schema), "*:1 *:2 *:4 *:5 ");
  EXPECT_EQ(metadata.schema.fields[0], replaced.schema.fields[0]);
  EXPECT_NE(metadata.schema.fields[1].PhysicalName(), replaced.schema.fields[1].PhysicalName());
  EXPECT_EQ(metadata.configuration["delta.columnMapping.maxColumnId"], "5");
}

TEST(MapNewColumns, BeginsAnewInAnotherMode) {
  for (const char* before : {"", "name"}) {
    base::SeededRandom random(1);
    Metadata replaced = Unmapped(before);
    MapColumns(replaced, nullptr, random);
    Metadata metadata = Unmapped("id");
    MapNewColumns(metadata, &replaced, random);
    EXPECT_EQ(MappingOf(metadata.schema), "*:1 *:2 *:3 ") << before;
    EXPECT_NE(metadata.schema.fields[0].PhysicalName(), replaced.schema.fields[0].PhysicalName());
  }
}

TEST(MapColumns, RefusesChangesThatWouldLoseColumns) {
  const std::pair<const char*, const char*> changes[] = {
      {"name", "id"}, {"name", ""}, {"id", "name"}, {"", "id"}};
  for (const auto& [from, to] : changes) {
    base::SeededRandom random(1);
    const Metadata before = Unmapped(from);
    Metadata after = Unmapped(to);
    EXPECT_THROW(MapColumns(after, &before, random), base::Error) << from << " -> " << to;
  }
}

}  // namespace
}  // namespace laguna::delta
