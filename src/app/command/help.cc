// SPDX-License-Identifier: Apache-2.0
// laguna help: pages that are made from the program's own tables.
#include <fmt/format.h>

#include <memory>

#include "app/command.h"
#include "app/command_line.h"
#include "app/output/wrapped_text.h"
#include "base/nearest_name.h"
#include "catalog/lake_environment.h"
#include "engine/own_statement.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

// Where the meanings of errors begin.
constexpr size_t kMeaningColumn = 35;

std::string ErrorPage() {
  std::string page =
      "Errors have a kind, which decides the exit code, and a code of the form area.what, which\n"
      "stays the same between versions. With --json they are objects on stderr:\n"
      "{\"error\": {\"kind\", \"code\", \"message\", \"hint\", \"place\", \"values\"}}.\n\n";
  page += fmt::format("  {:<17} {:>4}  {:>8}  {}\n", "kind", "exit", "SQLSTATE", "meaning");
  for (const base::ErrorKindInfo& info : base::ErrorKinds()) {
    page += fmt::format("  {:<17} {:>4}  {:>8}  {}\n", info.name, info.exit_code, info.sqlstate,
                        Wrapped(info.meaning, kMeaningColumn));
  }
  return page;
}

void AppendEntry(std::string& page, std::string_view syntax, std::string_view documentation,
                 std::string_view example) {
  page += fmt::format("\n  {}\n{}", syntax, WrappedParagraphs(documentation, 4));
  if (!example.empty()) page += fmt::format("\n    Example: {}\n", example);
}

std::string SqlPage() {
  std::string page =
      "laguna speaks DuckDB's SQL (SELECT, CREATE TABLE AS, INSERT, COPY, ...) and adds to it:\n"
      "\nStatements\n";
  for (const engine::OwnStatement* statement : catalog::LakeStatements()) {
    AppendEntry(page, statement->syntax, statement->documentation, statement->example);
  }
  page += "\nFunctions\n";
  for (const catalog::FunctionPage& function : catalog::LakeFunctionPages()) {
    AppendEntry(page, function.syntax, function.documentation, function.example);
  }
  return page + "\nThe options of the command sql: laguna sql --help\n";
}

int PrintCommandPage(const std::string& topic, CommandContext& context) {
  return ParseCommandLine({topic, "--help"}, Commands()).action(context);
}

int RunHelp(const std::string& topic, CommandContext& context) {
  if (topic.empty()) return ParseCommandLine({"--help"}, Commands()).action(context);
  if (topic == "errors" || topic == "sql") {
    context.console.out().Write(topic == "errors" ? ErrorPage() : SqlPage());
    return 0;
  }
  std::vector<std::string> topics{"errors", "sql"};
  for (const Command* command : Commands()) {
    if (command->name == topic) return PrintCommandPage(topic, context);
    topics.emplace_back(command->name);
  }
  throw Error(ErrorKind::kInvalidInput, "usage.topic",
              fmt::format("There is no help page '{}'.", topic))
      .Hint(base::SuggestName(topic, topics));
}

}  // namespace

extern const Command help_command{
    .name = "help",
    .group = CommandGroup::kLook,
    .summary = "Shows a help page: of a command, of errors, of the SQL laguna adds.",
    .documentation = "",
    .examples = R"(
  laguna help sql       statements and functions beyond DuckDB's
  laguna help errors    kinds of errors and exit codes
  laguna help init      the same as laguna init --help
)",
    .add_options = [](CLI::App& parser) -> CommandAction {
      const auto topic = std::make_shared<std::string>();
      parser.add_option("TOPIC", *topic, "a command, 'errors' or 'sql'");
      return [topic](CommandContext& context) { return RunHelp(*topic, context); };
    },
    .logged = false,
};

}  // namespace laguna::app
