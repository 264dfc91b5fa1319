// SPDX-License-Identifier: Apache-2.0
#include "app/command_log.h"

#include <unistd.h>

#include <system_error>

#include "app/build_info.h"

namespace laguna::app {
namespace {

namespace fs = std::filesystem;

base::Logger OpenLog(const base::Clock& clock, const std::optional<fs::path>& lake_folder,
                     const std::string& command) {
  if (!lake_folder) return base::Logger::Silent(clock);
  const fs::path folder = *lake_folder / ".laguna" / "log";
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return base::Logger::Silent(clock);
  try {
    const base::Logger logger(clock,
                              {.to_stderr = false, .file = (folder / "laguna.log").string()});
    return logger.With({{"command", command}, {"process", getpid()}});
  } catch (const base::Error&) {
    return base::Logger::Silent(clock);
  }
}

}  // namespace

CommandLog::CommandLog(const base::Clock& clock, const std::optional<fs::path>& lake_folder,
                       const std::string& command)
    : logger_(OpenLog(clock, lake_folder, command)), start_(std::chrono::steady_clock::now()) {
  logger_.Info("command started", {{"version", kVersion}});
  logger_.Flush();
}

void CommandLog::Ended(int exit_code) const {
  logger_.Info("command ended", {{"exit_code", exit_code}, {"seconds", Seconds()}});
  logger_.Flush();
}

void CommandLog::Failed(const base::Error& error) const {
  logger_.Failure("command failed", error,
                  {{"exit_code", base::InfoOf(error.kind()).exit_code}, {"seconds", Seconds()}});
  logger_.Flush();
}

double CommandLog::Seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace laguna::app
