// SPDX-License-Identifier: Apache-2.0
#include "io/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>

#include "base/assert.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "io/file_error.h"

extern char** environ;

namespace laguna::io {
namespace {

using base::Error;
using base::ErrorKind;
using base::UniqueFd;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr size_t kReadBytes = 64 * 1024;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw FileError(errno, "make", "a pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void SetNonBlocking(const UniqueFd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// posix_spawn's settings, which have to be destroyed by hand.
class SpawnSettings final {
 public:
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    // Whatever this process ignores or blocks, the child begins with the defaults.
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  void Connect(const UniqueFd& fd, int to) {
    ::posix_spawn_file_actions_adddup2(&actions_, fd.get(), to);
  }
  void EnterFolder(const std::string& folder) {
    if (!folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void CheckWorkingFolder(const std::string& folder) {
  struct stat status {};
  if (folder.empty()) return;
  if (::stat(folder.c_str(), &status) != 0) throw FileError(errno, "enter the folder", folder);
  if (!S_ISDIR(status.st_mode)) throw FileError(ENOTDIR, "enter the folder", folder);
}

// Collects what comes from one stream of the child.
class Stream final {
 public:
  Stream(UniqueFd fd, const std::function<void(std::string_view)>& on_line, size_t bytes_max)
      : fd_(std::move(fd)), on_line_(on_line), bytes_max_(bytes_max) {
    SetNonBlocking(fd_);
  }

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool cut() const { return cut_; }
  std::string Take() { return std::move(text_); }

  // Reads once; closes at the end of the stream.
  void Read() {
    std::array<char, kReadBytes> buffer;
    ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return Close();
    Accept(std::string_view(buffer.data(), static_cast<size_t>(count)));
  }

  void Close() {
    fd_.Reset();
    if (!on_line_ || text_.empty()) return;
    on_line_(text_);
    text_.clear();
  }

 private:
  void Accept(std::string_view bytes) {
    if (!on_line_) {
      size_t room = bytes_max_ - text_.size();
      cut_ = cut_ || bytes.size() > room;
      text_.append(bytes.substr(0, room));
      return;
    }
    for (size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
      text_.append(bytes.substr(0, end));
      if (text_.ends_with('\r')) text_.pop_back();
      on_line_(text_);
      text_.clear();
      bytes.remove_prefix(end + 1);
    }
    text_.append(bytes);
    if (text_.size() <= bytes_max_) return;
    on_line_(text_);
    text_.clear();
  }

  UniqueFd fd_;
  const std::function<void(std::string_view)>& on_line_;
  const size_t bytes_max_;
  std::string text_;
  bool cut_ = false;
};

// Ends a group of processes when this process dies before it could. A death signal
// (PR_SET_PDEATHSIG) would reach the child alone and not what it started; so a shell of its own
// group reads from a pipe whose other end only we hold.
class Warden final {
 public:
  Warden() = default;
  Warden(const Warden&) = delete;
  Warden& operator=(const Warden&) = delete;
  ~Warden() { Dismiss(); }

  // Where there is no shell to be had, the group is without one.
  void Watch(pid_t group, std::chrono::milliseconds grace) {
    Pipe pipe = MakePipe();
    const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!nowhere) return;
    SpawnSettings settings;
    settings.Connect(pipe.read, STDIN_FILENO);
    settings.Connect(nowhere, STDOUT_FILENO);
    settings.Connect(nowhere, STDERR_FILENO);
    settings.EnterFolder("/");
    std::vector<std::string> arguments = {
        "/bin/sh",
        "-c",
        "read -r _; kill -TERM -\"$1\" && sleep \"$2\" && kill -KILL -\"$1\"",
        "sh",
        fmt::format("{}", group),
        fmt::format("{:.3f}", std::chrono::duration<double>(grace).count())};
    if (::posix_spawn(&process_, arguments[0].c_str(), settings.actions(), settings.attributes(),
                      Pointers(arguments).data(), environ) != 0) {
      process_ = 0;
      return;
    }
    alive_ = std::move(pipe.write);
  }

  // To be called while the group's id cannot belong to others yet.
  void Dismiss() {
    if (process_ <= 0) return;
    ::kill(-process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    alive_.Reset();
  }

 private:
  pid_t process_ = 0;
  UniqueFd alive_;
};

// A running child. Destruction leaves nothing of its group behind.
class Child final {
 public:
  Child(const ProcessOptions& options, const Call& call)
      : options_(options), call_(call), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake_) throw FileError(errno, "make", "an event");
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (process_ > 0 && !reaped_) KillGroupAndReap();
  }

  ProcessResult Run() {
    Spawn();
    std::stop_callback wake(
        call_.stop, [this] { [[maybe_unused]] int ignored = ::eventfd_write(wake_.get(), 1); });
    while (!reaped_ || IsReading()) Step();
    ProcessResult result;
    result.signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
    result.exit_code = result.signal != 0 ? 128 + result.signal : WEXITSTATUS(status_);
    result.output_cut = output_->cut() || errors_->cut();
    result.output = output_->Take();
    result.error_output = errors_->Take();
    if (ended_by_us_) CheckCall(call_, fmt::format("running '{}'", options_.arguments[0]));
    return result;
  }

 private:
  void Spawn() {
    Pipe input = MakePipe();
    Pipe output = MakePipe();
    Pipe errors = MakePipe();
    SpawnSettings settings;
    settings.Connect(input.read, STDIN_FILENO);
    settings.Connect(output.write, STDOUT_FILENO);
    settings.Connect(errors.write, STDERR_FILENO);
    settings.EnterFolder(options_.working_folder);
    std::vector<std::string> arguments = options_.arguments;
    std::vector<std::string> variables;
    if (options_.environment) {
      for (const auto& [name, value] : *options_.environment) {
        variables.push_back(fmt::format("{}={}", name, value));
      }
    }
    std::vector<char*> variable_pointers = Pointers(variables);
    int failure = ::posix_spawnp(&process_, arguments[0].c_str(), settings.actions(),
                                 settings.attributes(), Pointers(arguments).data(),
                                 options_.environment ? variable_pointers.data() : environ);
    if (failure != 0) {
      process_ = 0;
      throw FileError(failure, "run the program", arguments[0]);
    }
    input_ = std::move(input.write);
    SetNonBlocking(input_);
    output_.emplace(std::move(output.read), options_.on_output_line, options_.output_bytes_max);
    errors_.emplace(std::move(errors.read), options_.on_error_line, options_.output_bytes_max);
    // Readable once the process has ended. (glibc 2.36 has the call but older ones do not.)
    ended_.Reset(static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)));
    if (!ended_) throw FileError(errno, "watch the program", arguments[0]);
    warden_.Watch(process_, options_.grace);
    WriteInput();
  }

  [[nodiscard]] bool IsReading() const { return output_->fd() >= 0 || errors_->fd() >= 0; }

  // Waits for one thing to happen and deals with it.
  void Step() {
    std::array<pollfd, 5> waits{pollfd{wake_.get(), POLLIN, 0}, pollfd{ended_.get(), POLLIN, 0},
                                pollfd{output_->fd(), POLLIN, 0}, pollfd{errors_->fd(), POLLIN, 0},
                                pollfd{input_.get(), POLLOUT, 0}};
    if (reaped_) waits[1].fd = -1;
    if (ended_by_us_) waits[0].fd = -1;
    if (::poll(waits.data(), waits.size(), WaitMs()) < 0 && errno != EINTR) {
      throw FileError(errno, "wait for the program", options_.arguments[0]);
    }
    if (waits[2].revents != 0) output_->Read();
    if (waits[3].revents != 0) errors_->Read();
    if (waits[4].revents != 0) WriteInput();
    if (waits[1].revents != 0) Finish();
    EnforceLimits();
  }

  // A descendant that left the group may keep the pipes open for ever; it is not waited for.
  void Finish() {
    KillGroupAndReap();
    Drain(*output_);
    Drain(*errors_);
    input_.Reset();
  }

  // What the pipe still holds, at most its capacity a few times over.
  static void Drain(Stream& stream) {
    constexpr int kReadsMax = 64;
    for (int i = 0; i < kReadsMax && stream.fd() >= 0; ++i) {
      pollfd wait{stream.fd(), POLLIN, 0};
      if (::poll(&wait, 1, 0) <= 0) break;
      stream.Read();
    }
    if (stream.fd() >= 0) stream.Close();
  }

  // In this order: until it is reaped the process keeps its id, and its group, from being reused.
  void KillGroupAndReap() {
    warden_.Dismiss();
    ::kill(-process_, SIGKILL);
    while (::waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
  }

  void WriteInput() {
    while (input_ && written_ < options_.standard_input.size()) {
      ssize_t count = ::write(input_.get(), options_.standard_input.data() + written_,
                              options_.standard_input.size() - written_);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      // The program closed its input: it does not want the rest.
      if (count < 0) break;
      written_ += static_cast<size_t>(count);
    }
    input_.Reset();
  }

  void EnforceLimits() {
    if (reaped_) return;
    SteadyTime now = std::chrono::steady_clock::now();
    bool over = call_.stop.stop_requested() || (call_.deadline && now >= *call_.deadline);
    if (over && !ended_by_us_) {
      ended_by_us_ = true;
      kill_at_ = now + options_.grace;
      ::kill(-process_, SIGTERM);
    } else if (kill_at_ && now >= *kill_at_) {
      kill_at_.reset();
      ::kill(-process_, SIGKILL);
    }
  }

  // Until the next limit, -1 when there is none.
  [[nodiscard]] int WaitMs() const {
    std::optional<SteadyTime> next = ended_by_us_ ? kill_at_ : call_.deadline;
    if (!next || reaped_) return -1;
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 3'600'000));
  }

