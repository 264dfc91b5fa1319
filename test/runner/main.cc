// SPDX-License-Identifier: Apache-2.0
// laguna_test_runner: runs .test files (README.md beside this file describes them).
#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "runner/execution.h"
#include "runner/file_pool.h"
#include "runner/file_result.h"

namespace laguna::test {
namespace {

namespace fs = std::filesystem;

// The host's zone must never count; an odd one shows where it does.
constexpr const char* kHostTimeZone = "Asia/Kathmandu";
constexpr std::chrono::seconds kSlowTimeLimit{1800};

struct Options {
  std::vector<std::string> paths;
  std::string filter;
  std::string report;
  bool slow = false;
  PoolOptions pool;
  ExecutionOptions execution;
};

bool IsTestFile(const fs::path& path, bool slow) {
  return path.extension() == ".test" || (slow && path.extension() == ".test_slow");
}

// Named files run whatever they are called; folders give their tests.
std::vector<std::string> FindFiles(const Options& options) {
  std::vector<std::string> files;
  for (const std::string& path : options.paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      const bool wanted = entry.is_regular_file() && IsTestFile(entry.path(), options.slow);
      if (wanted) files.push_back(entry.path().string());
    }
  }
  std::erase_if(files, [&](const std::string& file) {
    return file.find(options.filter) == std::string::npos;
  });
  std::ranges::sort(files);
  return files;
}

fs::path DefaultShared() {
  const char* given = getenv("LAGUNA_SHARED");
  return fs::absolute(given != nullptr ? fs::path(given)
                                       : fs::path(LAGUNA_TEST_SOURCE_FOLDER) / ".." / "shared")
      .lexically_normal();
}

bool InContinuousIntegration() {
  const char* given = getenv("CI");
  return given != nullptr && std::string_view(given) == "true";
}

size_t Count(const std::vector<FileResult>& results, Outcome outcome) {
  return static_cast<size_t>(std::ranges::count(results, outcome, &FileResult::outcome));
}

void PrintSummary(const std::vector<FileResult>& results) {
  for (const FileResult& result : results) {
    if (result.outcome == Outcome::kFailed) fmt::print("failed: {}\n", result.path);
  }
  for (const FileResult& result : results) {
    if (result.outcome == Outcome::kSkipped) {
      fmt::print("skipped: {}: {}\n", result.path, result.skip_reason);
    }
  }
  fmt::print("{} passed, {} failed, {} skipped\n", Count(results, Outcome::kPassed),
             Count(results, Outcome::kFailed), Count(results, Outcome::kSkipped));
}

// A JSON array with one object per file.
void WriteReport(const std::string& path, const std::vector<FileResult>& results) {
  std::vector<std::string> objects;
  for (const FileResult& result : results) objects.push_back(ToJson(result));
  std::ofstream(path) << fmt::format("[{}]\n", fmt::join(objects, ",\n"));
}

int Run(const Options& options) {
  const std::vector<std::string> files = FindFiles(options);
  if (files.empty()) {
    fmt::print(stderr, "No test file was found.\n");
    return 2;
  }
  std::vector<FileResult> results;
  RunFiles(
      files, options.pool,
      [&](const std::string& path) { return RunTestFile(path, options.execution); },
      [&](const FileResult& result) {
        fmt::print("{}", Describe(result));
        results.push_back(result);
      });
  std::ranges::sort(results, {}, &FileResult::path);
  if (!options.report.empty()) WriteReport(options.report, results);
  PrintSummary(results);
  return Count(results, Outcome::kFailed) == 0 ? 0 : 1;
}

void Describe(CLI::App& app, Options& options) {
  app.add_option("paths", options.paths, "Folders and files to run")
      ->required()
      ->check(CLI::ExistingPath);
  app.add_option("--filter", options.filter, "Only files with this text in their path");
  app.add_option("--jobs", options.pool.jobs, "Files at a time")->check(CLI::Range(1, 64));
  app.add_option("--laguna", options.execution.program, "The program that 'cli' runs");
  app.add_option("--report", options.report, "Writes all results to this file, as JSON");
  app.add_flag("--slow", options.slow, "Runs .test_slow files too");
  app.add_flag("--write", options.execution.write, "Puts the actual results into the files");
  app.add_flag("--keep", options.execution.keep, "Leaves the lakes' folders");
}

int Main(int argc, char** argv) {
  CLI::App app{"Runs .test files against a lake in this process"};
  Options options;
  options.execution.program = fs::read_symlink("/proc/self/exe").parent_path() / "laguna";
  options.execution.shared = DefaultShared();
  options.execution.shared_must_exist = InContinuousIntegration();
  Describe(app, options);
  CLI11_PARSE(app, argc, argv);
  options.execution.program = fs::absolute(options.execution.program);
  if (options.slow) options.pool.time_limit = kSlowTimeLimit;
  setenv("TZ", kHostTimeZone, 1);
  return Run(options);
}

}  // namespace
}  // namespace laguna::test

int main(int argc, char** argv) {
  try {
    return laguna::test::Main(argc, argv);
  } catch (const laguna::base::Error& error) {
    fmt::print(stderr, "{}\n", error.Report());
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
  return 2;
}
