// SPDX-License-Identifier: Apache-2.0
// The log of one task of one run: an append-only text file, .laguna/logs/runs/<run>/<task>.log, one
// line "2026-01-31T12:00:00.000Z text" each. Attempts follow one another. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace laguna::state {

// `state_folder` is ControlState::folder().
std::string TaskLogPath(const std::string& state_folder, const std::string& run_id,
                        const std::string& task);

class TaskLog {
 public:
  // Makes the folders. The kinds of io/file_error.h.
  TaskLog(const base::Clock& clock, const std::string& path);

  // Line ends inside `text` begin new lines. Longer lines than 64 KiB are cut, and say so. A line
  // that cannot be written (a full disk) is lost; the work that logs goes on.
  void Write(std::string_view text);

 private:
  void WriteLine(std::string_view line);

  const base::Clock& clock_;
  std::mutex mutex_;
  base::UniqueFd fd_;
};

// What stands there now, from `offset` on (the offset to go on from is it plus the size), at most
// `bytes_max`. Empty when there is no log.
std::string ReadTaskLog(const std::string& path, uint64_t offset, size_t bytes_max);

}  // namespace laguna::state
