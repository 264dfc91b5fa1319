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

TEST(ColumnList, QuotesOnlyWhatHasTo) {
  const Columns columns{{"a"}, {"s", "b c"}, {"d`e"}, {"größe"}};
  EXPECT_EQ(ColumnListText(columns), "a,s.`b c`,`d``e`,größe");
  EXPECT_EQ(ParseColumnList(ColumnListText(columns)), columns);
}

}  // namespace
}  // namespace laguna::delta
