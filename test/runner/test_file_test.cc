// SPDX-License-Identifier: Apache-2.0
#include "runner/test_file.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::test {
namespace {

constexpr std::string_view kHeader = "# name: a.test\n# description: A story\n\n";

TestFile Parse(std::string_view body) {
  return ParseTestFile("a.test", std::string(kHeader) + std::string(body));
}

template <class What>
What Only(std::string_view body) {
  const TestFile file = Parse(body);
  EXPECT_EQ(file.blocks.size(), 1U);
  return std::get<What>(file.blocks.at(0).what);
}

TEST(TestFile, HeaderNamesTheStory) {
  const TestFile file = Parse("statement ok\nSELECT 1\n");
  EXPECT_EQ(file.name, "a.test");
  EXPECT_EQ(file.description, "A story");
  EXPECT_EQ(file.blocks.at(0).line, 4);
}

TEST(TestFile, StatementErrorKeepsItsMessage) {
  const auto statement =
      Only<Statement>("statement error con2\nSELECT\nnothing\n----\nno\nsuch thing\n\n");
  EXPECT_TRUE(statement.fails);
  EXPECT_EQ(statement.session, "con2");
  EXPECT_EQ(statement.sql, "SELECT\nnothing");
  EXPECT_EQ(statement.expectation.lines, (std::vector<std::string>{"no", "such thing"}));
  EXPECT_EQ(statement.expectation.begin_line, 7);
  EXPECT_EQ(statement.expectation.end_line, 10);
}

TEST(TestFile, QueryTakesTypesSortingSessionAndLabel) {
  const auto query =
      Only<Query>("query IT? rowsort con1 twice\nSELECT 1, 'a', NULL\n----\n1\ta\tNULL\n");
  EXPECT_EQ(query.types, "IT?");
  EXPECT_EQ(query.sorting, Sorting::kRows);
  EXPECT_EQ(query.session, "con1");
  EXPECT_EQ(query.label, "twice");
  EXPECT_EQ(query.expectation.lines, std::vector<std::string>{"1\ta\tNULL"});
}

TEST(TestFile, ExpectationMayBeEmptyOrAbsent) {
  EXPECT_TRUE(Only<Query>("query I\nSELECT 1 WHERE false\n----\n").expectation.given);
  const auto absent = Only<Query>("query I\nSELECT 1\n\n").expectation;
  EXPECT_FALSE(absent.given);
  EXPECT_EQ(absent.begin_line, absent.end_line);
}

TEST(TestFile, CommandLineTakesExitCodeAndContains) {
  const auto command = Only<CommandLine>("cli exit 2 contains\nlaguna nonsense\n----\nunknown\n");
  EXPECT_EQ(command.exit_code, 2);
  EXPECT_TRUE(command.contains);
  EXPECT_EQ(command.script, "laguna nonsense");
  EXPECT_EQ(Only<CommandLine>("kill at put:log\nlaguna run\n").fault, "put:log");
}

TEST(TestFile, FilesEndAtABlankLineOrTheirTerminator) {
  EXPECT_EQ(Only<WriteFile>("file a.csv\n1\n2\n\n").content, "1\n2\n");
  const auto file = Only<WriteFile>("file a.csv <<END\n1\n\n2\nEND\n");
  EXPECT_EQ(file.content, "1\n\n2\n");
  EXPECT_EQ(file.path, "a.csv");
  EXPECT_EQ(Only<WriteFile>("lake\nname: x\n").path, "laguna.yaml");
}

TEST(TestFile, LoopsNest) {
  const auto loop = Only<Loop>(
      "loop i 0 3\n\nforeach x a b\n\nstatement ok\nSELECT ${i}\n\nendforeach\n\nendloop\n");
  EXPECT_EQ(loop.values, (std::vector<std::string>{"0", "1", "2"}));
  const auto& inner = std::get<Loop>(loop.body.at(0).what);
  EXPECT_EQ(inner.values, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(inner.body.size(), 1U);
}

TEST(TestFile, OneLineDirectives) {
  EXPECT_EQ(Only<Require>("require shared\n").feature, "shared");
  EXPECT_EQ(Only<SetEnvironment>("env A b\n").value, "b");
  EXPECT_EQ(Only<SetEnvironment>("env A\n").value, std::nullopt);
  EXPECT_EQ(Only<SetSeed>("set seed 7\n").seed, 7U);
  EXPECT_TRUE(Only<ShowResults>("mode output_result\n").on);
  Only<Restart>("restart\n");
  Only<UseReferee>("referee duckdb\n");
}

struct WrongFile {
  const char* what;
  const char* body;
  int line;
};

class WrongTestFile : public ::testing::TestWithParam<WrongFile> {};

TEST_P(WrongTestFile, IsRefusedAtItsLine) {
  try {
    Parse(GetParam().body);
    FAIL() << "parsed";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "test.syntax");
    ASSERT_TRUE(error.place().has_value());
    EXPECT_EQ(error.place()->file, "a.test");
    EXPECT_EQ(error.place()->line, GetParam().line);
    EXPECT_FALSE(error.hint().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    TestFile, WrongTestFile,
    ::testing::Values(WrongFile{"directive", "statment ok\nSELECT 1\n", 4},
                      WrongFile{"statement", "statement maybe\nSELECT 1\n", 4},
                      WrongFile{"session", "statement ok second\nSELECT 1\n", 4},
                      WrongFile{"no_sql", "\nstatement ok\n\n", 5},
                      WrongFile{"no_sql_at_end", "statement ok", 4},
                      WrongFile{"ok_with_output", "statement ok\nSELECT 1\n----\n1\n", 6},
                      WrongFile{"types", "query IX\nSELECT 1\n", 4},
                      WrongFile{"two_labels", "query I a b\nSELECT 1\n", 4},
                      WrongFile{"exit", "cli exit\nlaguna\n", 4},
                      WrongFile{"exit_code", "cli exit two\nlaguna\n", 4},
                      WrongFile{"terminator", "file a <<END\n1\n", 4},
                      WrongFile{"open_loop", "loop i 0 2\n\nstatement ok\nSELECT 1\n", 7},
                      WrongFile{"stray_endloop", "endloop\n", 4},
                      WrongFile{"long_loop", "loop i 0 9999999999\nendloop\n", 4},
                      WrongFile{"mode", "mode hidden\n", 4},
                      WrongFile{"killed_output", "kill at x\nlaguna\n----\na\n", 6}),
    [](const auto& info) { return std::string(info.param.what); });

TEST(TestFile, WithoutHeaderIsRefused) {
  EXPECT_THROW(ParseTestFile("a.test", "statement ok\nSELECT 1\n"), base::Error);
}

TEST(TestFile, DeepLoopsAreRefused) {
  std::string body;
  for (int depth = 0; depth < 10; ++depth) body += "loop i 0 1\n\n";
  EXPECT_THROW(Parse(body), base::Error);
}

TEST(Substitute, ReplacesVariablesAndPlaceholders) {
  EXPECT_EQ(Substitute("${x} at {lake}/${x}", {{"x", "1"}, {"{lake}", "/l"}}), "1 at /l/1");
  EXPECT_EQ(Substitute("${x}", {{"x", "${x}${x}"}}), "${x}${x}");
}

}  // namespace
}  // namespace laguna::test
