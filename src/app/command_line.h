// SPDX-License-Identifier: Apache-2.0
// The program's arguments, read: which command runs with which options. Pure; nothing runs here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/command.h"

namespace laguna::app {

struct ParsedCommandLine {
  GlobalOptions options;
  // The command's, or one that prints a help page.
  CommandAction action;
  // "flow run", when it stands in the lake's log; else empty.
  std::string logged_command;
};

// `arguments` without the program's name. InvalidInput "usage.*", with the nearest valid name where
// one is misspelt.
ParsedCommandLine ParseCommandLine(const std::vector<std::string>& arguments,
                                   std::span<const Command* const> commands);

// What must be known even when the arguments cannot be read, to report just that.
struct EarlyOptions {
  bool json = false;
  bool quiet = false;
  bool no_color = false;
};
EarlyOptions FindEarlyOptions(const std::vector<std::string>& arguments);

}  // namespace laguna::app
