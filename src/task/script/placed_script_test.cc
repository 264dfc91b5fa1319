// SPDX-License-Identifier: Apache-2.0
#include "task/script/placed_script.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace laguna::task {
namespace {

using base::Error;
using base::ErrorKind;

// "line:column line", of an error at the place in the script.
std::string Shown(const std::string& yaml, const std::string& made, int line, int column) {
  const base::YamlNode node = base::ParseYaml(yaml, "flows/x.yaml");
  const PlacedScript placed(made, node.Entries().front().value);
  base::Place place{.file = placed.script().file(), .line = line, .column = column};
  size_t begin = 0;
  for (int i = 1; i < line; ++i) begin = made.find('\n', begin) + 1;
  place.excerpt = made.substr(begin, made.find('\n', begin) - begin);
  const Error error =
      placed.Placed(Error(ErrorKind::kInvalidInput, "sql.syntax", "No.").At(std::move(place)));
  const std::string statement = error.values().empty() ? "" : " <- " + error.values()[0].second;
  return fmt::format("{}:{} {}{}", error.place()->line, error.place()->column,
                     error.place()->excerpt, statement);
}

TEST(PlacedScript, ErrorsStandWhereTheUserWroteThem) {
  struct Case {
    std::string yaml;
    std::string made;
    int line;
    int column;
    std::string shown;
  };
  const Case cases[] = {
      {"sql: select nope", "select nope", 1, 8, "1:13 sql: select nope"},
      {"sql: \"select ñ, nope\"", "select ñ, nope", 1, 11, "1:17 sql: \"select ñ, nope\""},
      {"sql: |\n    select 1;\n\n      select nope\n", "select 1;\n\n  select nope\n", 3, 10,
       "4:14       select nope"},
      // What a template made is told along.
      {"sql: |\n  select 1;\n  select {{ x }}\n", "select 1;\nselect nope\n", 2, 8,
       "3:3   select {{ x }} <- select nope"},
      // Lines that are not those of the file: the option itself has to do.
      {"sql: |\n  {{ x }}\n", "select 1;\nselect nope\n", 2, 8, "1:6 sql: | <- select nope"},
      {"sql: >\n  select 1,\n  nope\n", "select 1, nope\n", 1, 11, "1:6 sql: > <- select 1, nope"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Shown(one.yaml, one.made, one.line, one.column), one.shown);
  }
}

TEST(PlacedScript, OfAFileEveryPlaceIsTrueAlready) {
  const PlacedScript placed("select 1;\nselect 2", "sql/day.sql");
  const base::Place place = placed.PlaceOf(placed.script().statements()[1]);
  EXPECT_EQ(place.file, "sql/day.sql");
  EXPECT_EQ(place.line, 2);
}

}  // namespace
}  // namespace laguna::task
