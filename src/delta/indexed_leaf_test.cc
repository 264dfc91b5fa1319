// SPDX-License-Identifier: Apache-2.0
#include "delta/indexed_leaf.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/properties.h"

namespace laguna::delta {
namespace {

StructField Field(const std::string& name, DataType type = Primitive::kInteger) {
  return {name, std::move(type), true, {}};
}

Metadata OddTable(const std::string& list) {
  Metadata metadata;
  StructType inner{{Field("x, y"), Field("z", Primitive::kBinary)}};
  StructType in_map{{Field("x")}};
  metadata.schema.fields = {Field("a"),
                            Field("b c"),
                            Field("s.t", DataType(std::move(inner))),
                            Field("q`\"'"),
                            Field("p"),
                            Field("s", DataType(ArrayType{})),
                            Field("f", Primitive::kBoolean),
                            Field("m", DataType(MapType{DataType(Primitive::kString),
                                                        DataType(std::move(in_map)), true}))};
  metadata.partition_columns = {"p"};
  metadata.configuration[kStatisticsColumns] = list;
  return metadata;
}

std::vector<ColumnPath> Paths(const Metadata& metadata) {
  std::vector<ColumnPath> paths;
  for (const IndexedLeaf& leaf : IndexedLeavesOf(metadata)) paths.push_back(leaf.path);
  return paths;
}

TEST(IndexedLeaf, IsNamedAsSparkNamesIt) {
  using Columns = std::vector<ColumnPath>;
  EXPECT_EQ(Paths(OddTable("`b c`, A")), (Columns{{"a"}, {"b c"}}));
  EXPECT_EQ(Paths(OddTable("`s.t`")), (Columns{{"s.t", "x, y"}, {"s.t", "z"}}));
  EXPECT_EQ(Paths(OddTable("`s.t`.`X, y`,`q``\"'`")), (Columns{{"s.t", "x, y"}, {"q`\"'"}}));
  EXPECT_EQ(Paths(OddTable("s.t")), Columns{});
  EXPECT_EQ(Paths(OddTable("")), Columns{});
}

TEST(IndexedLeaf, IsOneOfTheFirst) {
  Metadata metadata = OddTable("");
  metadata.configuration = {{kIndexedColumns, "2"}};
  EXPECT_EQ(Paths(metadata).size(), 2u);
  metadata.configuration = {{kIndexedColumns, "-1"}};
  EXPECT_EQ(Paths(metadata).size(), 8u);
  metadata.configuration = {{kIndexedColumns, "some"}};
  EXPECT_EQ(Paths(metadata).size(), 8u) << "as if it were not said";
}

struct ListCase {
  std::string list;
  // Part of the message; empty: it is taken.
  std::string refusal;
};

TEST(IndexedLeaf, IsOfAColumnThatCanHaveStatistics) {
  const ListCase cases[] = {
      {"", ""},
      {"a, `b c`, `s.t`", ""},
      {"`s.t`.`x, y`", ""},
      {"nope", "names nope: there is no such column"},
      {"`s.t`.y", "names `s.t`.y: there is no such column"},
      {"a.b", "names a.b: there is no such column"},
      {"s.element", "names s.element: it lies inside of an array"},
      {"m.value.x", "names m.value.x: it lies inside of an array or a map"},
      {"m.value.y", "names m.value.y: there is no such column"},
      {"p", "names p: the table is partitioned by it"},
      {"s", "a column of type array<void> has no least and greatest value"},
      {"f", "a column of type boolean has no"},
      {"a,A", "names A: it is named twice"},
  };
  for (const ListCase& test : cases) {
    std::string said;
    try {
      CheckStatisticsColumns(OddTable(test.list), "bronze.t");
    } catch (const base::Error& error) {
      said = error.sentence();
    }
    EXPECT_EQ(said.empty(), test.refusal.empty()) << test.list << ": " << said;
    EXPECT_NE(said.find(test.refusal), std::string::npos) << test.list << ": " << said;
  }
}

}  // namespace
}  // namespace laguna::delta
