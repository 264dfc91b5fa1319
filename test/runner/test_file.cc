// SPDX-License-Identifier: Apache-2.0
#include "runner/test_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "runner/line_reader.h"

namespace laguna::test {
namespace {

constexpr std::string_view kDivider = "----";
// A loop longer than this is a mistake.
constexpr int64_t kLoopRoundsMax = 1'000'000;
constexpr int kLoopDepthMax = 8;

using Words = std::vector<std::string>;

Words SplitWords(std::string_view line) {
  Words words;
  size_t at = line.find_first_not_of(" \t");
  while (at != std::string_view::npos) {
    const size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = line.find_first_not_of(" \t", end);
  }
  return words;
}

// "con1", "con_reader": as sqllogictest names its connections.
bool IsSessionName(std::string_view word) {
  return word.starts_with("con");
}

std::string Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

class Parser {
 public:
  Parser(std::string path, std::string_view text) : lines_(path, text) {
    file_.path = std::move(path);
  }

  TestFile Run() {
    file_.blocks = ReadBlocks(0);
    if (file_.name.empty() || file_.description.empty()) {
      throw lines_.Wrong(1, "The file does not say what it tests.",
                         "Begin it with '# name: ...' and '# description: ...'.");
    }
    return std::move(file_);
  }

 private:
  // Blocks up to the end of the file, or to the end of the loop that is `depth` deep.
  std::vector<Block> ReadBlocks(int depth) {
    std::vector<Block> blocks;
    while (SkipToBlock()) {
      const int line = lines_.line();
      words_ = SplitWords(lines_.Take());
      if (words_[0] == "endloop" || words_[0] == "endforeach") {
        if (depth == 0) throw lines_.Wrong(line, "No loop is open here.", "Remove the line.");
        return blocks;
      }
      blocks.push_back({line, ReadBlock(line, depth)});
    }
    if (depth > 0) {
      throw lines_.Wrong(lines_.line() - 1, "A loop is not closed.", "Write 'endloop'.");
    }
    return blocks;
  }

  // Passes blank lines and comments; false at the end of the file.
  bool SkipToBlock() {
    for (; !lines_.AtEnd(); lines_.Take()) {
      if (lines_.AtBlank()) continue;
      if (!lines_.Peek().starts_with('#')) return true;
      ReadComment(lines_.Peek());
    }
    return false;
  }

  void ReadComment(std::string_view line) {
    if (line.starts_with("# name:")) file_.name = Trimmed(line.substr(7));
    if (line.starts_with("# description:")) file_.description = Trimmed(line.substr(14));
  }

  decltype(Block::what) ReadBlock(int line, int depth) {
    const std::string& word = words_[0];
    if (word == "statement") return ReadStatement(line);
    if (word == "query") return ReadQuery(line);
    if (word == "cli") return ReadCommandLine(line);
    if (word == "kill") return ReadKill(line);
    if (word == "file") return ReadFile(line);
    if (word == "lake") return ReadLake(line);
    if (word == "loop") return ReadLoop(line, depth);
    if (word == "foreach") return ReadForeach(line, depth);
    return ReadSetting(line);
  }

  // The directives of one line.
  decltype(Block::what) ReadSetting(int line) {
    const std::string& word = words_[0];
    if (word == "require") return ReadRequire(line);
    if (word == "env") return ReadEnvironment(line);
    if (word == "set") return ReadSeed(line);
    if (word == "restart") return ExpectWords(line, 1, "restart"), Restart{};
    if (word == "referee") return ReadReferee(line);
    if (word == "mode") return ReadMode(line);
    throw lines_.Wrong(line, fmt::format("'{}' is not a directive of a .test file.", word),
                       "Expected statement, query, cli, kill, file, lake, loop, foreach, require, "
                       "env, set, restart, referee or mode.");
  }

  void ExpectWords(int line, size_t count, std::string_view syntax) const {
    if (words_.size() == count) return;
    throw lines_.Wrong(line, fmt::format("This is not what '{}' takes.", words_[0]),
                       fmt::format("Write '{}'.", syntax));
  }

