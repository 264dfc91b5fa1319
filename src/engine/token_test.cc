// SPDX-License-Identifier: Apache-2.0
#include "engine/token.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/script.h"

namespace laguna::engine {
namespace {

// A reader over the first statement of a text.
class Reading {
 public:
  explicit Reading(std::string text)
      : script_(std::move(text), "s.sql"),
        reader_(script_, script_.statements().at(0).tokens, "DO THIS name") {}
  TokenReader* operator->() { return &reader_; }

 private:
  Script script_;
  TokenReader reader_;
};

TEST(TokenReader, TakesNamesWithAndWithoutQuotes) {
  Reading reading("lake.\"a \"\"b\".`c ``d`");
  const QualifiedName name = reading->TakeQualifiedName();
  EXPECT_EQ(name.parts, (std::vector<std::string>{"lake", "a \"b", "c `d"}));
  EXPECT_EQ(name.ToString(), "lake.\"a \"\"b\".\"c `d\"");
  EXPECT_TRUE(reading->AtEnd());
}

TEST(TokenReader, RefusesAFourthPart) {
  Reading reading("a.b.c.d");
  EXPECT_THROW(reading->TakeQualifiedName(), base::Error);
}

TEST(TokenReader, TakesKeywordsStringsAndNumbers) {
  Reading reading("retain 'it''s' $$raw$$ -7 1_000");
  EXPECT_FALSE(reading->Accept("LIMIT"));
  reading->Take("RETAIN");
  EXPECT_EQ(reading->TakeString(), "it's");
  EXPECT_EQ(reading->TakeString(), "raw");
  EXPECT_EQ(reading->TakeInteger(), -7);
  EXPECT_EQ(reading->TakeInteger(), 1000);
  reading->TakeEnd();
}

TEST(TokenReader, RefusesNumbersThatDoNotFit) {
  EXPECT_THROW(Reading("99999999999999999999")->TakeInteger(), base::Error);
  EXPECT_THROW(Reading("1.5")->TakeInteger(), base::Error);
}

TEST(TokenReader, TakesSourceUpToAStopWordOutsideParentheses) {
  Reading reading("a = (select 1 /* x */ zorder) and b zorder by c");
  EXPECT_EQ(reading->TakeSource({"ZORDER"}), "a = (select 1 /* x */ zorder) and b");
  reading->Take("ZORDER");
  reading->Take("BY");
  EXPECT_EQ(reading->TakeSource(), "c");
  EXPECT_THROW(reading->TakeSource(), base::Error);
}

TEST(TokenReader, PlacesWhatItDidNotExpect) {
  Reading reading("tabla");
  try {
    reading->Take("TABLE");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "sql.syntax");
    EXPECT_EQ(error.sentence(), "Expected TABLE here, but found tabla.");
    EXPECT_EQ(error.hint(), "The syntax is: DO THIS name");
    EXPECT_EQ(error.place()->column, 1);
    EXPECT_EQ(error.place()->length, 5);
  }
}

TEST(TokenReader, PlacesTheEnd) {
  Reading reading("a");
  reading->TakeIdentifier();
  EXPECT_EQ(reading->Expected("a name").sentence(),
            "Expected a name here, but the statement ends.");
  EXPECT_EQ(reading->Expected("a name").place()->column, 2);
}

}  // namespace
}  // namespace laguna::engine
