// SPDX-License-Identifier: Apache-2.0
// What a command leaves in its lake's log, <lake>/.laguna/log/laguna.log: that it started, and how
// it ended. JSON lines (base/log.h), rotated by size.
//
// Arguments are not logged, since a statement or a parameter may hold a secret. A log that cannot
// be written (a lake to read only) stops no command. Used by the main thread; its logger is
// thread-safe.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

namespace laguna::app {

class CommandLog {
 public:
  // `command` is as in "flow run". Nothing for the folder: nothing is logged.
  CommandLog(const base::Clock& clock, const std::optional<std::filesystem::path>& lake_folder,
             const std::string& command);

  [[nodiscard]] const base::Logger& logger() const { return logger_; }
  void Ended(int exit_code) const;
  void Failed(const base::Error& error) const;

 private:
  [[nodiscard]] double Seconds() const;

  const base::Logger logger_;
  const std::chrono::steady_clock::time_point start_;
};

}  // namespace laguna::app
