// SPDX-License-Identifier: Apache-2.0
#include "runner/shell.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"

namespace laguna::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kOutputBytesMax = 16 * 1024 * 1024;

base::Error SystemError(const char* what, int number) {
  return {base::ErrorKind::kUnavailable, "test.shell",
          std::string(what) + " failed: " + std::strerror(number) + "."};
}

// What posix_spawn is to do in the child.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void Redirect(int output) {
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
  }
  void ChangeFolder(const std::filesystem::path& folder) {
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  pid_t Spawn(const std::string& script, std::vector<char*> environment) {
    const std::array<const char*, 4> arguments = {"sh", "-c", script.c_str(), nullptr};
    environment.push_back(nullptr);
    pid_t process = 0;
    const int failed = posix_spawn(&process, "/bin/sh", &actions_, &attributes_,
                                   const_cast<char**>(arguments.data()), environment.data());
    if (failed != 0) throw SystemError("Starting /bin/sh", failed);
    return process;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<std::string> Environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

// Reads until the writers are gone, or time is up (false).
bool ReadOutput(int from, Clock::time_point deadline, std::string& output) {
  std::array<char, 65536> buffer{};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t count = read(from, buffer.data(), buffer.size());
    if (count == 0) return true;
    if (count < 0 && errno != EINTR) throw SystemError("Reading a command's output", errno);
    if (count > 0 && output.size() < kOutputBytesMax) {
      output.append(buffer.data(), static_cast<size_t>(count));
    }
  }
}

int ExitCode(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ShellOutcome RunShell(const ShellCommand& command) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw SystemError("Making a pipe", errno);
  const base::UniqueFd reading(ends[0]);
  base::UniqueFd writing(ends[1]);
  SpawnPlan plan;
  plan.Redirect(writing.get());
  plan.ChangeFolder(command.folder);
  std::vector<std::string> environment = Environment(command.environment);
  std::vector<char*> pointers;
  for (std::string& entry : environment) pointers.push_back(entry.data());
  const pid_t process = plan.Spawn(command.script, std::move(pointers));
  writing.Reset();

  ShellOutcome outcome;
  outcome.timed_out = !ReadOutput(reading.get(), Clock::now() + command.time_limit, outcome.output);
  if (outcome.timed_out) kill(-process, SIGKILL);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  outcome.exit_code = ExitCode(status);
  return outcome;
}

}  // namespace laguna::test