  const ProcessOptions& options_;
  const Call& call_;
  const UniqueFd wake_;
  UniqueFd ended_;
  UniqueFd input_;
  std::optional<Stream> output_;
  std::optional<Stream> errors_;
  size_t written_ = 0;
  pid_t process_ = 0;
  Warden warden_;
  int status_ = 0;
  bool reaped_ = false;
  bool ended_by_us_ = false;
  std::optional<SteadyTime> kill_at_;
};

// Writing to a child that has closed its input must be an error value, not a signal that ends us.
class PipeSignalBlock final {
 public:
  PipeSignalBlock() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  PipeSignalBlock(const PipeSignalBlock&) = delete;
  PipeSignalBlock& operator=(const PipeSignalBlock&) = delete;
  ~PipeSignalBlock() {
    // One that came meanwhile is taken away before the mask falls.
    timespec none{};
    if (::sigismember(&before_, SIGPIPE) == 0) {
      while (::sigtimedwait(&pipe_, nullptr, &none) == SIGPIPE) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

}  // namespace

ProcessResult RunProcess(const ProcessOptions& options, const Call& call) {
  LAGUNA_ASSERT(!options.arguments.empty());
  CheckCall(call, fmt::format("running '{}'", options.arguments[0]));
  CheckWorkingFolder(options.working_folder);
  PipeSignalBlock block;
  return Child(options, call).Run();
}

}  // namespace laguna::io
