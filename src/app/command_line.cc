// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "app/help.h"
#include "base/nearest_name.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

// The parser with everything that its options fill.
struct Parser {
  CLI::App app{"", "laguna"};
  GlobalOptions options;
  std::string lake_folder;
  std::map<const CLI::App*, const Command*> commands;
  std::map<const CLI::App*, CommandAction> actions;
};

void AddGlobalOptions(Parser& parser) {
  CLI::App& app = parser.app;
  app.add_option("--lake", parser.lake_folder,
                 "the lake's folder; default: the nearest one upwards with a laguna.yaml")
      ->type_name("DIR");
  app.add_flag("--json", parser.options.json,
               "output for programs: JSON on stdout, errors as JSON on stderr");
  app.add_flag("-q,--quiet", parser.options.quiet, "no notes and no progress on stderr");
  app.add_flag("--no-color", parser.options.no_color, "no colours (as NO_COLOR=1 does)");
}

void AddCommands(Parser& parser, std::span<const Command* const> commands) {
  for (const Command* command : commands) {
    CLI::App* app =
        parser.app.add_subcommand(std::string(command->name), std::string(command->summary));
    parser.commands[app] = command;
    parser.actions[app] = command->add_options(*app);
  }
}

std::unique_ptr<Parser> MakeParser(std::span<const Command* const> commands) {
  auto parser = std::make_unique<Parser>();
  CLI::App& app = parser->app;
  app.set_help_flag("-h,--help", "this page");
  app.set_version_flag("--version", "");
  app.fallthrough();  // options of every command may stand behind the command too
  app.require_subcommand(0, 1);
  AddGlobalOptions(*parser);
  AddCommands(*parser, commands);
  return parser;
}

const CLI::App& DeepestParsed(const CLI::App& app) {
  const CLI::App* deepest = &app;
  while (!deepest->get_subcommands().empty()) deepest = deepest->get_subcommands().front();
  return *deepest;
}

CommandAction Print(std::string page) {
  return [page = std::move(page)](CommandContext& context) {
    WritePage(context.console, page);
    return 0;
  };
}

CommandAction HelpAction(const Parser& parser, std::span<const Command* const> commands) {
  const CLI::App& app = DeepestParsed(parser.app);
  if (&app == &parser.app) return Print(ProgramHelp(commands, parser.app));
  const auto command = parser.commands.find(&app);
  return Print(CommandHelp(app, command == parser.commands.end() ? nullptr : command->second));
}

// Long names of the options of `app` and its parents.
std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : at->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<std::string> SubcommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(subcommand->get_name());
  }
  return names;
}

Error UnexpectedArgument(const CLI::App& root, const std::string& argument) {
  const CLI::App& app = DeepestParsed(root);
  const std::string help =
      fmt::format("'{} --help' shows what can be given.", FullCommandName(app));
  if (argument.size() > 1 && argument.front() == '-') {
    const std::string name = argument.substr(0, argument.find('='));
    const std::vector<std::string> names = OptionNames(app);
    const auto nearest = base::NearestName(name, names);
    return Error(ErrorKind::kInvalidInput, "usage.option",
                 fmt::format("'{}' has no option '{}'.", FullCommandName(app), name))
        .Hint(nearest ? fmt::format("Did you mean '{}'? {}", *nearest, help) : help);
  }
  const std::vector<std::string> names = SubcommandNames(app);
  if (names.empty()) {
    return Error(ErrorKind::kInvalidInput, "usage.argument",
                 fmt::format("'{}' takes no argument '{}'.", FullCommandName(app), argument))
        .Hint(help);
  }
  return Error(ErrorKind::kInvalidInput, "usage.command",
               fmt::format("'{}' has no command '{}'.", FullCommandName(app), argument))
      .Hint(base::SuggestName(argument, names));
}

Error UsageError(const CLI::App& root, const CLI::ParseError& failure) {
  const CLI::App& app = DeepestParsed(root);
  const std::vector<std::string> left = root.remaining(true);
  if (!left.empty()) return UnexpectedArgument(root, left.front());
  std::string hint = fmt::format("'{} --help' shows how to use it.", FullCommandName(app));
  std::string sentence = failure.what();
  if (const std::vector<std::string> names = SubcommandNames(app); !names.empty()) {
    sentence = fmt::format("'{}' needs a command.", FullCommandName(app));
    hint = base::SuggestName("", names);
  } else if (failure.get_name() == "ArgumentMismatch") {
    sentence = fmt::format("Option {} needs a value.", sentence.substr(0, sentence.find(':')));
  } else if (failure.get_name() == "RequiredError") {
    sentence = fmt::format("'{}' needs an argument: {}", FullCommandName(app), sentence);
  }
  if (!sentence.ends_with('.')) sentence += '.';
  return Error(ErrorKind::kInvalidInput, "usage.invalid", std::move(sentence))
      .Hint(std::move(hint));
}

CommandAction VersionAction(const Parser& parser) {
  const auto version = std::ranges::find_if(
      parser.commands, [](const auto& entry) { return entry.second->name == "version"; });
  return parser.actions.at(version->first);
}

// The words of the command without the program's: "flow run".
std::string LoggedCommand(const Parser& parser) {
  const auto parsed = parser.app.get_subcommands();
  if (parsed.empty() || !parser.commands.at(parsed.front())->logged) return {};
  return FullCommandName(DeepestParsed(parser.app)).substr(parser.app.get_name().size() + 1);
}

struct ParsedAction {
  CommandAction action;
  std::string logged_command = {};
};

ParsedAction ActionOf(Parser& parser, const std::vector<std::string>& arguments,
                      std::span<const Command* const> commands) {
  try {
    parser.app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return {HelpAction(parser, commands)};
  } catch (const CLI::CallForVersion&) {
    return {VersionAction(parser)};
  } catch (const CLI::ParseError& failure) {
    throw UsageError(parser.app, failure);
  }
  const auto parsed = parser.app.get_subcommands();
  if (parsed.empty()) return {HelpAction(parser, commands)};
  return {parser.actions.at(parsed.front()), LoggedCommand(parser)};
}

}  // namespace

ParsedCommandLine ParseCommandLine(const std::vector<std::string>& arguments,
                                   std::span<const Command* const> commands) {
  // Actions read what the parser's options filled, so it lives as long as they do.
  const std::shared_ptr<Parser> parser = MakeParser(commands);
  ParsedAction parsed = ActionOf(*parser, arguments, commands);
  if (!parser->lake_folder.empty()) parser->options.lake_folder = parser->lake_folder;
  return {parser->options,
          [parser, action = std::move(parsed.action)](CommandContext& context) {
            return action(context);
          },
          std::move(parsed.logged_command)};
}

EarlyOptions FindEarlyOptions(const std::vector<std::string>& arguments) {
  const auto end = std::ranges::find(arguments, "--");
  const auto given = [&](std::string_view name) {
    return std::find(arguments.begin(), end, name) != end;
  };
  return {.json = given("--json"),
          .quiet = given("--quiet") || given("-q"),
          .no_color = given("--no-color")};
}

}  // namespace laguna::app
