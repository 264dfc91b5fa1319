// SPDX-License-Identifier: Apache-2.0
// Runs another program and waits for it.
//
// The child gets a process group of its own, the three standard streams and no other descriptor.
// When the call's limits end it, the whole group is asked to stop (SIGTERM), and killed
// (SIGKILL) after a grace period; whatever the program left running in its group when it ended is
// killed too. That holds even when this process is killed in the meantime: a watching shell, which
// notices by a pipe that closes, then does the same. Thread-safe: functions of values.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/object_store.h"

namespace laguna::io {

struct ProcessOptions {
  // The program and its arguments. A program without a slash is looked for in this process' PATH.
  std::vector<std::string> arguments;
  // Exactly these variables; nothing means this process' own.
  std::optional<std::vector<std::pair<std::string, std::string>>> environment = {};
  // Empty for this process' own.
  std::string working_folder = {};
  std::string standard_input = {};
  // Called with each line, without its line end, from the thread that waits; what the function does
  // not take in time makes the child wait. Without one the output is kept in the result.
  std::function<void(std::string_view)> on_output_line = {};
  std::function<void(std::string_view)> on_error_line = {};
  // Of each kept output; the rest is cut off and the result says so. Longer lines than this are
  // handed on in pieces.
  size_t output_bytes_max = 16 * 1024 * 1024;
  // Between SIGTERM and SIGKILL.
  std::chrono::milliseconds grace{2000};
};

struct ProcessResult {
  // What the program returned; 128 + signal when a signal ended it, as shells say.
  int exit_code = 0;
  // The signal that ended it, or 0.
  int signal = 0;
  std::string output;
  std::string error_output;
  bool output_cut = false;
};

// NotFound when there is no such program or working folder, PermissionDenied when it may not be
// run, Cancelled and Unavailable (deadline) once the child is dead. A program that fails is a
// value.
ProcessResult RunProcess(const ProcessOptions& options, const Call& call = {});

}  // namespace laguna::io
