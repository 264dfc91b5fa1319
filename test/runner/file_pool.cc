// SPDX-License-Identifier: Apache-2.0
#include "runner/file_pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/error.h"
#include "base/unique_fd.h"

namespace laguna::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPollMs = 1'000;

struct Child {
  std::string path = {};
  pid_t process = 0;
  base::UniqueFd reading = {};
  Clock::time_point begin = {};
  std::string json = {};
  bool timed_out = false;
};

void WriteAll(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(to, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return;
    if (count > 0) bytes.remove_prefix(static_cast<size_t>(count));
  }
}

[[noreturn]] void RunAsChild(int writing, const std::string& path, const RunFile& run) {
  setpgid(0, 0);
  WriteAll(writing, ToJson(run(path)));
  fflush(nullptr);
  _exit(0);
}

Child Start(const std::string& path, const RunFile& run) {
  std::array<int, 2> ends{};
  const bool made = pipe2(ends.data(), O_CLOEXEC) == 0;
  fflush(nullptr);
  const pid_t process = made ? fork() : -1;
  if (process < 0) {
    throw base::Error(base::ErrorKind::kUnavailable, "test.process",
                      fmt::format("No process can be started: {}.", strerror(errno)));
  }
  if (process == 0) {
    close(ends[0]);
    RunAsChild(ends[1], path, run);
  }
  close(ends[1]);
  return {
      .path = path, .process = process, .reading = base::UniqueFd(ends[0]), .begin = Clock::now()};
}

FileResult Broken(const Child& child, std::string what) {
  FileResult result{.path = child.path, .outcome = Outcome::kFailed};
  result.failures.push_back({1, std::move(what), "", ""});
  result.seconds = std::chrono::duration<double>(Clock::now() - child.begin).count();
  return result;
}

FileResult Finish(Child& child) {
  int status = 0;
  while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) continue;
  if (child.timed_out) return Broken(child, "the file did not end in time");
  if (WIFSIGNALED(status)) {
    return Broken(child, fmt::format("the process died of signal {} ({})", WTERMSIG(status),
                                     strsignal(WTERMSIG(status))));
  }
  try {
    return FromJson(child.json);
  } catch (const std::exception& error) {
    return Broken(child, fmt::format("the process ended with {} and no result: {}",
                                     WEXITSTATUS(status), error.what()));
  }
}

// False when the child has closed its end.
bool ReadSome(Child& child) {
  std::array<char, 65536> buffer{};
  const ssize_t count = read(child.reading.get(), buffer.data(), buffer.size());
  if (count > 0) child.json.append(buffer.data(), static_cast<size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

void KillWhenLate(Child& child, std::chrono::seconds limit) {
  if (child.timed_out || Clock::now() - child.begin < limit) return;
  child.timed_out = true;
  kill(-child.process, SIGKILL);
}

// Waits for news; reports and removes the children that ended.
void Attend(std::vector<Child>& children, const PoolOptions& options, const Report& report) {
  std::vector<pollfd> waiting;
  for (const Child& child : children) waiting.push_back({child.reading.get(), POLLIN, 0});
  poll(waiting.data(), waiting.size(), kPollMs);
  std::vector<Child> running;
  for (size_t at = 0; at < children.size(); ++at) {
    Child& child = children[at];
    if (waiting[at].revents != 0 && !ReadSome(child)) {
      report(Finish(child));
      continue;
    }
    KillWhenLate(child, options.time_limit);
    running.push_back(std::move(child));
  }
  children = std::move(running);
}

}  // namespace

void RunFiles(const std::vector<std::string>& paths, const PoolOptions& options, const RunFile& run,
              const Report& report) {
  std::vector<Child> children;
  size_t next = 0;
  while (next < paths.size() || !children.empty()) {
    const auto jobs = static_cast<size_t>(std::max(options.jobs, 1));
    while (children.size() < jobs && next < paths.size()) {
      children.push_back(Start(paths[next++], run));
    }
    Attend(children, options, report);
  }
}

}  // namespace laguna::test