  Statement ReadStatement(int line) {
    constexpr std::string_view kSyntax = "statement ok|error [con...]";
    if (words_.size() < 2) ExpectWords(line, 2, kSyntax);
    if (words_.size() > 2) ExpectWords(line, 3, kSyntax);
    Statement statement;
    statement.fails = words_[1] == "error";
    const bool known = statement.fails || words_[1] == "ok";
    if (words_.size() == 3) statement.session = words_[2];
    if (!known || (words_.size() == 3 && !IsSessionName(words_[2]))) {
      ExpectWords(line, 0, kSyntax);
    }
    statement.sql = ReadSource(line);
    statement.expectation = ReadExpectation();
    if (!statement.fails && statement.expectation.given) {
      throw lines_.Wrong(statement.expectation.begin_line, "'statement ok' expects no output.",
                         "Use 'query' to compare rows.");
    }
    return statement;
  }

  Query ReadQuery(int line) {
    constexpr std::string_view kSyntax =
        "query <types> [nosort|rowsort|valuesort] [con...] [label]";
    if (words_.size() < 2 || words_[1].find_first_not_of("ITR?") != std::string::npos) {
      ExpectWords(line, 0, kSyntax);
    }
    Query query{.types = words_[1]};
    for (const std::string& word : std::span(words_).subspan(2)) {
      if (!TakeSorting(word, query) && !TakeName(word, query)) ExpectWords(line, 0, kSyntax);
    }
    query.sql = ReadSource(line);
    query.expectation = ReadExpectation();
    return query;
  }

  static bool TakeSorting(std::string_view word, Query& query) {
    if (word == "rowsort") query.sorting = Sorting::kRows;
    if (word == "valuesort") query.sorting = Sorting::kValues;
    return word == "nosort" || word == "rowsort" || word == "valuesort";
  }

  static bool TakeName(const std::string& word, Query& query) {
    std::string& name = IsSessionName(word) ? query.session : query.label;
    if (!name.empty()) return false;
    name = word;
    return true;
  }

  CommandLine ReadCommandLine(int line) {
    constexpr std::string_view kSyntax = "cli [exit N] [contains]";
    CommandLine command;
    for (size_t at = 1; at < words_.size(); ++at) {
      if (words_[at] == "contains") {
        command.contains = true;
      } else if (words_[at] == "exit" && at + 1 < words_.size()) {
        command.exit_code = static_cast<int>(TakeNumber(line, words_[++at]));
      } else {
        ExpectWords(line, 0, kSyntax);
      }
    }
    command.script = ReadSource(line);
    command.expectation = ReadExpectation();
    return command;
  }

  CommandLine ReadKill(int line) {
    if (words_.size() != 3 || words_[1] != "at") ExpectWords(line, 0, "kill at <fault point>");
    CommandLine command{.fault = words_[2]};
    command.script = ReadSource(line);
    command.expectation = ReadExpectation();
    if (command.expectation.given) {
      throw lines_.Wrong(command.expectation.begin_line,
                         "A killed command has no output to compare.",
                         "Remove '----' and what follows it.");
    }
    return command;
  }

  WriteFile ReadFile(int line) {
    constexpr std::string_view kSyntax = "file <path> [<<TERMINATOR]";
    if (words_.size() != 2 && words_.size() != 3) ExpectWords(line, 2, kSyntax);
    return {words_[1], ReadContent(line, 2, kSyntax)};
  }

  WriteFile ReadLake(int line) {
    return {"laguna.yaml", ReadContent(line, 1, "lake [<<TERMINATOR]")};
  }

  // Lines up to a blank one, or up to the terminator if one was named.
  std::string ReadContent(int line, size_t terminator_at, std::string_view syntax) {
    std::string terminator;
    if (words_.size() > terminator_at) {
      if (words_.size() > terminator_at + 1 || !words_[terminator_at].starts_with("<<")) {
        ExpectWords(line, 0, syntax);
      }
      terminator = words_[terminator_at].substr(2);
    }
    std::string content;
    while (terminator.empty() ? !lines_.AtBlank() : !AtTerminator(line, terminator)) {
      content.append(lines_.Take()).append("\n");
    }
    if (!terminator.empty()) lines_.Take();
    return content;
  }

