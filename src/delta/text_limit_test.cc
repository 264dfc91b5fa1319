// SPDX-License-Identifier: Apache-2.0
#include "delta/text_limit.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace laguna::delta {
namespace {

constexpr const char* kKey = "__CHAR_VARCHAR_TYPE_STRING";

DataType Struct(std::vector<StructField> fields) {
  return DataType(StructType{std::move(fields)});
}

StructField Field(DataType type, const std::string& said) {
  return {"c", std::move(type), true, {{kKey, '"' + said + '"'}}};
}

// "a=varchar(5) l.element=char(2)".
std::string Shown(const TextLimits& limits) {
  std::string shown;
  for (const LimitedText& text : limits) {
    if (!shown.empty()) shown += ' ';
    shown += (text.path.empty() ? "" : PathText(text.path) + "=") + text.limit.ToString();
  }
  return shown;
}

TEST(TextLimit, ReadsSparksTextOfATypeAndWritesItAgain) {
  const DataType text = Primitive::kString;
  const DataType number = Primitive::kInteger;
  const DataType odd = Struct({{"a b", text, true, {}}, {"n", number, true, {}}});
  const struct {
    DataType type;
    std::string said;
    std::string limits;
  } cases[] = {
      {text, "varchar(5)", "varchar(5)"},
      {text, "char(2147483647)", "char(2147483647)"},
      {DataType(ArrayType{text, true}), "array<varchar(3)>", "element=varchar(3)"},
      {DataType(MapType{text, text, true}), "map<char(2),string>", "key=char(2)"},
      {Struct({{"x", text, true, {}}, {"d", Decimal{10, 2}, true, {}}, {"y", text, true, {}}}),
       "struct<x:varchar(1),d:decimal(10,2),y:char(9)>", "x=varchar(1) y=char(9)"},
      {DataType(ArrayType{odd, true}), "array<struct<`a b`:varchar(4),n:int>>",
       "element.`a b`=varchar(4)"},
  };
  for (const auto& test : cases) {
    StructField field = Field(test.type, test.said);
    const TextLimits limits = TextLimitsOf(field);
    EXPECT_EQ(Shown(limits), test.limits);
    SetTextLimits(field, limits);
    EXPECT_EQ(*field.FindMetadata(kKey), '"' + test.said + '"');
    EXPECT_EQ(TypeText(field.type, limits), test.said);
    SetTextLimits(field, {});
    EXPECT_EQ(field.FindMetadata(kKey), nullptr);
  }
}

TEST(TextLimit, ReadsNamesThatSparkWritesAsTheyAre) {
  EXPECT_EQ(Shown(TextLimitsOf(Field(Primitive::kString, "struct<a b:varchar(4), C:char(1)>"))),
            "`a b`=varchar(4) C=char(1)");
}

TEST(TextLimit, RefusesWhatSaysNoType) {
  for (const char* said : {"", "varchar", "varchar(x)", "varchar(5", "array<varchar(5)", "struct<>",
                           "struct<a>", "varchar(5)>", "varchar(99999999999)", "varchar(-1)"}) {
    EXPECT_THROW(static_cast<void>(TextLimitsOf(Field(Primitive::kString, said))), base::Error)
        << said;
  }
}

// Fields that were added later say their limits themselves; the column says them all again once a
// field comes, goes or changes its name.
TEST(TextLimit, RestatesWhatFieldsSay) {
  StructField inner = Field(Primitive::kString, "varchar(7)");
  inner.name = "later";
  StructField column = Field(Struct({{"x", Primitive::kString, true, {}}, inner}),
                             "struct<x:char(2),gone:varchar(3)>");
  RestateTextLimits(column);
  EXPECT_EQ(*column.FindMetadata(kKey), R"("struct<x:char(2),later:varchar(7)>")");
  EXPECT_EQ(column.type.AsStruct()->fields[1].FindMetadata(kKey), nullptr);
  StructField plain{"p", Struct({{"x", Primitive::kString, true, {}}}), true, {}};
  const StructField before = plain;
  RestateTextLimits(plain);
  EXPECT_EQ(plain, before);
}

// "ab" stays, "ab.." is filled up with two spaces, nothing is too long.
std::string Fitted(const std::string& text, const TextLimit& limit) {
  const auto fitted = FitText(text, limit);
  return fitted ? text.substr(0, fitted->bytes) + std::string(fitted->spaces, '.') : "too long";
}

TEST(TextLimit, HoldsTextsAsSparkDoes) {
  const TextLimit varchar{3, false};
  EXPECT_EQ(Fitted("", varchar), "");
  EXPECT_EQ(Fitted("ab ", varchar), "ab ");
  EXPECT_EQ(Fitted("abc   ", varchar), "abc");
  EXPECT_EQ(Fitted("a     ", varchar), "a  ");
  EXPECT_EQ(Fitted("abcd", varchar), "too long");
  EXPECT_EQ(Fitted("abcd  ", varchar), "too long");
  EXPECT_EQ(Fitted("abc\t", varchar), "too long");
  EXPECT_EQ(Fitted("äöü", varchar), "äöü");
  EXPECT_EQ(Fitted("äöü ", varchar), "äöü");
  EXPECT_EQ(Fitted("äöüx", varchar), "too long");
  const TextLimit padded{3, true};
  EXPECT_EQ(Fitted("", padded), "...");
  EXPECT_EQ(Fitted("ä", padded), "ä..");
  EXPECT_EQ(Fitted("abc", padded), "abc");
  EXPECT_EQ(Fitted("abc ", padded), "abc");
  EXPECT_EQ(Fitted("abcd", padded), "too long");
}

TEST(TextLimit, KnowsWhichLimitHoldsAllOfAnother) {
  const TextLimit varchar5{5, false};
  const TextLimit varchar9{9, false};
  const TextLimit char5{5, true};
  const TextLimit char9{9, true};
  EXPECT_TRUE(HoldsAll(varchar5, varchar9));
  EXPECT_TRUE(HoldsAll(varchar5, varchar5));
  EXPECT_TRUE(HoldsAll(char5, varchar5));
  EXPECT_TRUE(HoldsAll(char5, char5));
  EXPECT_TRUE(HoldsAll(char5, std::nullopt));
  EXPECT_FALSE(HoldsAll(varchar9, varchar5));
  EXPECT_FALSE(HoldsAll(std::nullopt, varchar9));
  EXPECT_FALSE(HoldsAll(char5, char9));
  EXPECT_FALSE(HoldsAll(varchar5, char5));
}

}  // namespace
}  // namespace laguna::delta
