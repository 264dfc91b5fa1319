// SPDX-License-Identifier: Apache-2.0
#include "app/shell/shell_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "app/listings.h"
#include "app/script_file.h"
#include "app/shell/shell.h"
#include "app/table_name.h"
#include "base/nearest_name.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

Error WrongArgument(std::string sentence, std::string hint) {
  return Error(ErrorKind::kInvalidInput, "shell.argument", std::move(sentence))
      .Hint(std::move(hint));
}

void Help(Shell& shell, const std::string&) {
  std::string page;
  for (const ShellCommand& command : ShellCommands()) {
    const std::string term = fmt::format("{} {}", command.name, command.argument);
    page += fmt::format("  {:<18} {}\n", term, command.summary);
  }
  page +=
      "\n  Tab completes, Up and Ctrl-R find earlier statements, Ctrl-C stops a query.\n"
      "  'laguna help sql' lists the statements and functions laguna adds to SQL.\n";
  shell.console().out().Write(page);
  shell.console().out().Flush();
}

void Tables(Shell& shell, const std::string& zone) {
  if (zone.empty()) return shell.ListTables();
  shell.List({"SHOW TABLES FROM " + TableName(zone)});
}

void Schema(Shell& shell, const std::string& table) {
  if (table.empty()) {
    throw WrongArgument("Which table?", ".schema zone.table; .tables lists what there is.");
  }
  shell.List({"DESCRIBE " + TableName(table)});
}

void Timer(Shell& shell, const std::string& argument) {
  if (argument != "" && argument != "on" && argument != "off") {
    throw WrongArgument(fmt::format("The timer can be on or off, not '{}'.", argument),
                        ".timer on");
  }
  bool& timer = shell.settings().timer;
  timer = argument.empty() ? !timer : argument == "on";
  shell.console().Note(timer ? "Timer on." : "Timer off.");
}

void Mode(Shell& shell, const std::string& argument) {
  if (argument.empty()) {
    for (const OutputFormat* format : OutputFormats()) {
      const bool current = format == shell.settings().format;
      shell.console().out().Write(
          fmt::format("{} {:<10} {}\n", current ? "*" : " ", format->name, format->summary));
    }
    return shell.console().out().Flush();
  }
  shell.settings().format = &FindOutputFormat(argument);
}

void Rows(Shell& shell, const std::string& argument) {
  shell.settings().rows_max = ParseRowLimit(argument);
}

void Read(Shell& shell, const std::string& path) {
  if (path.empty()) throw WrongArgument("Which file?", ".read FILE");
  shell.RunScript(ReadScriptFile(path), path);
}

void Quit(Shell& shell, const std::string&) {
  shell.Leave();
}

constexpr std::array kCommands{
    ShellCommand{".help", "", "this list", Help},
    ShellCommand{".tables", "[ZONE]", "tables and views, of one zone or of all", Tables},
    ShellCommand{".schema", "TABLE", "the columns of a table", Schema},
    ShellCommand{".mode", "[FORMAT]", "how results look; without a format, what there is", Mode},
    ShellCommand{".rows", "N|all", "rows of a table shown at most; the middle is hidden", Rows},
    ShellCommand{".timer", "[on|off]", "says how long each statement took", Timer},
    ShellCommand{".read", "FILE", "runs the statements of a file", Read},
    ShellCommand{".quit", "", "leaves", Quit},
};

}  // namespace

std::span<const ShellCommand> ShellCommands() {
  return kCommands;
}

std::vector<std::string> ShellCommandNames() {
  std::vector<std::string> names;
  for (const ShellCommand& command : kCommands) names.emplace_back(command.name);
  return names;
}

void RunShellCommand(Shell& shell, std::string_view line) {
  const size_t name_end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view name = line.substr(0, name_end);
  const size_t first = line.find_first_not_of(" \t", name_end);
  std::string argument(first == std::string_view::npos ? "" : line.substr(first));
  while (!argument.empty() && std::string_view(" \t;").find(argument.back()) != std::string::npos) {
    argument.pop_back();
  }
  for (const ShellCommand& command : kCommands) {
    if (command.name == name) return command.run(shell, argument);
  }
  throw Error(ErrorKind::kInvalidInput, "shell.command",
              fmt::format("The shell has no command '{}'.", name))
      .Hint(base::SuggestName(name, ShellCommandNames()));
}

}  // namespace laguna::app
