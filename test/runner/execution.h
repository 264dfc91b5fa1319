// SPDX-License-Identifier: Apache-2.0
// Runs one .test file from top to bottom in a lake of its own and says how it went.
//
// A failed block does not end the file: what follows still runs, so that one report shows all
// differences. One file per process (environment variables are the process's).
#pragma once

#include <filesystem>
#include <string>

#include "runner/file_result.h"

namespace laguna::test {

struct ExecutionOptions {
  // The program that `cli` runs.
  std::filesystem::path program = {};
  // Test data that several checkouts share; `require shared` asks for it.
  std::filesystem::path shared = {};
  // A missing `shared` is a failure, not a skip.
  bool shared_must_exist = false;
  // Puts what came out into the file, wherever it differs from what was expected.
  bool write = false;
  // Leaves the lake's folder for looking at.
  bool keep = false;
};

// Never throws: what goes wrong is in the result.
FileResult RunTestFile(const std::string& path, const ExecutionOptions& options);

}  // namespace laguna::test
