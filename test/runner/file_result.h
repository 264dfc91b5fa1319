// SPDX-License-Identifier: Apache-2.0
// How one .test file ended: a plain value that travels from the process that ran the file to the
// one that reports it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace laguna::test {

enum class Outcome { kPassed, kFailed, kSkipped };

struct Failure {
  int line = 0;
  // "the rows differ".
  std::string what = {};
  // The SQL or the command, as it ran.
  std::string source = {};
  // The difference, indented.
  std::string detail = {};
};

struct FileResult {
  std::string path = {};
  Outcome outcome = Outcome::kPassed;
  std::vector<Failure> failures = {};
  // For kSkipped.
  std::string skip_reason = {};
  // What `mode output_result` and --write have to tell.
  std::vector<std::string> notes = {};
  // Blocks that ran.
  int blocks = 0;
  double seconds = 0;
};

// As one JSON object, and back. FromJson throws std::exception for anything else.
std::string ToJson(const FileResult& result);
FileResult FromJson(std::string_view json);

// For a person at a terminal: nothing for a file that passed silently.
std::string Describe(const FileResult& result);

}  // namespace laguna::test
