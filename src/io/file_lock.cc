// SPDX-License-Identifier: Apache-2.0
#include "io/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <thread>
#include <utility>

#include "base/error.h"
#include "io/file_error.h"

namespace laguna::io {
namespace {

constexpr size_t kHolderBytesMax = 1000;
// flock() has no way to wait that a stop token could end.
constexpr std::chrono::milliseconds kRetryMin{2};
constexpr std::chrono::milliseconds kRetryMax{50};

LockHolder ReadHolder(int fd) {
  std::array<char, kHolderBytesMax> buffer{};
  ssize_t count = ::pread(fd, buffer.data(), buffer.size(), 0);
  std::string_view line(buffer.data(), static_cast<size_t>(std::max<ssize_t>(count, 0)));
  line = line.substr(0, line.find('\n'));
  LockHolder holder;
  auto [rest, failure] = std::from_chars(line.data(), line.data() + line.size(), holder.process_id);
  if (failure != std::errc()) return {};
  line.remove_prefix(static_cast<size_t>(rest - line.data()));
  if (line.starts_with(' ')) holder.purpose = line.substr(1);
  return holder;
}

// For people only: a full disk must not keep anybody from the lock.
void WriteHolder(int fd, std::string_view purpose) {
  std::string text = fmt::format("{} {}", ::getpid(), purpose.substr(0, kHolderBytesMax / 2));
  std::replace(text.begin(), text.end(), '\n', ' ');
  text += '\n';
  if (::ftruncate(fd, 0) != 0) return;
  [[maybe_unused]] ssize_t written = ::pwrite(fd, text.data(), text.size(), 0);
}

}  // namespace

std::variant<FileLock, LockHolder> FileLock::TryLock(const std::string& path,
                                                     std::string_view purpose) {
  base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!fd) throw FileError(errno, "open the lock file", path);
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return ReadHolder(fd.get());
    if (errno != EINTR) throw FileError(errno, "lock", path);
  }
  WriteHolder(fd.get(), purpose);
  return FileLock(std::move(fd));
}

FileLock FileLock::WaitLock(const std::string& path, std::string_view purpose, const Call& call) {
  std::chrono::milliseconds pause = kRetryMin;
  while (true) {
    auto result = TryLock(path, purpose);
    if (auto* lock = std::get_if<FileLock>(&result)) return std::move(*lock);
    const auto& holder = std::get<LockHolder>(result);
    CheckCall(call, fmt::format("waiting for the lock '{}', which process {} holds ({})", path,
                                holder.process_id, holder.purpose));
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kRetryMax);
  }
}

}  // namespace laguna::io
