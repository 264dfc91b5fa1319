// SPDX-License-Identifier: Apache-2.0
#include "app/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "app/build_info.h"
#include "app/output/wrapped_text.h"

namespace laguna::app {
namespace {

constexpr size_t kTermWidthMin = 9;
constexpr size_t kTermWidthMax = 30;

constexpr std::array<std::pair<CommandGroup, std::string_view>, 4> kGroups{{
    {CommandGroup::kStart, "Begin"},
    {CommandGroup::kQuery, "Query"},
    {CommandGroup::kWork, "Work"},
    {CommandGroup::kLook, "Look after"},
}};

constexpr std::string_view kExamples = R"(
  laguna init shop                              make a lake in the folder shop
  cd shop                                       every command finds the lake from here
  laguna sql                                    an interactive shell
  laguna sql -c "CREATE TABLE bronze.sales AS FROM 'landing/sales/*.csv'"
  laguna sql -c "FROM bronze.sales" --format csv > sales.csv
  laguna copy till.csv landing/sales/           bring a file, when it has changed
  laguna pipeline run                           refresh what pipelines/ defines
  laguna flow run nightly -p day=2024-01-31     run the tasks of flows/nightly.yaml
  laguna runs                                   what ran, and how it ended
  laguna table history bronze.sales             what changed it, when and how
)";

constexpr std::string_view kExitCodes = R"(
  0 done    1 the work failed    2 a command, query, name or file is wrong    130 interrupted
)";

constexpr std::string_view kMore = R"(
  laguna COMMAND --help    a command with its options and examples
  laguna help sql          the statements and functions laguna adds to DuckDB's SQL
  laguna help pipelines    the SQL of pipeline files
  laguna help flows        what flow files hold
  laguna help tasks        what tasks of a flow can do
  laguna help blocks       what connections can be described
  laguna help errors       the kinds of errors, with exit codes
)";

using Row = std::pair<std::string, std::string>;

// Two columns: what to type and what it does.
std::string Rows(const std::vector<Row>& rows) {
  size_t width = kTermWidthMin;
  for (const auto& [term, text] : rows) {
    if (term.size() <= kTermWidthMax) width = std::max(width, term.size());
  }
  std::string page;
  for (const auto& [term, text] : rows) {
    const size_t indent = width + 4;
    page += "  " + term;
    page += term.size() <= width ? std::string(indent - 2 - term.size(), ' ')
                                 : "\n" + std::string(indent, ' ');
    page += Wrapped(text, indent) + "\n";
  }
  return page;
}

void AppendSection(std::string& page, std::string_view title, std::string_view body) {
  if (body.empty()) return;
  page += fmt::format("\n{}\n{}", title, body.front() == '\n' ? body.substr(1) : body);
}

bool IsFlag(const CLI::Option& option) {
  return option.get_items_expected_max() == 0;
}

// "-c, --command SQL".
std::string Term(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  std::string term = fmt::format("{}", fmt::join(names, ", "));
  if (!IsFlag(option)) term += " " + option.get_type_name();
  return term;
}

std::vector<const CLI::Option*> Options(const CLI::App& app, bool positional) {
  return app.get_options([&](const CLI::Option* option) {
    return option->get_positional() == positional && !option->get_description().empty() &&
           option != app.get_version_ptr() &&
           (option != app.get_help_ptr() || app.get_parent() == nullptr);
  });
}

std::string OptionRows(const CLI::App& app) {
  std::vector<Row> rows;
  for (const CLI::Option* option : Options(app, false)) {
    rows.emplace_back(Term(*option), option->get_description());
  }
  return Rows(rows);
}

std::string ArgumentRows(const CLI::App& app) {
  std::vector<Row> rows;
  for (const CLI::Option* option : Options(app, true)) {
    rows.emplace_back(option->get_name(true), option->get_description());
  }
  return Rows(rows);
}

const CLI::App& Root(const CLI::App& app) {
  return app.get_parent() == nullptr ? app : Root(*app.get_parent());
}

std::vector<const CLI::App*> Subcommands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

// "laguna init [OPTIONS] DIR".
std::string Usage(const CLI::App& app) {
  std::string usage = FullCommandName(app);
  if (!Subcommands(app).empty()) usage += " COMMAND";
  if (!Options(app, false).empty()) usage += " [OPTIONS]";
  for (const CLI::Option* option : Options(app, true)) {
    std::string name = option->get_name(true);
    if (option->get_items_expected_max() > 1) name += "...";
    usage += option->get_required() ? " " + name : " [" + name + "]";
  }
  return usage;
}

std::string SubcommandRows(const CLI::App& app) {
  std::vector<Row> rows;
  for (const CLI::App* subcommand : Subcommands(app)) {
    const std::string usage = Usage(*subcommand);
    rows.emplace_back(usage.substr(FullCommandName(app).size() + 1), subcommand->get_description());
  }
  return Rows(rows);
}

}  // namespace

std::string FullCommandName(const CLI::App& app) {
  if (app.get_parent() == nullptr) return app.get_name();
  return FullCommandName(*app.get_parent()) + " " + app.get_name();
}

std::string ProgramHelp(std::span<const Command* const> commands, const CLI::App& parser) {
  std::string page = fmt::format(
      "laguna {}: a data lake in one program. Files go in, ACID Delta tables come out,\n"
      "and SQL works on all of it.\n\nUsage: laguna [--lake DIR] COMMAND ...\n",
      kVersion);
  for (const auto& [group, title] : kGroups) {
    std::vector<Row> rows;
    for (const Command* command : commands) {
      if (command->group == group) rows.emplace_back(command->name, command->summary);
    }
    AppendSection(page, title, Rows(rows));
  }
  AppendSection(page, "Options of every command", OptionRows(parser));
  AppendSection(page, "Examples", kExamples);
  AppendSection(page, "Exit codes", kExitCodes);
  AppendSection(page, "More", kMore);
  return page;
}

std::string CommandHelp(const CLI::App& parser, const Command* command) {
  std::string page = fmt::format("{}\n\nUsage: {}\n", parser.get_description(), Usage(parser));
  if (command != nullptr && !command->documentation.empty()) {
    page += fmt::format("\n{}\n", command->documentation);
  }
  AppendSection(page, "Commands", SubcommandRows(parser));
  AppendSection(page, "Arguments", ArgumentRows(parser));
  AppendSection(page, "Options", OptionRows(parser));
  AppendSection(page, "Options of every command", OptionRows(Root(parser)));
  if (command != nullptr) AppendSection(page, "Examples", command->examples);
  return page;
}

}  // namespace laguna::app
