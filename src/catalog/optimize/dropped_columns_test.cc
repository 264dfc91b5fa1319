// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/dropped_columns.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace laguna::catalog {
namespace {

using Columns = std::vector<ParquetColumn>;

delta::StructField Mapped(const std::string& name, int id, delta::DataType type) {
  return {name,
          std::move(type),
          true,
          {{"delta.columnMapping.id", std::to_string(id)},
           {"delta.columnMapping.physicalName", "\"col-" + name + "\""}}};
}

// a, s{x}, l[{y}], m{key: {z}}, p; ids 1 to 8.
delta::Metadata Table(const std::string& mode, const std::string& max_id) {
  const auto fields = [](const std::string& name, int id) {
    return delta::DataType(delta::StructType{{Mapped(name, id, delta::Primitive::kLong)}});
  };
  delta::Metadata metadata;
  metadata.schema.fields = {
      Mapped("a", 1, delta::Primitive::kLong), Mapped("s", 2, fields("x", 3)),
      Mapped("l", 4, delta::DataType(delta::ArrayType{fields("y", 5), true})),
      Mapped("m", 6,
             delta::DataType(delta::MapType{delta::Primitive::kString, fields("z", 7), true})),
      Mapped("p", 8, delta::Primitive::kLong)};
  metadata.partition_columns = {"p"};
  metadata.configuration = {{"delta.columnMapping.mode", mode},
                            {"delta.columnMapping.maxColumnId", max_id},
                            {"delta.rowTracking.materializedRowIdColumnName", "_row-id-1"}};
  return metadata;
}

ParquetColumn Group(const std::string& name, Columns children, bool repeated = false) {
  return {name, {}, repeated, std::move(children)};
}
ParquetColumn Value(const std::string& name, std::optional<int32_t> id = {}) {
  return {name, id, false, {}};
}

Columns TablesOwn() {
  return {
      Value("col-a"), Group("col-s", {Value("col-x")}),
      Group("col-l", {Group("list", {Group("element", {Value("col-y")})}, true)}),
      Group("col-m", {Group("key_value", {Value("key"), Group("value", {Value("col-z")})}, true)})};
}

bool HasMore(const Columns& columns, const std::string& mode = "name") {
  return HasDroppedColumns(Group("schema", columns), Table(mode, "9"));
}

TEST(DroppedColumns, AreThoseThatTheTableHasNot) {
  EXPECT_FALSE(HasMore(TablesOwn()));
  EXPECT_FALSE(HasMore({})) << "a file may have fewer";
  EXPECT_FALSE(HasMore({Value("col-p"), Value("_row-id-1"), Value("COL-A")}));
  EXPECT_TRUE(HasMore({Value("col-a"), Value("col-b")}));
  EXPECT_TRUE(HasMore({Value("a")})) << "files have physical names";
}

TEST(DroppedColumns, AreFoundInsideOfOthers) {
  Columns columns = TablesOwn();
  columns[1].children.push_back(Value("col-gone"));
  EXPECT_TRUE(HasMore(columns));
  columns = TablesOwn();
  columns[2].children[0].children[0].children.push_back(Value("col-gone"));
  EXPECT_TRUE(HasMore(columns));
  columns = TablesOwn();
  columns[3].children[0].children[1].children.push_back(Value("col-gone"));
  EXPECT_TRUE(HasMore(columns));
}

TEST(DroppedColumns, GoByIdWhereTheTableDoes) {
  EXPECT_FALSE(HasMore({Value("anything", 1)}, "id"));
  EXPECT_TRUE(HasMore({Value("col-a", 9)}, "id"));
  EXPECT_FALSE(HasMore({Value("col-a")}, "id")) << "a file without ids";
  EXPECT_TRUE(HasMore({Value("anything", 1)}, "name"));
}

TEST(DroppedColumns, CannotBeWhereEveryIdIsInTheSchema) {
  EXPECT_FALSE(MayHaveDroppedColumns(Table("none", "9")));
  EXPECT_FALSE(MayHaveDroppedColumns(Table("name", "8")));
  EXPECT_TRUE(MayHaveDroppedColumns(Table("name", "9")));
  EXPECT_TRUE(MayHaveDroppedColumns(Table("id", "100")));
}

}  // namespace
}  // namespace laguna::catalog
