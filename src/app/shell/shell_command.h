// SPDX-License-Identifier: Apache-2.0
// The shell's own commands, the lines that begin with a dot.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::app {

class Shell;

struct ShellCommand {
  // ".tables".
  std::string_view name;
  // What may follow it; for .help.
  std::string_view argument;
  std::string_view summary;
  void (*run)(Shell& shell, const std::string& argument);
};

std::span<const ShellCommand> ShellCommands();
std::vector<std::string> ShellCommandNames();

// Runs a line such as ".mode csv". InvalidInput "shell.*" for what is none.
void RunShellCommand(Shell& shell, std::string_view line);

}  // namespace laguna::app
