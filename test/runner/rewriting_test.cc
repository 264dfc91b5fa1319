// SPDX-License-Identifier: Apache-2.0
#include "runner/rewriting.h"

#include <gtest/gtest.h>

namespace laguna::test {
namespace {

TEST(Rewrite, ReplacesAndAddsExpectations) {
  const std::string text = "query I\nSELECT 1\n----\n2\n\nquery I\nSELECT 3\n\nrestart\n";
  EXPECT_EQ(Rewrite(text, {{8, 8, {"3", "4"}}, {3, 5, {"1"}}}),
            "query I\nSELECT 1\n----\n1\n\nquery I\nSELECT 3\n----\n3\n4\n\nrestart\n");
  EXPECT_EQ(Rewrite(text, {}), text);
}

TEST(Rewrite, WorksAtTheEndOfTheFile) {
  EXPECT_EQ(Rewrite("query I\nSELECT 1", {{3, 3, {"1"}}}), "query I\nSELECT 1\n----\n1\n");
}

TEST(Rewrite, TakesWhatTheParserSays) {
  const std::string text =
      "# name: a\n# description: b\n\nquery I\nSELECT 1\n----\n2\n\nquery I\nSELECT 3\n";
  std::vector<Rewriting> rewritings;
  for (const Block& block : ParseTestFile("a", text).blocks) {
    const Expectation& expectation = std::get<Query>(block.what).expectation;
    rewritings.push_back({expectation.begin_line, expectation.end_line, {"9"}});
  }
  EXPECT_EQ(Rewrite(text, rewritings),
            "# name: a\n# description: b\n\nquery I\nSELECT 1\n----\n9\n\nquery I\nSELECT "
            "3\n----\n9\n");
}

TEST(Generalize, PutsPlaceholdersBack) {
  EXPECT_EQ(Generalize("/t/1/lake and /t/1", {{"{lake}", "/t/1"}, {"{shared}", ""}}),
            "{lake}/lake and {lake}");
}

}  // namespace
}  // namespace laguna::test