  bool AtTerminator(int line, std::string_view terminator) {
    if (lines_.AtEnd()) {
      throw lines_.Wrong(line, fmt::format("No line '{}' ends the content.", terminator),
                         "Write the terminator on a line of its own.");
    }
    return lines_.Peek() == terminator;
  }

  Loop ReadLoop(int line, int depth) {
    if (words_.size() != 4) ExpectWords(line, 4, "loop <variable> <begin> <end>");
    Loop loop;
    loop.variable = words_[1];
    const int64_t begin = TakeNumber(line, words_[2]);
    const int64_t end = TakeNumber(line, words_[3]);
    if (end - begin > kLoopRoundsMax) {
      throw lines_.Wrong(line, fmt::format("The loop has {} rounds.", end - begin),
                         fmt::format("At most {} are allowed.", kLoopRoundsMax));
    }
    for (int64_t value = begin; value < end; ++value) loop.values.push_back(std::to_string(value));
    loop.body = ReadBody(line, depth);
    return loop;
  }

  Loop ReadForeach(int line, int depth) {
    if (words_.size() < 3) ExpectWords(line, 3, "foreach <variable> <value>...");
    Loop loop;
    loop.variable = words_[1];
    loop.values = Words(words_.begin() + 2, words_.end());
    loop.body = ReadBody(line, depth);
    return loop;
  }

  std::vector<Block> ReadBody(int line, int depth) {
    if (depth >= kLoopDepthMax) {
      throw lines_.Wrong(line, "Loops are nested too deep.",
                         fmt::format("At most {} levels are allowed.", kLoopDepthMax));
    }
    return ReadBlocks(depth + 1);
  }

  Require ReadRequire(int line) {
    ExpectWords(line, 2, "require <feature>");
    return {words_[1]};
  }

  SetEnvironment ReadEnvironment(int line) {
    if (words_.size() == 2) return {words_[1], std::nullopt};
    ExpectWords(line, 3, "env <NAME> [<value>]");
    return {words_[1], words_[2]};
  }

  SetSeed ReadSeed(int line) {
    if (words_.size() != 3 || words_[1] != "seed") ExpectWords(line, 0, "set seed <number>");
    return {static_cast<uint64_t>(TakeNumber(line, words_[2]))};
  }

  UseReferee ReadReferee(int line) {
    if (words_.size() != 2 || words_[1] != "duckdb") ExpectWords(line, 0, "referee duckdb");
    return {};
  }

  ShowResults ReadMode(int line) {
    const bool on = words_.size() == 2 && words_[1] == "output_result";
    if (!on && !(words_.size() == 2 && words_[1] == "normal")) {
      ExpectWords(line, 0, "mode output_result|normal");
    }
    return {on};
  }

  int64_t TakeNumber(int line, const std::string& word) const {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size()) {
      throw lines_.Wrong(line, fmt::format("'{}' is not a whole number.", word), "Write digits.");
    }
    return number;
  }

  // SQL or shell lines, up to `----` or a blank line.
  std::string ReadSource(int line) {
    std::string source;
    while (!lines_.AtBlank() && lines_.Peek() != kDivider) {
      if (!source.empty()) source += '\n';
      source += lines_.Take();
    }
    if (source.empty()) {
      throw lines_.Wrong(line, "The block says nothing to run.", "Write it on the next line.");
    }
    return source;
  }

  Expectation ReadExpectation() {
    Expectation expectation{.begin_line = lines_.line()};
    if (!lines_.AtBlank()) {
      lines_.Take();
      expectation.given = true;
      while (!lines_.AtBlank()) expectation.lines.emplace_back(lines_.Take());
    }
    expectation.end_line = lines_.line();
    return expectation;
  }

  LineReader lines_;
  TestFile file_;
  // Of the directive being read.
  Words words_;
};

}  // namespace

TestFile ParseTestFile(std::string path, std::string_view text) {
  return Parser(std::move(path), text).Run();
}

std::string Substitute(std::string_view text, const Variables& variables) {
  std::string result(text);
  for (const auto& [name, value] : variables) {
    const std::string mark = name.starts_with('{') ? name : "${" + name + "}";
    for (size_t at = result.find(mark); at != std::string::npos;
         at = result.find(mark, at + value.size())) {
      result.replace(at, mark.size(), value);
    }
  }
  return result;
}

}  // namespace laguna::test
