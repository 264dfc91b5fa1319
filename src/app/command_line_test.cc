// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::app {
namespace {

struct Ran {
  std::string out;
  int code = -1;
};

// Runs only what prints pages or refuses; nothing here needs a lake.
Ran RunLine(const std::vector<std::string>& arguments) {
  StringOutput out;
  StringOutput err;
  Interrupts interrupts;
  Console console(out, err, Terminal{}, {});
  const ParsedCommandLine parsed = ParseCommandLine(arguments, Commands());
  const base::SystemClock clock;
  const base::Logger log = base::Logger::Silent(clock);
  ProcessEnd end(ProcessEnd::Engines::kNow);
  CommandContext context{parsed.options, console, interrupts, log, end};
  const int code = parsed.action(context);
  return {out.text(), code};
}

TEST(CommandLine, ReadsGlobalOptionsBeforeAndBehindTheCommand) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--lake", "/data/shop", "--json", "version"},
        std::vector<std::string>{"version", "--lake=/data/shop", "--json"}}) {
    const ParsedCommandLine parsed = ParseCommandLine(arguments, Commands());
    EXPECT_EQ(parsed.options.lake_folder, "/data/shop");
    EXPECT_TRUE(parsed.options.json);
    EXPECT_FALSE(parsed.options.quiet);
  }
}

TEST(CommandLine, RefusesWhatItDoesNotKnowAndNamesTheNearest) {
  struct Case {
    std::vector<std::string> arguments;
    std::string code;
    std::string hint_part;
  };
  const Case cases[] = {
      {{"sqll"}, "usage.command", "'sql'"},
      {{"tabel", "list"}, "usage.command", "'table'"},
      {{"table", "lst"}, "usage.command", "'list'"},
      {{"table"}, "usage.invalid", "list"},
      {{"sql", "--fromat", "csv"}, "usage.option", "--format"},
      {{"sql", "--jsn"}, "usage.option", "--json"},
      {{"version", "now"}, "usage.argument", "laguna version --help"},
      {{"table", "describe"}, "usage.invalid", "laguna table describe --help"},
      {{"sql", "--format"}, "usage.invalid", "laguna sql --help"},
      {{"table", "history", "t", "--limit", "-3"}, "usage.invalid", "--help"},
  };
  for (const Case& c : cases) {
    try {
      ParseCommandLine(c.arguments, Commands());
      ADD_FAILURE() << c.arguments.front();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), c.code) << error.Report();
      EXPECT_NE(error.hint().find(c.hint_part), std::string::npos) << error.Report();
      EXPECT_EQ(error.kind(), base::ErrorKind::kInvalidInput);
    }
  }
}

TEST(CommandLine, EveryCommandHasAPage) {
  for (const Command* command : Commands()) {
    const std::string name(command->name);
    const Ran page = RunLine({name, "--help"});
    EXPECT_EQ(page.code, 0) << name;
    EXPECT_NE(page.out.find("Usage: laguna " + name), std::string::npos) << page.out;
    EXPECT_NE(RunLine({"--help"}).out.find("  " + name + " "), std::string::npos) << name;
    // `help sql` is about the language.
    if (name == "sql") continue;
    EXPECT_EQ(RunLine({"help", name}).out, page.out) << name;
  }
}

TEST(CommandLine, HelpFitsAPage) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"sql", "--help"}, {"table", "--help"}, {"help", "errors"}}) {
    const std::string page = RunLine(arguments).out;
    size_t begin = 0;
    for (size_t end = page.find('\n'); end != std::string::npos; end = page.find('\n', begin)) {
      EXPECT_LE(end - begin, 100u) << page.substr(begin, end - begin);
      begin = end + 1;
    }
  }
}

TEST(CommandLine, HelpOfErrorsNamesEveryKind) {
  const std::string page = RunLine({"help", "errors"}).out;
  for (const base::ErrorKindInfo& info : base::ErrorKinds()) {
    EXPECT_NE(page.find(info.name), std::string::npos) << info.name;
  }
}

TEST(CommandLine, KnowsEarlyWhatErrorsNeed) {
  EXPECT_TRUE(FindEarlyOptions({"sql", "--json", "--nonsense"}).json);
  EXPECT_FALSE(FindEarlyOptions({"sql", "--", "--json"}).json);
  EXPECT_TRUE(FindEarlyOptions({"-q"}).quiet);
}

}  // namespace
}  // namespace laguna::app
