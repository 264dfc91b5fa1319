// SPDX-License-Identifier: Apache-2.0
#include "engine/script.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace laguna::engine {
namespace {

std::vector<std::string> StatementsOf(const std::string& text) {
  const Script script(text, "x.sql");
  std::vector<std::string> texts;
  for (const ScriptStatement& statement : script.statements()) {
    EXPECT_EQ(text.substr(statement.offset, statement.text.size()), statement.text);
    texts.emplace_back(statement.text);
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Script, CutsAtSemicolonsOutsideQuotesAndComments) {
  EXPECT_EQ(StatementsOf("select 1; select 2"), (Texts{"select 1", "select 2"}));
  EXPECT_EQ(StatementsOf(";; -- x\n /* ; */ select ';' ; ;"), (Texts{"select ';'"}));
  EXPECT_EQ(StatementsOf("select $$a;b$$; select `a;b`;"),
            (Texts{"select $$a;b$$", "select `a;b`"}));
  EXPECT_EQ(StatementsOf("select 1 -- end\n;select 2 /* ; */"), (Texts{"select 1", "select 2"}));
  EXPECT_EQ(StatementsOf("  -- only a comment"), Texts{});
}

TEST(Script, KnowsWhenItIsIncomplete) {
  EXPECT_FALSE(Script("select 1;", "").incomplete());
  EXPECT_FALSE(Script("select 1; -- done", "").incomplete());
  EXPECT_FALSE(Script("", "").incomplete());
  EXPECT_TRUE(Script("select 1", "").incomplete());
  EXPECT_TRUE(Script("select 1; select 'a", "").incomplete());
  EXPECT_TRUE(Script("select 1; /* a", "").incomplete());
  EXPECT_TRUE(Script("select 1; $$ a;", "").incomplete());
}

TEST(Script, CountsColumnsInCodePoints) {
  const Script script("select 1;\r\nselect 'ñandú', größe;\n", "a.sql");
  const base::Place place = script.PlaceOf(script.text().find("größe"), 7);
  EXPECT_EQ(place.file, "a.sql");
  EXPECT_EQ(place.line, 2);
  EXPECT_EQ(place.column, 17);
  EXPECT_EQ(place.length, 5);
  EXPECT_EQ(place.excerpt, "select 'ñandú', größe;");
}

TEST(Script, RefusesWhatIsNotUtf8) {
  const Script script("SELECT 1;\nSELECT 'é\xb8'", "x.sql");
  EXPECT_NO_THROW(script.CheckText(script.statements()[0]));
  try {
    script.CheckText(script.statements()[1]);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "sql.encoding");
    EXPECT_EQ(error.place()->line, 2);
    EXPECT_EQ(error.place()->column, 10);
  }
}

TEST(Script, PlacesTheEndOfTheText) {
  const Script script("select\n", "");
  EXPECT_EQ(script.PlaceOf(7).line, 2);
  EXPECT_EQ(script.PlaceOf(99).line, 2);
  EXPECT_EQ(script.PlaceOf(99).column, 1);
}

}  // namespace
}  // namespace laguna::engine
