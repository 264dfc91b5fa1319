// SPDX-License-Identifier: Apache-2.0
#include "delta/schema_edit.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.h"
#include "delta/column_mapping.h"

namespace laguna::delta {
namespace {

using Place = FieldPosition::Place;

DataType Struct(std::vector<StructField> fields) {
  return DataType(StructType{std::move(fields)});
}

// k int, s struct<a:int>, l array<struct<x:int>>, m map<string,int>
Metadata Table(Properties properties = {}) {
  Metadata metadata;
  metadata.schema.fields = {
      {"k", Primitive::kInteger, true, {}},
      {"s", Struct({{"a", Primitive::kInteger, true, {}}}), true, {}},
      {"l", DataType(ArrayType{Struct({{"x", Primitive::kInteger, true, {}}}), true}), true, {}},
      {"m", DataType(MapType{Primitive::kString, Primitive::kInteger, true}), true, {}}};
  metadata.configuration = std::move(properties);
  return metadata;
}

std::string Text(const SchemaEdit& edit) {
  return DataType(edit.metadata().schema).ToString();
}

class SchemaEdits : public ::testing::Test {
 protected:
  SchemaEdit On(const Metadata& metadata) { return {metadata, "bronze.t", random_}; }
  SchemaEdit On(Properties properties = {}) { return On(Table(std::move(properties))); }

