// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_shape.h"

#include <gtest/gtest.h>

namespace laguna::ingest {
namespace {

// All ways to cut the text into two pieces give the same.
CsvShape ShapeOf(const std::string& text, const CsvDialect& dialect = {}) {
  CsvWalk whole(dialect);
  whole.Feed(text);
  const CsvShape shape = whole.Finish();
  for (size_t cut = 1; cut < text.size(); ++cut) {
    CsvWalk walk(dialect);
    walk.Feed(std::string_view(text).substr(0, cut));
    walk.Feed(std::string_view(text).substr(cut));
    const CsvShape other = walk.Finish();
    EXPECT_EQ(other.header, shape.header) << cut;
    EXPECT_EQ(other.unclosed_quote, shape.unclosed_quote) << cut;
    EXPECT_EQ(other.has_quoted_line_end, shape.has_quoted_line_end) << cut;
    EXPECT_EQ(other.has_mixed_line_ends, shape.has_mixed_line_ends) << cut;
  }
  return shape;
}

TEST(CsvWalk, KeepsTheHeader) {
  EXPECT_EQ(ShapeOf("a,b\n1,2\n").header, "a,b");
  EXPECT_EQ(ShapeOf("a,b\r\n1,2\r\n").header, "a,b");
  EXPECT_EQ(ShapeOf("\xEF\xBB\xBF"
                    "a,b\n1,2")
                .header,
            "a,b");
  EXPECT_EQ(ShapeOf("\"a\nx\",b\n1,2\n").header, "\"a\nx\",b");
  EXPECT_EQ(ShapeOf("a,b").header, "a,b");
  CsvDialect dialect;
  dialect.skip = 2;
  dialect.comment = "#";
  EXPECT_EQ(ShapeOf("title \"x\n\n# \"y\na,b\n1,2\n", dialect).header, "a,b");
  dialect.header = false;
  EXPECT_EQ(ShapeOf("title\n\na,b\n", dialect).header, "");
}

TEST(CsvWalk, KnowsWhetherThereAreRows) {
  EXPECT_FALSE(ShapeOf("a,b\n").has_rows);
  EXPECT_FALSE(ShapeOf("a,b\r\n\r\n").has_rows);
  EXPECT_TRUE(ShapeOf("a,b\n1").has_rows);
}

struct QuoteCase {
  std::string text;
  std::optional<uint64_t> unclosed;
  bool quoted_line_end;
};

TEST(CsvWalk, FollowsQuotes) {
  const QuoteCase cases[] = {
      {"a\n\"x\"\n", {}, false},
      {"a\n\"x\ny\"\n", {}, true},
      {"a\n\"x\"\"y\"\n", {}, false},
      {"a\n\"x\n", 2, true},
      {"a,b\n1, \"x\n", 7, true},
      {"a\nit is 5\" long\n", {}, false},
      {"a\n\"x\"y\"z\n\"ok\"\n", {}, false},
      {"a\n\"\"\n", {}, false},
      {"a\n\"\"\"\n", 2, true},
      {"a\n1\n\"", 4, false},
  };
  for (const QuoteCase& each : cases) {
    const CsvShape shape = ShapeOf(each.text);
    EXPECT_EQ(shape.unclosed_quote, each.unclosed) << each.text;
    EXPECT_EQ(shape.has_quoted_line_end, each.quoted_line_end) << each.text;
  }
}

TEST(CsvWalk, FollowsEscapes) {
  CsvDialect dialect;
  dialect.escape = "\\";
  EXPECT_FALSE(ShapeOf("a\n\"x\\\"y\"\n", dialect).unclosed_quote);
  EXPECT_TRUE(ShapeOf("a\n\"x\\\"\n", dialect).unclosed_quote);
}

TEST(CsvWalk, SeesMixedLineEnds) {
  EXPECT_FALSE(ShapeOf("a\n1\n2\n").has_mixed_line_ends);
  EXPECT_FALSE(ShapeOf("a\r\n1\r\n2\r\n").has_mixed_line_ends);
  EXPECT_FALSE(ShapeOf("a\r1\r2\r").has_mixed_line_ends);
  EXPECT_FALSE(ShapeOf("a\n\"x\r\n\"\n").has_mixed_line_ends);
  EXPECT_TRUE(ShapeOf("a\n1\r\n2\n").has_mixed_line_ends);
  EXPECT_TRUE(ShapeOf("a\r\n1\n").has_mixed_line_ends);
  EXPECT_TRUE(ShapeOf("a\n1\r2\n").has_mixed_line_ends);
}

TEST(CsvWalk, SuspectsUtf16) {
  EXPECT_TRUE(ShapeOf(std::string("\xff\xfe"
                                  "a\0\n\0",
                                  6))
                  .looks_like_utf16);
  EXPECT_TRUE(ShapeOf(std::string("a\0\n\0", 4)).looks_like_utf16);
  EXPECT_FALSE(ShapeOf("a\n1\n").looks_like_utf16);
}

TEST(HeaderCells, AreUnquoted) {
  using Cells = std::vector<std::string>;
  EXPECT_EQ(HeaderCells("a,\"b,\"\"c\"\"\",,d", {}), (Cells{"a", "b,\"c\"", "", "d"}));
  CsvDialect dialect;
  dialect.delimiter = "||";
  EXPECT_EQ(HeaderCells("a||b", dialect), (Cells{"a", "b"}));
}

}  // namespace
}  // namespace laguna::ingest
