// SPDX-License-Identifier: Apache-2.0
#include "runner/execution.h"

#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "base/error.h"
#include "engine/result.h"
#include "engine/session.h"
#include "runner/comparison.h"
#include "runner/embedded_lake.h"
#include "runner/rewriting.h"
#include "runner/shell.h"
#include "runner/test_file.h"

namespace laguna::test {
namespace {

// The name that errors give to a block's SQL.
constexpr const char* kScriptName = "statement";
constexpr const char* kFaultVariable = "LAGUNA_FAULT";
// A larger expectation does not belong into a .test file.
constexpr size_t kRowsMax = 100'000;

// The loadable extensions that the set-up fetches.
constexpr std::array<std::string_view, 6> kExtensions = {
    "excel", "httpfs", "postgres_scanner", "sqlite_scanner", "tpcds", "tpch"};

struct Skip {
  std::string reason;
};

// What one SQL text gave: rows, or the error.
struct Answer {
  std::vector<Row> rows;
  size_t columns = 0;
  std::optional<base::Error> error;
};

std::vector<Row> ReadRows(engine::Result& result) {
  std::vector<Row> rows;
  const size_t columns = result.columns().size();
  while (const engine::ResultBatch* batch = result.Next()) {
    for (size_t at = 0; at < batch->rows(); ++at) {
      Row& row = rows.emplace_back();
      for (size_t column = 0; column < columns; ++column) {
        row.push_back(FormatCell(batch->Text(at, column)));
      }
    }
    if (rows.size() > kRowsMax) {
      throw base::Error(base::ErrorKind::kExhausted, "test.rows",
                        fmt::format("The query gives more than {} rows.", kRowsMax));
    }
  }
  return rows;
}

// All statements of `sql`; the last one's rows. A lake that cannot be opened is an answer too.
template <class Sessions>
Answer Ask(Sessions& sessions, const std::string& name, const std::string& sql) {
  Answer answer;
  try {
    engine::Session& session = sessions.SessionNamed(name);
    const engine::Script script(sql, kScriptName);
    for (const engine::ScriptStatement& statement : script.statements()) {
      engine::Result result = session.Run(script, statement);
      answer.columns = result.columns().size();
      answer.rows = ReadRows(result);
    }
  } catch (const base::Error& error) {
    answer.error = error;
  }
  return answer;
}

std::string Searchable(const base::Error& error) {
  std::string text = error.Report();
  if (!text.ends_with('\n')) text += '\n';
  return text + fmt::format("code: {}\nkind: {}\n", error.code(), base::InfoOf(error.kind()).name);
}

std::string Indented(std::string_view text) {
  std::string result;
  for (const std::string& line : SplitLines(text)) result += fmt::format("  | {}\n", line);
  return result;
}

std::vector<std::string> Lines(const std::vector<Row>& rows) {
  std::vector<std::string> lines;
  for (const Row& row : rows) lines.push_back(JoinCells(row));
  return lines;
}

class Execution {
 public:
  Execution(const ExecutionOptions& options, FileResult& result)
      : options_(options), result_(result) {
    variables_["{lake}"] = lake_.folder().string();
    variables_["{shared}"] = options.shared.string();
    if (options.keep) lake_.Keep();
  }

  // Throws Skip.
  void Run(const std::vector<Block>& blocks) {
    for (const Block& block : blocks) {
      block_line_ = block.line;
      ++result_.blocks;
      try {
        std::visit([this](const auto& what) { Do(what); }, block.what);
      } catch (const base::Error& error) {
        Fail("the block cannot run", "", Indented(error.Report()));
      } catch (const std::exception& error) {
        Fail("the block cannot run", "", Indented(error.what()));
      }
    }
  }

  [[nodiscard]] const std::vector<Rewriting>& rewritings() const { return rewritings_; }
  [[nodiscard]] const EmbeddedLake& lake() const { return lake_; }

 private:
  void Do(const Statement& statement) {
    const std::string sql = Expand(statement.sql);
    const Answer answer = Ask(lake_, statement.session, sql);
    if (statement.fails) {
      CheckError(statement, sql, answer);
    } else if (answer.error) {
      Fail("the statement failed", sql, Indented(Searchable(*answer.error)));
    }
    if (referee_) CompareOutcome(statement.session, sql, answer);
  }

  void CheckError(const Statement& statement, const std::string& sql, const Answer& answer) {
    if (!answer.error) return Fail("the statement should have failed, but did not", sql, "");
    const Expectation& expectation = statement.expectation;
    if (!expectation.given) {
      Propose(expectation, {SplitLines(answer.error->sentence()).front()});
      return Fail("an error needs '----' and a part of its message", sql,
                  Indented(Searchable(*answer.error)));
    }
    if (auto difference = CompareContained(Expand(expectation.lines), Searchable(*answer.error))) {
      Propose(expectation, {SplitLines(answer.error->sentence()).front()});
      Fail("the error says something else", sql, *difference);
    }
  }

