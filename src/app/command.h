// SPDX-License-Identifier: Apache-2.0
// A word behind `laguna`: one file each in app/command, found by CMake.
//
// Command files end with one constant `<file>_command`. Its options are added to a CLI11 parser;
// what they hold lives in the action that AddOptions returns, so nothing global exists.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/console.h"
#include "app/interrupts.h"
#include "app/process_end.h"
#include "base/log.h"

namespace laguna::app {

// The options every command takes.
struct GlobalOptions {
  // Nothing: the nearest parent of the working folder that has a laguna.yaml.
  std::optional<std::filesystem::path> lake_folder;
  bool json = false;
  bool quiet = false;
  bool no_color = false;
};

// What a running command gets.
struct CommandContext {
  const GlobalOptions& options;
  Console& console;
  Interrupts& interrupts;
  // The lake's log; drops everything outside a lake. Never given a secret.
  const base::Logger& log;
  // For Composition.
  ProcessEnd& end;
};

// Runs the command and returns the exit code; failures are Errors.
using CommandAction = std::function<int(CommandContext&)>;

// Groups of `laguna --help`, in its order.
enum class CommandGroup { kStart, kQuery, kWork, kLook };

struct Command {
  std::string_view name;
  CommandGroup group;
  // One line, for the list of commands.
  std::string_view summary;
  // Paragraphs for `laguna <command> --help`; plain text of at most 80 columns.
  std::string_view documentation;
  // Lines "command   what it does", copied as they are.
  std::string_view examples;
  CommandAction (*add_options)(CLI::App& parser);
  // Works on the lake, and so stands in its log.
  bool logged = true;
};

// Ordered by name.
std::span<const Command* const> Commands();

}  // namespace laguna::app
