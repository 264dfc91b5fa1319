// SPDX-License-Identifier: Apache-2.0
// The log: events with a message and named fields, for people on stderr and as JSON lines in a
// file.
//
// A Logger is passed in, never global; With() makes one that adds fields (a run id) to every event
// and shares the sinks. Thread-safe. Callers never log secrets. A sink that fails (a full disk) is
// reported once on stderr and does not fail the work that logs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

namespace laguna::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
std::string_view NameOf(LogLevel level);

using LogFields = std::vector<std::pair<std::string, Json>>;

struct LogOptions {
  // Events below are dropped before anything is formatted.
  LogLevel level = LogLevel::kInfo;
  // One line an event on stderr: time, level, message, fields.
  bool to_stderr = true;
  // One JSON object a line, UTF-8: {"time", "level", "message", then the fields}. Its folder has to
  // exist.
  std::optional<std::string> file = {};
  // When the file is larger it is renamed to <name>.1 and so on; the oldest goes.
  size_t file_bytes_max = 32 * 1024 * 1024;
  size_t files_max = 5;
};

class Logger final {
 public:
  // PermissionDenied when the file cannot be opened. `clock` must outlive the logger.
  Logger(const Clock& clock, LogOptions options);

  // Drops everything.
  static Logger Silent(const Clock& clock);

  void Debug(std::string_view message, const LogFields& fields = {}) const;
  void Info(std::string_view message, const LogFields& fields = {}) const;
  void Warning(std::string_view message, const LogFields& fields = {}) const;
  // The error's kind, code, place and values become fields; its sentence follows the message.
  void Failure(std::string_view message, const Error& error, const LogFields& fields = {}) const;
  void Log(LogLevel level, std::string_view message, const LogFields& fields) const;

  // Adds `fields` to every event, before the event's own.
  [[nodiscard]] Logger With(LogFields fields) const;
  // What was logged is with the operating system on return.
  void Flush() const;

 private:
  struct Sinks;

  Logger(const Clock& clock, std::shared_ptr<Sinks> sinks, LogFields fields);

  const Clock* clock_;
  std::shared_ptr<Sinks> sinks_;
  LogFields fields_;
};

}  // namespace laguna::base