  void Do(const Query& query) {
    const std::string sql = Expand(query.sql);
    Answer answer = Ask(lake_, query.session, sql);
    if (answer.error) {
      return Fail("the query failed", sql, Indented(Searchable(*answer.error)));
    }
    if (referee_) CompareRowsWithReferee(query, sql, answer);
    CheckRows(query, sql, std::move(answer));
  }

  void CheckRows(const Query& query, const std::string& sql, Answer answer) {
    if (answer.columns != query.types.size()) {
      Fail(fmt::format("{} columns came for the types '{}'", answer.columns, query.types), sql,
           Shown(Lines(answer.rows)));
      return;
    }
    const std::vector<Row> rows = SortRows(std::move(answer.rows), query.sorting);
    if (show_results_) Note(sql, Lines(rows));
    if (!query.label.empty()) CheckLabel(query, sql, rows);
    const Expectation& expectation = query.expectation;
    if (!expectation.given) {
      if (referee_ || !query.label.empty()) return;
      Propose(expectation, Lines(rows));
      return Fail("a query needs '----' and its rows", sql, Shown(Lines(rows)));
    }
    if (auto difference = CompareRows(Expand(expectation.lines), rows, query.types)) {
      Propose(expectation, Lines(rows));
      Fail("the rows differ", sql, *difference);
    }
  }

  void CheckLabel(const Query& query, const std::string& sql, const std::vector<Row>& rows) {
    const auto [known, first] = labels_.emplace(Expand(query.label), rows);
    if (first) return;
    if (auto difference = CompareRows(Lines(known->second), rows, query.types)) {
      Fail(fmt::format("the rows differ from the first of label '{}'", query.label), sql,
           *difference);
    }
  }

  void Do(const CommandLine& command) {
    ShellCommand shell{.script = Expand(command.script), .folder = lake_.folder()};
    shell.environment["PATH"] = fmt::format("{}:{}", options_.program.parent_path().string(),
                                            Variable("PATH").value_or("/usr/bin:/bin"));
    if (command.fault) shell.environment[kFaultVariable] = Expand(*command.fault);
    const ShellOutcome outcome = RunShell(shell);
    if (outcome.timed_out) {
      return Fail("the command did not end in time", shell.script, Indented(outcome.output));
    }
    if (show_results_) Note(shell.script, SplitLines(outcome.output));
    const int expected = command.fault ? 128 + SIGKILL : command.exit_code;
    if (outcome.exit_code != expected) {
      Fail(fmt::format("exit code {} came, not {}", outcome.exit_code, expected), shell.script,
           Indented(outcome.output));
      return;
    }
    CheckOutput(command, shell.script, outcome.output);
  }

  void CheckOutput(const CommandLine& command, const std::string& script,
                   const std::string& output) {
    const Expectation& expectation = command.expectation;
    if (!expectation.given) return;
    const std::vector<std::string> expected = Expand(expectation.lines);
    const auto difference = command.contains ? CompareContained(expected, output)
                                             : CompareLines(expected, SplitLines(output));
    if (!difference) return;
    if (!command.contains) Propose(expectation, WithoutBlankLines(output));
    Fail("the output differs", script, *difference);
  }

  void Do(const WriteFile& file) { lake_.WriteFile(Expand(file.path), Expand(file.content)); }

  void Do(const Require& require) {
    const std::string& feature = require.feature;
    if (feature == "shared") return RequireShared();
    if (feature == "spark") {
      if (!Variable("LAGUNA_SPARK")) throw Skip{"needs Spark (LAGUNA_SPARK is not set)"};
      return;
    }
    if (std::ranges::find(kExtensions, feature) == kExtensions.end()) {
      throw base::Error(base::ErrorKind::kInvalidInput, "test.feature",
                        fmt::format("No feature is called '{}'.", feature))
          .Hint(fmt::format("Known are shared, spark, {}.", fmt::join(kExtensions, ", ")));
    }
    if (!std::filesystem::exists(ExtensionFile(feature))) {
      throw Skip{fmt::format("needs the DuckDB extension '{}'", feature)};
    }
  }

  void RequireShared() {
    if (std::filesystem::is_directory(options_.shared)) return;
    const std::string reason =
        fmt::format("needs the shared test data, looked for at {}", options_.shared.string());
    if (options_.shared_must_exist) Fail(reason, "", "");
    throw Skip{reason};
  }

  void Do(const SetEnvironment& setting) {
    if (setting.value) {
      setenv(setting.name.c_str(), Expand(*setting.value).c_str(), 1);
    } else {
      unsetenv(setting.name.c_str());
    }
  }

  void Do(const SetSeed& seed) {
    lake_.SetSeed(seed.seed);
    lake_.Close();
  }

  void Do(const Restart&) { lake_.Close(); }
  void Do(const UseReferee&) { referee_.emplace(); }
  void Do(const ShowResults& mode) { show_results_ = mode.on; }

  void Do(const Loop& loop) {
    ++loop_depth_;
    const std::optional<std::string> outer = ValueOf(loop.variable);
    for (const std::string& value : loop.values) {
      variables_[loop.variable] = Expand(value);
      Run(loop.body);
    }
    variables_.erase(loop.variable);
    if (outer) variables_[loop.variable] = *outer;
    --loop_depth_;
  }

