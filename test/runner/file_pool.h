// SPDX-License-Identifier: Apache-2.0
// Runs .test files side by side, each in a process of its own, so that a crash or a hang is one
// failed file and nothing more.
//
// Call it before the program starts any thread: the processes are forked without exec.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "runner/file_result.h"

namespace laguna::test {

struct PoolOptions {
  int jobs = 1;
  // A file that takes longer is killed and failed.
  std::chrono::seconds time_limit{120};
};

using RunFile = std::function<FileResult(const std::string& path)>;
// Called in this process, in the order in which files end.
using Report = std::function<void(const FileResult& result)>;

void RunFiles(const std::vector<std::string>& paths, const PoolOptions& options, const RunFile& run,
              const Report& report);

}  // namespace laguna::test
