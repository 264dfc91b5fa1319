// SPDX-License-Identifier: Apache-2.0
#include "runner/comparison.h"

#include <gtest/gtest.h>

namespace laguna::test {
namespace {

TEST(FormatCell, ShowsWhatCannotBeSeen) {
  EXPECT_EQ(FormatCell(std::nullopt), "NULL");
  EXPECT_EQ(FormatCell(""), "(empty)");
  EXPECT_EQ(FormatCell("a\tb\nc"), "a\\tb\\nc");
}

TEST(SortRows, SortsRowsOrValues) {
  const std::vector<Row> rows = {{"2", "a"}, {"1", "b"}};
  EXPECT_EQ(SortRows(rows, Sorting::kNone), rows);
  EXPECT_EQ(SortRows(rows, Sorting::kRows), (std::vector<Row>{{"1", "b"}, {"2", "a"}}));
  EXPECT_EQ(SortRows(rows, Sorting::kValues), (std::vector<Row>{{"1"}, {"2"}, {"a"}, {"b"}}));
}

struct RowCase {
  const char* what;
  std::vector<std::string> expected;
  std::vector<Row> actual;
  const char* types;
  bool equal;
};

class RowComparison : public ::testing::TestWithParam<RowCase> {};

TEST_P(RowComparison, SaysWhetherRowsAreEqual) {
  const RowCase& given = GetParam();
  EXPECT_EQ(!CompareRows(given.expected, given.actual, given.types).has_value(), given.equal);
}

INSTANTIATE_TEST_SUITE_P(
    Comparison, RowComparison,
    ::testing::Values(RowCase{"same", {"1\ta"}, {{"1", "a"}}, "IT", true},
                      RowCase{"none", {}, {}, "I", true},
                      RowCase{"other", {"1"}, {{"2"}}, "I", false},
                      RowCase{"missing", {"1", "2"}, {{"1"}}, "I", false},
                      RowCase{"extra", {"1"}, {{"1"}, {"2"}}, "I", false},
                      RowCase{"fewer_columns", {"1"}, {{"1", "2"}}, "II", false},
                      RowCase{"close", {"0.3"}, {{"0.30000000000000004"}}, "R", true},
                      RowCase{"close_text", {"0.3"}, {{"0.30000000000000004"}}, "T", false},
                      RowCase{"far", {"0.3"}, {{"0.31"}}, "R", false},
                      RowCase{"not_a_number", {"x"}, {{"1"}}, "R", false},
                      RowCase{"pattern", {"<REGEX>:a+"}, {{"aaa"}}, "T", true},
                      RowCase{"pattern_whole", {"<REGEX>:a+"}, {{"aab"}}, "T", false},
                      RowCase{"no_pattern", {"<!REGEX>:a+"}, {{"aab"}}, "T", true}),
    [](const auto& info) { return std::string(info.param.what); });

TEST(CompareRows, ShowsADiff) {
  const auto difference = CompareRows({"1", "2", "3"}, {{"1"}, {"3"}, {"4"}}, "I");
  EXPECT_EQ(difference, "  (- expected, + actual)\n    1\n  - 2\n    3\n  + 4\n");
}

TEST(CompareRows, LongResultsShowTheFirstDifference) {
  std::vector<std::string> expected(2'000, "x");
  std::vector<Row> actual(2'000, Row{"x"});
  actual[1'500] = {"y"};
  const auto difference = CompareRows(expected, actual, "T");
  ASSERT_TRUE(difference.has_value());
  EXPECT_NE(difference->find("line 1501"), std::string::npos);
}

TEST(CompareContained, NamesEachMissingPart) {
  EXPECT_EQ(CompareContained({"no table", "<REGEX>:t[0-9]"}, "There is no table t1."),
            std::nullopt);
  const auto difference = CompareContained({"no table", "hint", "<!REGEX>:t1"}, "no table t1");
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->find("- no table"), std::string::npos);
  EXPECT_NE(difference->find("- hint"), std::string::npos);
  EXPECT_NE(difference->find("- <!REGEX>:t1"), std::string::npos);
}

TEST(CompareLines, LeavesBlankLinesOut) {
  EXPECT_EQ(CompareLines({"a", "b"}, {"a", "", "b", " "}), std::nullopt);
  EXPECT_TRUE(CompareLines({"a"}, {"a", "b"}).has_value());
}

}  // namespace
}  // namespace laguna::test
