// SPDX-License-Identifier: Apache-2.0
#include "app/output/wrapped_text.h"

#include <gtest/gtest.h>

namespace laguna::app {
namespace {

TEST(WrappedText, BreaksAtBlanksAndIndents) {
  const std::string word(40, 'x');
  EXPECT_EQ(Wrapped(word + " " + word + " " + word, 4), word + " " + word + "\n    " + word);
  EXPECT_EQ(Wrapped("short", 4), "short");
}

TEST(WrappedText, KeepsWordsThatFitNowhere) {
  const std::string word(200, 'x');
  EXPECT_EQ(Wrapped("a " + word, 2), "a\n  " + word);
}

TEST(WrappedText, KeepsParagraphsApart) {
  EXPECT_EQ(WrappedParagraphs("one\n\ntwo", 2), "  one\n\n  two\n");
}

}  // namespace
}  // namespace laguna::app
