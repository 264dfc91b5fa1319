// SPDX-License-Identifier: Apache-2.0
// Shell lines run as a user would run them, with a limit on time. Thread-safe.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>

namespace laguna::test {

struct ShellCommand {
  std::string script = {};
  std::filesystem::path folder = {};
  // On top of this process's own.
  std::map<std::string, std::string> environment = {};
  std::chrono::seconds time_limit{120};
};

struct ShellOutcome {
  // As the shell has it: 128 + number for a command that died of a signal.
  int exit_code = 0;
  bool timed_out = false;
  // Standard output and error, as they came.
  std::string output = {};
};

// Runs the script by /bin/sh in a process group of its own, which does not outlive the call.
ShellOutcome RunShell(const ShellCommand& command);

}  // namespace laguna::test
