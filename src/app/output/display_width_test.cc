// SPDX-License-Identifier: Apache-2.0
#include "app/output/display_width.h"

#include <gtest/gtest.h>

namespace laguna::app {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  struct Case {
    std::string text;
    size_t width;
  };
  const Case cases[] = {
      {"", 0},         {"abc", 3},  {"Zürich", 6}, {"Zu\u0308rich", 6},
      {"東京", 4},     {"한국", 4}, {"a😀b", 4},    {"👩‍👩‍👧", 2},
      {"👍🏽", 2}, {"🇳🇴", 2},   {"❤️", 2}, {"\xff\xfe", 2},
      {"e\u0301", 1},  {"ﾊﾝｶｸ", 4}, {"→│─", 3},
  };
  for (const Case& c : cases) EXPECT_EQ(DisplayWidth(c.text), c.width) << c.text;
}

TEST(CutToWidth, NeverSplitsASignAndNeverGrows) {
  struct Case {
    std::string text;
    size_t width;
    std::string cut;
  };
  const Case cases[] = {
      {"abcdef", 6, "abcdef"}, {"abcdef", 4, "abc…"},      {"東京都", 6, "東京都"},
      {"東京都", 5, "東京…"},  {"東京都", 4, "東…"},       {"a👩‍👩‍👧b", 3, "a…"},
      {"abc", 1, "…"},         {"e\u0301e\u0301", 1, "…"},
  };
  for (const Case& c : cases) EXPECT_EQ(CutToWidth(c.text, c.width), c.cut) << c.text;
}

TEST(Printable, EscapesWhatSteersTheTerminal) {
  EXPECT_EQ(Printable("a\tb\r\nc"), "a\\tb\\r\\nc");
  EXPECT_EQ(Printable("\x1b]0;title\x07"), "\\x1b]0;title\\x07");
  EXPECT_EQ(Printable("a\u202Eb"), "a\\u202eb");
  EXPECT_EQ(Printable("\u009B"), "\\x9b");
  EXPECT_EQ(Printable("\xC3"), "\\xc3");
  EXPECT_EQ(Printable("Zürich 東京 👩‍👩‍👧"), "Zürich 東京 👩‍👩‍👧");
}

}  // namespace
}  // namespace laguna::app