  base::SeededRandom random_{3};
};

StructField Field(const std::string& name, DataType type = Primitive::kLong) {
  return {name, std::move(type), true, {}};
}

std::string CodeOf(const std::function<void()>& run) {
  try {
    run();
  } catch (const base::Error& error) {
    return error.code();
  }
  return "";
}

TEST_F(SchemaEdits, AddColumnsAndFieldsWhereTheyAreWanted) {
  SchemaEdit edit = On();
  edit.Add({}, Field("last"), {});
  edit.Add({}, Field("first"), {Place::kFirst, ""});
  edit.Add({}, Field("n"), {Place::kAfter, "K"});
  edit.Add({"S"}, Field("b"), {Place::kFirst, ""});
  edit.Add({"l", "element"}, Field("y"), {});
  EXPECT_EQ(Text(edit),
            "struct<first:bigint,k:int,n:bigint,s:struct<b:bigint,a:int>,"
            "l:array<struct<x:int,y:bigint>>,m:map<string,int>,last:bigint>");
  EXPECT_FALSE(edit.switched_mapping_on());
}

TEST_F(SchemaEdits, RefuseColumnsThatCannotBeAdded) {
  SchemaEdit edit = On();
  const Metadata before = edit.metadata();
  EXPECT_EQ(CodeOf([&] { edit.Add({}, Field("K"), {}); }), "alter.column_exists");
  EXPECT_EQ(CodeOf([&] { edit.Add({"s"}, Field("A"), {}); }), "alter.column_exists");
  EXPECT_EQ(CodeOf([&] { edit.Add({"k"}, Field("a"), {}); }), "alter.no_struct");
  EXPECT_EQ(CodeOf([&] { edit.Add({"l"}, Field("a"), {}); }), "alter.no_struct");
  EXPECT_EQ(CodeOf([&] { edit.Add({"x"}, Field("a"), {}); }), "alter.unknown_column");
  EXPECT_EQ(CodeOf([&] {
              edit.Add({}, Field("a"), {Place::kAfter, "z"});
            }),
            "alter.unknown_column");
  EXPECT_EQ(CodeOf([&] {
              edit.Add({}, {"a", Primitive::kLong, false, {}}, {});
            }),
            "alter.not_null_column");
  EXPECT_EQ(edit.metadata(), before);
}

TEST_F(SchemaEdits, MapNewFieldsOfMappedTablesToNamesNoFileHas) {
  Metadata mapped = Table({{"delta.columnMapping.mode", "name"}});
  MapColumns(mapped, nullptr, random_);
  SchemaEdit edit = On(mapped);
  edit.Drop({"k"});
  edit.Add({}, Field("k"), {});
  const StructField& again = edit.Get({"k"});
  EXPECT_TRUE(again.PhysicalName().starts_with("col-"));
  EXPECT_NE(again.PhysicalName(), mapped.schema.fields[0].PhysicalName());
  EXPECT_GT(again.FieldId().value(), 6);
}

TEST_F(SchemaEdits, SwitchMappingOnBeforeTheyDropOrRename) {
  SchemaEdit edit = On();
  edit.Drop({"k"});
  edit.Rename({"s", "a"}, "b");
  EXPECT_TRUE(edit.switched_mapping_on());
  EXPECT_EQ(edit.metadata().configuration.at("delta.columnMapping.mode"), "name");
  EXPECT_EQ(Text(edit), "struct<s:struct<b:int>,l:array<struct<x:int>>,m:map<string,int>>");
  EXPECT_EQ(edit.Get({"s", "b"}).PhysicalName(), "a");
  EXPECT_EQ(edit.Get({"s"}).PhysicalName(), "s");
}

TEST_F(SchemaEdits, RefuseToDropWhatTheTableNeeds) {
  Metadata table = Table();
  table.partition_columns = {"k"};
  SchemaEdit edit = On(table);
  EXPECT_EQ(CodeOf([&] { edit.Drop({"K"}); }), "alter.drop_column");
  EXPECT_EQ(CodeOf([&] { edit.Drop({"s", "a"}); }), "alter.drop_column");
  EXPECT_EQ(CodeOf([&] { edit.Drop({"l", "element"}); }), "alter.no_struct");
  EXPECT_EQ(CodeOf([&] { edit.Drop({"nope"}); }), "alter.unknown_column");
  EXPECT_EQ(edit.metadata(), table);
}

TEST_F(SchemaEdits, RenameWhatNamesTheColumnToo) {
  Metadata table = Table({{"delta.dataSkippingStatsColumns", "k,s.a,`m`"}});
  table.partition_columns = {"k"};
  SchemaEdit edit = On(table);
  edit.Rename({"K"}, "key");
  edit.Rename({"s"}, "odd name");
  edit.Drop({"m"});
  EXPECT_EQ(edit.metadata().partition_columns, std::vector<std::string>{"key"});
  EXPECT_EQ(edit.metadata().configuration.at("delta.dataSkippingStatsColumns"), "key,`odd name`.a");
  EXPECT_EQ(CodeOf([&] { edit.Rename({"key"}, "L"); }), "alter.column_exists");
  edit.Rename({"key"}, "KEY");
  EXPECT_EQ(edit.metadata().schema.fields[0].name, "KEY");
}

TEST_F(SchemaEdits, MoveColumnsAmongTheirBrothers) {
  SchemaEdit edit = On();
  edit.Move({"m"}, {Place::kFirst, ""});
  edit.Move({"k"}, {Place::kAfter, "l"});
  EXPECT_EQ(Text(edit), "struct<m:map<string,int>,s:struct<a:int>,l:array<struct<x:int>>,k:int>");
  EXPECT_EQ(CodeOf([&] { edit.Move({"k"}, {Place::kAfter, "K"}); }), "alter.position");
  EXPECT_EQ(CodeOf([&] { edit.Move({"k"}, {Place::kAfter, "a"}); }), "alter.unknown_column");
}

TEST_F(SchemaEdits, WidenTypesAtAnyDepthAndNoteIt) {
  SchemaEdit edit = On(Properties{{"delta.enableTypeWidening", "true"}});
  edit.ChangeType({"k"}, Primitive::kLong);
  edit.ChangeType({"s", "a"}, Primitive::kDouble);
  edit.ChangeType({"l", "element", "x"}, Primitive::kLong);
  edit.ChangeType({"m", "value"}, Decimal{12, 2});
  EXPECT_EQ(Text(edit),
            "struct<k:bigint,s:struct<a:double>,l:array<struct<x:bigint>>,"
            "m:map<string,decimal(12,2)>>");
  EXPECT_EQ(*edit.Get({"k"}).FindMetadata("delta.typeChanges"),
            R"([{"fromType":"integer","toType":"long"}])");
  EXPECT_NE(edit.Get({"l", "element", "x"}).FindMetadata("delta.typeChanges"), nullptr);
  EXPECT_EQ(*edit.Get({"m"}).FindMetadata("delta.typeChanges"),
            R"-([{"fieldPath":"value","fromType":"integer","toType":"decimal(12,2)"}])-");
}

TEST_F(SchemaEdits, WidenAWholeTypeFieldByField) {
  SchemaEdit edit = On(Properties{{"delta.enableTypeWidening", "true"}});
  edit.ChangeType({"l"}, DataType(ArrayType{Struct({Field("X")}), true}));
  EXPECT_EQ(edit.Get({"l"}).type.ToString(), "array<struct<x:bigint>>");
  EXPECT_NE(edit.Get({"l", "element", "x"}).FindMetadata("delta.typeChanges"), nullptr);
  EXPECT_EQ(CodeOf([&] {
              edit.ChangeType({"s"}, Struct({Field("a"), Field("b")}));
            }),
            "alter.type_change");
}

TEST_F(SchemaEdits, RefuseTypesThatLoseValues) {
  SchemaEdit widening = On(Properties{{"delta.enableTypeWidening", "true"}});
  EXPECT_EQ(CodeOf([&] { widening.ChangeType({"k"}, Primitive::kShort); }), "alter.type_change");
  EXPECT_EQ(CodeOf([&] { widening.ChangeType({"k"}, Primitive::kString); }), "alter.type_change");
  SchemaEdit fixed = On();
  EXPECT_EQ(CodeOf([&] { fixed.ChangeType({"k"}, Primitive::kLong); }), "alter.type_widening");
  fixed.ChangeType({"k"}, Primitive::kInteger);
  EXPECT_EQ(fixed.metadata(), Table());
}

// The column says the lengths of all texts inside of it.
TEST_F(SchemaEdits, KeepTheLengthsOfTexts) {
  constexpr const char* kKey = "__CHAR_VARCHAR_TYPE_STRING";
  const DataType text = Primitive::kString;
  Metadata table = Table({{"delta.enableTypeWidening", "true"}});
  table.schema.fields.push_back(Field("v", text));
  table.schema.fields[1].type = Struct({Field("a", Primitive::kInteger), Field("t", text)});
  SetTextLimits(table.schema.fields[1], {{{"t"}, {3, false}}});
  SetTextLimits(table.schema.fields[4], {{{}, {5, false}}});
  SchemaEdit edit = On(table);
  edit.Rename({"s", "t"}, "u");
  edit.ChangeType({"s", "a"}, Primitive::kLong);
  StructField more = Field("w", text);
  SetTextLimits(more, {{{}, {1, true}}});
  edit.Add({"s"}, more, {Place::kFirst, ""});
  EXPECT_EQ(*edit.Get({"s"}).FindMetadata(kKey), R"("struct<w:char(1),a:bigint,u:varchar(3)>")");
  edit.ChangeType({"s", "u"}, text, {{{}, {4, false}}});
  edit.Drop({"s", "w"});
  EXPECT_EQ(*edit.Get({"s"}).FindMetadata(kKey), R"("struct<a:bigint,u:varchar(4)>")");
  EXPECT_EQ(CodeOf([&] { edit.ChangeType({"v"}, text, {{{}, {4, false}}}); }), "alter.text_limit");
  EXPECT_EQ(CodeOf([&] { edit.ChangeType({"v"}, text, {{{}, {9, true}}}); }), "alter.text_limit");
  edit.ChangeType({"v"}, text);
  EXPECT_EQ(edit.Get({"v"}).FindMetadata(kKey), nullptr);
  EXPECT_EQ(CodeOf([&] { edit.ChangeType({"v"}, text, {{{}, {9, false}}}); }), "alter.text_limit");
}

TEST_F(SchemaEdits, ChangeCommentsAndNullability) {
  Metadata table = Table();
  table.schema.fields[0].nullable = false;
  SchemaEdit edit = On(table);
  edit.SetComment({"s", "a"}, "it's \"a\"");
  EXPECT_EQ(edit.Get({"s", "a"}).Comment(), "it's \"a\"");
  edit.SetComment({"s", "a"}, "other");
  EXPECT_EQ(edit.Get({"s", "a"}).metadata.size(), 1U);
  edit.SetComment({"s", "a"}, std::nullopt);
  EXPECT_TRUE(edit.Get({"s", "a"}).metadata.empty());
  edit.AllowNull({"k"});
  EXPECT_EQ(edit.metadata(), Table());
}

}  // namespace
}  // namespace laguna::delta
