// SPDX-License-Identifier: Apache-2.0
// A .test file as values: what to run and what must come out.
//
// The dialect is sqllogictest's, as DuckDB writes it, plus what a lake needs (command lines, files,
// restarts, fault points); README.md beside this file describes every word. A file is a sequence of
// blocks separated by blank lines; a block begins with a directive. Everything unknown is an Error
// with file and line, so that a misspelt directive never passes as "no test". Pure: text in, values
// out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace laguna::test {

// The lines below `----`, and where they stand, so that --write can replace them.
struct Expectation {
  std::vector<std::string> lines = {};
  // The block has a `----`.
  bool given = false;
  // Lines of the file, from 1: [begin, end) hold `----` and what follows it; begin == end where the
  // block has none.
  int begin_line = 0;
  int end_line = 0;
};

// `statement ok` and `statement error`.
struct Statement {
  bool fails = false;
  std::string session = {};
  std::string sql = {};
  // Parts of the error's text.
  Expectation expectation = {};
};

enum class Sorting { kNone, kRows, kValues };

struct Query {
  // One letter per column: I integer, R real, T text, ? anything.
  std::string types = {};
  Sorting sorting = Sorting::kNone;
  std::string session = {};
  // Queries with the same label must give the same rows.
  std::string label = {};
  std::string sql = {};
  // Cells separated by tabs.
  Expectation expectation = {};
};

// `cli`: shell lines in the lake's folder, in which `laguna` is the program under test.
struct CommandLine {
  std::string script = {};
  int exit_code = 0;
  // The expected lines need only be contained in the output.
  bool contains = false;
  // `kill at`: a fault point at which the program must die.
  std::optional<std::string> fault = {};
  Expectation expectation = {};
};

// `file` and `lake`.
struct WriteFile {
  // Relative to the lake's folder.
  std::string path = {};
  std::string content = {};
};

struct Require {
  std::string feature = {};
};

// `env`: for the commands and the statements that follow.
struct SetEnvironment {
  std::string name = {};
  // Nothing: the variable is taken away.
  std::optional<std::string> value = {};
};

// `set seed`: before the first statement.
struct SetSeed {
  uint64_t seed = 0;
};

struct Restart {};

// `referee duckdb`: every statement also runs on a plain DuckDB with schemas of the lake's names.
struct UseReferee {};

// `mode output_result` and `mode normal`.
struct ShowResults {
  bool on = false;
};

struct Block;

// `loop` and `foreach`: ${variable} in the body takes each value.
struct Loop {
  std::string variable = {};
  std::vector<std::string> values = {};
  std::vector<Block> body;
};

struct Block {
  // Of the directive, from 1.
  int line = 0;
  std::variant<Statement, Query, CommandLine, WriteFile, Require, SetEnvironment, SetSeed, Restart,
               UseReferee, ShowResults, Loop>
      what;
};

struct TestFile {
  std::string path = {};
  std::string name = {};
  std::string description = {};
  std::vector<Block> blocks = {};
};

// Throws Error(InvalidInput, "test.syntax") placed at the line it cannot take.
TestFile ParseTestFile(std::string path, std::string_view text);

using Variables = std::map<std::string, std::string>;
// `${x}` for each variable "x", `{x}` for each placeholder "{x}".
std::string Substitute(std::string_view text, const Variables& variables);

}  // namespace laguna::test
