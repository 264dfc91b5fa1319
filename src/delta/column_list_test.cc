// SPDX-License-Identifier: Apache-2.0
#include "delta/column_list.h"

#include <gtest/gtest.h>

namespace laguna::delta {
namespace {

using Columns = std::vector<std::vector<std::string>>;

TEST(ColumnList, ReadsPathsAndQuotes) {
  EXPECT_EQ(ParseColumnList(""), Columns{});
  EXPECT_EQ(ParseColumnList("a, s.b ,`odd, name`.`c``d`"),
            (Columns{{"a"}, {"s", "b"}, {"odd, name", "c`d"}}));
  EXPECT_EQ(ParseColumnList("a,,b"), (Columns{{"a"}, {"b"}}));
  EXPECT_EQ(ParseColumnList("`open, "), (Columns{{"open, "}}));
}

TEST(ColumnList, IsToldFromOtherTexts) {
  for (const char* list : {"", " ", "a", " a , s.b ", "`odd, name`.`c``d`,e", "größe", "1st"}) {
    EXPECT_TRUE(IsColumnList(list)) << list;
  }
  for (const char* other :
       {",", "a,", ",a", "a,,b", "a.", "a b", "a-b", "`open", "``", "`a`b", "a;b"}) {
    EXPECT_FALSE(IsColumnList(other)) << other;
  }
}

TEST(ColumnList, QuotesOnlyWhatHasTo) {
  const Columns columns{{"a"}, {"s", "b c"}, {"d`e"}, {"größe"}, {"1st"}};
  EXPECT_EQ(ColumnListText(columns), "a,s.`b c`,`d``e`,größe,`1st`");
  EXPECT_EQ(ParseColumnList(ColumnListText(columns)), columns);
}

}  // namespace
}  // namespace laguna::delta
