// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/error_report.h"

namespace laguna::base {
namespace {

TEST(Error, KnowsEveryKind) {
  std::set<std::string_view> names;
  for (const ErrorKindInfo& info : ErrorKinds()) {
    EXPECT_EQ(&InfoOf(info.kind), &info);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(info.sqlstate.size(), 5U) << info.name;
    EXPECT_GE(info.http_status, 400) << info.name;
  }
  EXPECT_EQ(InfoOf(ErrorKind::kInvalidInput).exit_code, 2);
  EXPECT_EQ(InfoOf(ErrorKind::kCancelled).exit_code, 130);
  EXPECT_EQ(InfoOf(ErrorKind::kConflict).exit_code, 1);
}

TEST(Error, CarriesWhatTheThrowerSays) {
  Error error = Error(ErrorKind::kNotFound, "table.missing", "There is no table 'a'.")
                    .With("table", "a")
                    .Hint("Create it.")
                    .Within("bronze");
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.code(), "table.missing");
  EXPECT_STREQ(error.what(), "bronze: There is no table 'a'.");
  EXPECT_EQ(error.Report(), "error: bronze: There is no table 'a'.\n  table: a\nhint: Create it.");
}

Error Placed(Place place) {
  return Error(ErrorKind::kInvalidInput, "x.y", "Bad.").At(std::move(place));
}

TEST(Error, DrawsACaretUnderThePlace) {
  struct Case {
    const char* name;
    Place place;
    std::string report;
  };
  const Case cases[] = {
      {"line only", {.file = "f", .line = 3}, "f:3: error: Bad."},
      {"file only", {.file = "f"}, "f: error: Bad."},
      {"plain",
       {.file = "f.yaml", .line = 12, .column = 3, .length = 4, .excerpt = "a zone: b"},
       "f.yaml:12:3: error: Bad.\n 12 | a zone: b\n    |   ^~~~"},
      {"tabs stay",
       {.file = "f", .line = 1, .column = 3, .excerpt = "\ta b"},
       "f:1:3: error: Bad.\n 1 | \ta b\n   | \t ^"},
      {"code points, not bytes",
       {.file = "f", .line = 1, .column = 4, .excerpt = "\xC3\xA9\xC3\xA9 x"},
       "f:1:4: error: Bad.\n 1 | \xC3\xA9\xC3\xA9 x\n   |    ^"},
      {"wide characters",
       {.file = "f", .line = 1, .column = 2, .length = 1, .excerpt = "\xE6\x97\xA5\xE6\x9C\xAC"},
       "f:1:2: error: Bad.\n 1 | \xE6\x97\xA5\xE6\x9C\xAC\n   |   ^~"},
      {"behind the end",
       {.file = "f", .line = 1, .column = 4, .length = 9, .excerpt = "ab"},
       "f:1:4: error: Bad.\n 1 | ab\n   |    ^"},
      {"underline ends with the line",
       {.file = "f", .line = 1, .column = 2, .length = 99, .excerpt = "abc"},
       "f:1:2: error: Bad.\n 1 | abc\n   |  ^~"},
  };
  for (const Case& c : cases) EXPECT_EQ(Placed(c.place).Report(), c.report) << c.name;
}

TEST(Error, ShowsAWindowOfALongLine) {
  std::string line = std::string(5000, 'a') + "X" + std::string(5000, 'b');
  std::string report = Placed({.file = "f", .line = 1, .column = 5001, .excerpt = line}).Report();
  EXPECT_LT(report.size(), 500U);
  size_t shown = report.find('X');
  ASSERT_NE(shown, std::string::npos);
  size_t caret = report.find('^');
  EXPECT_EQ(shown - report.rfind('\n', shown), caret - report.rfind('\n', caret));
}

TEST(Error, FitsTheSourceLineIntoTheTerminal) {
  const auto line_of = [](const std::string& report, size_t number) {
    size_t begin = 0;
    for (; number > 0; --number) begin = report.find('\n', begin) + 1;
    return report.substr(begin, report.find('\n', begin) - begin);
  };
  const std::string line = std::string(90, 'a') + "X" + std::string(90, 'b');
  for (const size_t columns : {40U, 80U, 100U}) {
    for (const int at : {1, 10, 91, 181}) {
      const Error error = Placed({.file = "f", .line = 7, .column = at, .excerpt = line});
      const std::string report = ReportWithin(error, columns);
      const std::string shown = line_of(report, 1);
      const std::string marked = line_of(report, 2);
      EXPECT_LE(shown.size(), columns) << report;
      const size_t caret = marked.find('^');
      ASSERT_LT(caret, shown.size()) << report;
      EXPECT_EQ(shown[caret], at == 91 ? 'X' : at < 91 ? 'a' : 'b') << report;
    }
  }
  const Error wide = Placed({.file = "f",
                             .line = 1,
                             .column = 4,
                             .excerpt = "\xE6\x97\xA5\xE6\x9C\xAC\xE6\x97\xA5" + line});
  EXPECT_EQ(line_of(ReportWithin(wide, 60), 2), "   |       ^");
}

TEST(Error, LetsNoTerminalEscapeThrough) {
  Error error = Error(ErrorKind::kCorrupt, "x.y", "Bad \x1B[2J.").With("value", "a\nb\x07");
  std::string report = error.Report();
  EXPECT_EQ(report.find('\x1B'), std::string::npos);
  EXPECT_EQ(report.find('\x07'), std::string::npos);
  EXPECT_EQ(report.find("a\nb"), std::string::npos);
}

}  // namespace
}  // namespace laguna::base
