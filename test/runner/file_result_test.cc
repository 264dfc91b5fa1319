// SPDX-License-Identifier: Apache-2.0
#include "runner/file_result.h"

#include <gtest/gtest.h>

namespace laguna::test {
namespace {

TEST(FileResult, SurvivesTheWayThroughJson) {
  FileResult result{.path = "a.test",
                    .outcome = Outcome::kFailed,
                    .skip_reason = "no \"data\"",
                    .notes = {"one", "two"},
                    .blocks = 3,
                    .seconds = 0.5};
  result.failures.push_back({7, "the rows differ", "SELECT 1", "  - 1\n  + \xff\n"});
  const FileResult copy = FromJson(ToJson(result));
  EXPECT_EQ(copy.path, "a.test");
  EXPECT_EQ(copy.outcome, Outcome::kFailed);
  EXPECT_EQ(copy.skip_reason, "no \"data\"");
  EXPECT_EQ(copy.notes, result.notes);
  EXPECT_EQ(copy.blocks, 3);
  EXPECT_EQ(copy.failures.at(0).line, 7);
  EXPECT_EQ(copy.failures.at(0).source, "SELECT 1");
  EXPECT_ANY_THROW(FromJson("half of"));
}

TEST(FileResult, DescriptionPlacesEachFailureAndStopsAtFive) {
  FileResult result{.path = "a.test", .outcome = Outcome::kFailed};
  EXPECT_EQ(Describe(result), "");
  for (int line = 1; line <= 8; ++line) result.failures.push_back({line, "broke", "SELECT\n1", ""});
  const std::string text = Describe(result);
  EXPECT_EQ(text.find("a.test:1: broke\n    SELECT\n    1\n"), 0U);
  EXPECT_EQ(text.find("a.test:6:"), std::string::npos);
  EXPECT_NE(text.find("and 3 more failures"), std::string::npos);
}

}  // namespace
}  // namespace laguna::test