  void CompareOutcome(const std::string& session, const std::string& sql, const Answer& answer) {
    const Answer other = Ask(*referee_, session, sql);
    if (answer.error.has_value() == other.error.has_value()) return;
    Fail(answer.error ? "the statement fails here, but not in the referee"
                      : "the statement fails in the referee, but not here",
         sql, Indented((answer.error ? answer : other).error->Report()));
  }

  void CompareRowsWithReferee(const Query& query, const std::string& sql, const Answer& answer) {
    const Answer other = Ask(*referee_, query.session, sql);
    if (other.error) {
      return Fail("the query fails in the referee", sql, Indented(other.error->Report()));
    }
    const auto difference = CompareRows(Lines(SortRows(other.rows, Sorting::kRows)),
                                        SortRows(answer.rows, Sorting::kRows), query.types);
    if (difference) Fail("the referee gives other rows", sql, *difference);
  }

  std::string Expand(std::string_view text) const { return Substitute(text, variables_); }
  std::vector<std::string> Expand(const std::vector<std::string>& lines) const {
    std::vector<std::string> expanded;
    for (const std::string& line : lines) expanded.push_back(Expand(line));
    return expanded;
  }

  std::optional<std::string> ValueOf(const std::string& variable) const {
    const auto found = variables_.find(variable);
    if (found == variables_.end()) return std::nullopt;
    return found->second;
  }

  static std::optional<std::string> Variable(const char* name) {
    const char* value = getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  }

  static std::vector<std::string> WithoutBlankLines(const std::string& output) {
    std::vector<std::string> lines = SplitLines(output);
    std::erase_if(lines, [](const std::string& line) {
      return line.find_first_not_of(" \t") == std::string::npos;
    });
    return lines;
  }

  static std::string Shown(const std::vector<std::string>& lines) {
    return Indented(fmt::format("{}", fmt::join(lines, "\n")));
  }

  void Fail(std::string what, std::string source, std::string detail) {
    result_.failures.push_back(
        {block_line_, std::move(what), std::move(source), std::move(detail)});
  }

  void Note(const std::string& source, const std::vector<std::string>& lines) {
    result_.notes.push_back(fmt::format("{}:{}:\n{}\n----\n{}\n", result_.path, block_line_, source,
                                        fmt::join(lines, "\n")));
  }

  // In a loop each round may have its own answer; only a person can write that down.
  void Propose(const Expectation& expectation, std::vector<std::string> lines) {
    if (!options_.write || loop_depth_ > 0) return;
    Variables placeholders = {{"{lake}", variables_["{lake}"]},
                              {"{shared}", variables_["{shared}"]}};
    for (std::string& line : lines) line = Generalize(std::move(line), placeholders);
    rewritings_.push_back({expectation.begin_line, expectation.end_line, std::move(lines)});
  }

  const ExecutionOptions& options_;
  FileResult& result_;
  EmbeddedLake lake_;
  std::optional<Referee> referee_;
  Variables variables_;
  std::map<std::string, std::vector<Row>> labels_;
  std::vector<Rewriting> rewritings_;
  int block_line_ = 0;
  int loop_depth_ = 0;
  bool show_results_ = false;
};

std::string ReadText(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream) {
    throw base::Error(base::ErrorKind::kNotFound, "test.file",
                      fmt::format("The file {} cannot be read.", path));
  }
  return text;
}

void WriteBack(const std::string& path, const std::string& text, const Execution& execution,
               FileResult& result) {
  if (execution.rewritings().empty()) return;
  std::ofstream(path, std::ios::binary) << Rewrite(text, execution.rewritings());
  result.notes.push_back(
      fmt::format("{}: {} expectations written", path, execution.rewritings().size()));
}

void RunInto(FileResult& result, const ExecutionOptions& options) {
  const std::string text = ReadText(result.path);
  const TestFile file = ParseTestFile(result.path, text);
  Execution execution(options, result);
  if (options.keep) {
    result.notes.push_back(
        fmt::format("{}: the lake is kept at {}", result.path, execution.lake().folder().string()));
  }
  try {
    execution.Run(file.blocks);
  } catch (const Skip& skip) {
    result.skip_reason = skip.reason;
  }
  if (options.write) WriteBack(result.path, text, execution, result);
}

Outcome OutcomeOf(const FileResult& result) {
  if (!result.failures.empty()) return Outcome::kFailed;
  return result.skip_reason.empty() ? Outcome::kPassed : Outcome::kSkipped;
}

}  // namespace

FileResult RunTestFile(const std::string& path, const ExecutionOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  FileResult result{.path = path};
  try {
    RunInto(result, options);
  } catch (const base::Error& error) {
    const int line = error.place() ? error.place()->line : 1;
    result.failures.push_back({line, "the file cannot run", "", Indented(error.Report())});
  } catch (const std::exception& error) {
    result.failures.push_back({1, "the file cannot run", "", Indented(error.what())});
  }
  result.outcome = OutcomeOf(result);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

}  // namespace laguna::test
