// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/column_resolution.h"

#include <gtest/gtest.h>

namespace laguna::catalog {
namespace {

using duckdb::LogicalType;
using duckdb::MultiFileColumnDefinition;

MultiFileColumnDefinition Column(const char* name, const LogicalType& type, int id = -1) {
  auto column = MultiFileColumnDefinition::CreateFromNameAndType(name, type);
  if (id >= 0) column.identifier = duckdb::Value::INTEGER(id);
  return column;
}

delta::StructField MakeField(const char* name, delta::DataType type) {
  return {.name = name, .type = std::move(type), .nullable = true, .metadata = {}};
}

delta::StructField Mapped(const char* name, const char* physical, int id, delta::DataType type) {
  auto field = MakeField(name, std::move(type));
  field.metadata = {
      {.key = "delta.columnMapping.id", .json = std::to_string(id)},
      {.key = "delta.columnMapping.physicalName", .json = '"' + std::string(physical) + '"'}};
  return field;
}

std::string IdentifierOf(const MultiFileColumnDefinition& column) {
  return column.identifier.GetValue<std::string>();
}

TEST(ColumnResolution, MatchesByPhysicalName) {
  delta::Metadata metadata;
  metadata.configuration["delta.columnMapping.mode"] = "name";
  metadata.schema.fields = {Mapped("price", "col-1", 7, delta::Primitive::kLong)};
  const auto columns = ResolveColumns(
      metadata, {Column("price", LogicalType::BIGINT, 3), Column("col-1", LogicalType::BIGINT, 8)});
  ASSERT_EQ(columns.size(), 1U);
  EXPECT_EQ(columns[0].name, "price");
  EXPECT_EQ(IdentifierOf(columns[0]), "col-1");
}

TEST(ColumnResolution, MatchesByFieldIdWhereTheTableMapsById) {
  delta::Metadata metadata;
  metadata.configuration["delta.columnMapping.mode"] = "id";
  metadata.schema.fields = {Mapped("price", "col-1", 7, delta::Primitive::kLong)};
  const auto columns = ResolveColumns(
      metadata, {Column("col-1", LogicalType::BIGINT, 3), Column("other", LogicalType::BIGINT, 7)});
  EXPECT_EQ(IdentifierOf(columns[0]), "other");
}

TEST(ColumnResolution, AMissingFieldMatchesNothingAndIsNull) {
  delta::Metadata metadata;
  metadata.schema.fields = {MakeField("added", delta::Primitive::kString)};
  const auto columns = ResolveColumns(metadata, {Column("a", LogicalType::BIGINT)});
  EXPECT_NE(IdentifierOf(columns[0]), "a");
  EXPECT_TRUE(columns[0].GetDefaultValue().IsNull());
}

TEST(ColumnResolution, MatchesFieldsInsideLists) {
  delta::Metadata metadata;
  const delta::DataType item(delta::StructType{{MakeField("a", delta::Primitive::kLong)}});
  metadata.schema.fields = {MakeField("items", delta::DataType(delta::ArrayType{.element = item}))};
  auto element = Column("item", LogicalType::STRUCT({{"A", LogicalType::BIGINT}}));
  auto list = Column("items", LogicalType::LIST(element.type));
  list.children = {element};
  const auto columns = ResolveColumns(metadata, {list});
  ASSERT_EQ(columns[0].children.size(), 1U);
  EXPECT_EQ(IdentifierOf(columns[0].children[0]), "item");
  EXPECT_EQ(IdentifierOf(columns[0].children[0].children[0]), "A");
}

TEST(ColumnResolution, UnmarkedTimestampsOfInstantColumnsAreInstants) {
  delta::Metadata metadata;
  const delta::DataType inner(delta::StructType{{MakeField("t", delta::Primitive::kTimestamp)}});
  metadata.schema.fields = {MakeField("at", delta::Primitive::kTimestamp),
                            MakeField("wall", delta::Primitive::kTimestampNtz),
                            MakeField("s", inner)};
  FileColumns columns{Column("at", LogicalType::TIMESTAMP), Column("wall", LogicalType::TIMESTAMP),
                      Column("s", LogicalType::STRUCT({{"t", LogicalType::TIMESTAMP}}))};
  AdoptTypes(metadata, {0, 1, 2}, columns);
  EXPECT_EQ(columns[0].type, LogicalType::TIMESTAMP_TZ);
  EXPECT_EQ(columns[1].type, LogicalType::TIMESTAMP);
  EXPECT_EQ(columns[2].type, LogicalType::STRUCT({{"t", LogicalType::TIMESTAMP_TZ}}));
}

}  // namespace
}  // namespace laguna::catalog
