// SPDX-License-Identifier: Apache-2.0
#include "app/shell/completion.h"

#include <gtest/gtest.h>

#include "engine/database.h"

namespace laguna::app {
namespace {

TEST(Completion, CommonBeginningNeverCutsASign) {
  EXPECT_EQ(CommonBeginning({"sales", "sales_daily"}), "sales");
  EXPECT_EQ(CommonBeginning({"größe", "grün"}), "gr");
  EXPECT_EQ(CommonBeginning({"ä", "ö"}), "");
  EXPECT_EQ(CommonBeginning({}), "");
}

TEST(Completion, ListsInColumnsAndSaysWhatItLeavesOut) {
  EXPECT_EQ(CandidateList({"a", "bb", "ccc"}, 12), "a    bb\nccc\n");
  const std::vector<std::string> many(70, "x");
  EXPECT_NE(CandidateList(many, 80).find("... and 10 more"), std::string::npos);
}

TEST(Completion, SqlOffersWhatBeginsWithTheWord) {
  engine::Database database({});
  engine::Session session(database);
  session.Run("CREATE SCHEMA bronze; CREATE TABLE bronze.sales(city VARCHAR, amount DOUBLE)");
  struct Case {
    std::string text;
    std::string expected;
    size_t start;
  };
  const Case cases[] = {
      {"sel", "select ", 0},
      {"SEL", "SELECT ", 0},
      {"select * from bro", "bronze.", 14},
      {"select * from bronze.", "sales", 21},
      {"select * from bronze.sa", "sales", 21},
      {"from bronze.sales where ci", "city", 24},
  };
  for (const Case& c : cases) {
    const Completion completion = CompleteSql(session, c.text);
    ASSERT_FALSE(completion.candidates.empty()) << c.text;
    EXPECT_EQ(completion.candidates.front(), c.expected) << c.text;
    EXPECT_EQ(completion.start, c.start) << c.text;
  }
  EXPECT_TRUE(CompleteSql(session, "select * from bronze.zzz").candidates.empty());
}

}  // namespace
}  // namespace laguna::app
