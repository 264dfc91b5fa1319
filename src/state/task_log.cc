// SPDX-License-Identifier: Apache-2.0
#include "state/task_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/iso_time.h"
#include "io/file_error.h"

namespace laguna::state {
namespace {

constexpr size_t kLineBytesMax = size_t{64} * 1024;

base::UniqueFd OpenForAppend(const std::string& path) {
  std::error_code failure;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(folder, failure);
  if (failure) throw io::FileError(failure.value(), "make the folder", folder.string());
  base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!fd) throw io::FileError(errno, "write the log", path);
  return fd;
}

}  // namespace

std::string TaskLogPath(const std::string& state_folder, const std::string& run_id,
                        const std::string& task) {
  return fmt::format("{}/logs/runs/{}/{}.log", state_folder, run_id, task);
}

TaskLog::TaskLog(const base::Clock& clock, const std::string& path)
    : clock_(clock), fd_(OpenForAppend(path)) {}

void TaskLog::Write(std::string_view text) {
  const std::lock_guard lock(mutex_);
  do {
    const size_t end = std::min(text.find('\n'), text.size());
    WriteLine(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  } while (!text.empty());
}

void TaskLog::WriteLine(std::string_view line) {
  std::string_view cut = line.size() > kLineBytesMax ? " [cut here]" : "";
  const std::string text = fmt::format("{} {}{}\n", base::FormatIsoMs(clock_.NowMs()),
                                       line.substr(0, kLineBytesMax), cut);
  [[maybe_unused]] const ssize_t written = ::write(fd_.get(), text.data(), text.size());
}

std::string ReadTaskLog(const std::string& path, uint64_t offset, size_t bytes_max) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return {};
  if (!fd) throw io::FileError(errno, "read the log", path);
  std::string text(bytes_max, '\0');
  const ssize_t count = ::pread(fd.get(), text.data(), bytes_max, static_cast<off_t>(offset));
  if (count < 0) throw io::FileError(errno, "read the log", path);
  text.resize(static_cast<size_t>(count));
  return text;
}

}  // namespace laguna::state
