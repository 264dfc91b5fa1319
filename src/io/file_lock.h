// SPDX-License-Identifier: Apache-2.0
// An exclusive lock among processes, kept by an open file: the operating system releases it when
// the holder dies, however it dies.
//
// The file holds one line for people and error messages: process id, and what the holder is doing.
// It stays on disk after release (removing it would let two processes lock two files of one name).
// Advisory: only those who ask for the lock keep to it. Two FileLocks within one process exclude
// each other too. Used by one thread at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/unique_fd.h"
#include "io/object_store.h"

namespace laguna::io {

struct LockHolder {
  // 0 and empty while the holder has not written them yet.
  int process_id = 0;
  std::string purpose;
};

class FileLock final {
 public:
  // The lock, or who holds it. The file is made if need be, its folder is not. The kinds of
  // io/file_error.h.
  static std::variant<FileLock, LockHolder> TryLock(const std::string& path,
                                                    std::string_view purpose);
  // Waits while somebody else holds it, within the call's limits: then Cancelled or Unavailable,
  // naming the holder.
  static FileLock WaitLock(const std::string& path, std::string_view purpose, const Call& call);

  FileLock(FileLock&&) noexcept = default;
  FileLock& operator=(FileLock&&) noexcept = default;
  ~FileLock() = default;

 private:
  explicit FileLock(base::UniqueFd fd) : fd_(std::move(fd)) {}

  base::UniqueFd fd_;
};

}  // namespace laguna::io
