// SPDX-License-Identifier: Apache-2.0
#include "io/store/local.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "io/file_error.h"
#include "io/file_info.h"
#include "io/folder_at_hand.h"
#include "io/folder_listing.h"

namespace laguna::io {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int kCreateAttemptsMax = 100;
// fsync waits for the disk, not for a processor; more at once lets the journal take them together.
constexpr size_t kSyncThreadsMax = 16;

std::string AbsoluteRoot(const std::string& root) {
  std::string path = std::filesystem::absolute(root).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

bool IsAbsent(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR;
}

// The status of a file, nothing when there is none of that name or it is no file.
std::optional<struct stat> StatFile(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISREG(status.st_mode)) return status;
    return std::nullopt;
  }
  if (IsAbsent(errno)) return std::nullopt;
  throw FileError(errno, "look at", path);
}

class LocalReader final : public ObjectReader {
 public:
  LocalReader(std::string path, const std::string& key) : path_(std::move(path)) {
    // Without O_NONBLOCK a named pipe would block here.
    fd_.Reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd_) throw FileError(errno, "open", path_);
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) throw FileError(errno, "open", path_);
    if (!S_ISREG(status.st_mode)) {
      throw Error(ErrorKind::kNotFound, "io.not_a_file",
                  fmt::format("Cannot open '{}': it is not a file.", path_))
          .With("path", path_);
    }
    info_ = InfoOfFile(key, status);
  }

  [[nodiscard]] const ObjectInfo& info() const override { return info_; }

  size_t ReadAt(uint64_t offset, std::span<std::byte> into, const Call& call) override {
    // What somebody appends to the file later is not part of the object that was opened.
    if (offset >= info_.size_bytes) return 0;
    into = into.first(std::min<uint64_t>(into.size(), info_.size_bytes - offset));
    size_t done = 0;
    while (done < into.size()) {
      if (call.stop.stop_possible() || call.deadline) {
        CheckCall(call, fmt::format("reading '{}'", path_));
      }
      size_t step = std::min(into.size() - done, kReadBytes);
      ssize_t count =
          ::pread(fd_.get(), into.data() + done, step, static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw FileError(errno, "read", path_);
      if (count == 0) break;
      done += static_cast<size_t>(count);
    }
    return done;
  }

 private:
  // Between two looks at the call.
  static constexpr size_t kReadBytes = 8 * 1024 * 1024;

  const std::string path_;
  base::UniqueFd fd_;
  ObjectInfo info_;
};

class LocalWriter final : public ObjectWriter {
 public:
  LocalWriter(FolderChain& folders, TemporaryFile file, std::string key, std::string path)
      : folders_(folders), file_(std::move(file)), key_(std::move(key)), path_(std::move(path)) {}

  ~LocalWriter() override {
    if (!finished_) Abort();
  }

  void Append(std::span<const std::byte> bytes, const Call& call) override {
    CheckCall(call, fmt::format("writing '{}'", path_));
    file_.Append(bytes);
  }

  ObjectInfo Finish(const Call& call) override {
    CheckCall(call, fmt::format("writing '{}'", path_));
    file_.StartWriteBack();
    ObjectInfo info = file_.Close(key_);
    file_.RenameTo(path_);
    finished_ = true;
    return info;
  }

  // The folder was made for the object; without it, it goes too.
  void Abort() noexcept override {
    file_.Discard();
    folders_.RemoveEmpty(FolderChain::ParentOf(path_));
    finished_ = true;
  }

 private:
  FolderChain& folders_;
  TemporaryFile file_;
  const std::string key_;
  const std::string path_;
  bool finished_ = false;
};

// Runs `work` for 0 .. count-1 on several threads and throws the first failure once all have ended.
void RunForEach(size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  auto run = [&] {
    try {
      for (size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> threads;
    try {
      while (threads.size() + 1 < std::min(count, kSyncThreadsMax)) threads.emplace_back(run);
    } catch (const std::system_error&) {
      // No more threads to be had: those there are, and this one, do the work.
    }
    run();
  }
  if (failure) std::rethrow_exception(failure);
}

void SyncFile(const std::string& path) {
  base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) throw FileError(errno, "open", path);
  if (::fsync(fd.get()) != 0) throw FileError(errno, "make durable", path);
}

bool IsRunning(pid_t process) {
  return process == ::getpid() || ::kill(process, 0) == 0 || errno == EPERM;
}

bool IsLeftover(const std::filesystem::path& path, int64_t before_ms) {
  std::string name = path.filename().string();
  if (!TemporaryFile::IsName(name)) return false;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (InfoOfFile({}, status).modified_ms >= before_ms) return false;
  std::optional<pid_t> owner = TemporaryFile::OwnerOf(name);
  return owner && !IsRunning(*owner);
}

}  // namespace

LocalObjectStore::LocalObjectStore(const std::string& root)
    : root_(AbsoluteRoot(root)), folders_(root_) {}

std::string LocalObjectStore::Locate(std::string_view key) const {
  if (key.empty()) return root_;
  return fmt::format("{}{}{}", root_, root_.ends_with('/') ? "" : "/", key);
}

std::string LocalObjectStore::PathOf(const std::string& key) const {
  CheckKey(key);
  if (TemporaryFile::IsName(key) || key.find("/.tmp-") != std::string::npos) {
    throw Error(ErrorKind::kInvalidInput, "io.invalid_key",
                fmt::format("'{}' has the name of a temporary file.", Locate(key)))
        .Hint("Choose a name that does not begin with '.tmp-'.");
  }
  return Locate(key);
}

std::optional<ObjectInfo> LocalObjectStore::Head(const std::string& key, const Call& call) {
  std::string path = PathOf(key);
  CheckCall(call, fmt::format("looking for '{}'", path));
  std::optional<struct stat> status = StatFile(path);
  if (!status) return std::nullopt;
  return InfoOfFile(key, *status);
}

std::unique_ptr<ObjectReader> LocalObjectStore::Open(const std::string& key, const Call& call) {
  std::string path = PathOf(key);
  CheckCall(call, fmt::format("opening '{}'", path));
  return std::make_unique<LocalReader>(std::move(path), key);
}

TemporaryFile LocalObjectStore::CreateFor(const std::string& path) {
  std::string folder = FolderChain::ParentOf(path);
  // A concurrent DeleteMany may remove the folder, still empty, before our file is in it.
  for (int attempt = 0; attempt < kCreateAttemptsMax; ++attempt) {
    std::optional<TemporaryFile> file = TemporaryFile::Create(folder);
    if (file) return std::move(*file);
    folders_.Make(folder);
  }
  throw FileError(EBUSY, "create a file in", folder);
}

std::unique_ptr<ObjectWriter> LocalObjectStore::Write(const std::string& key, const Call& call) {
  std::string path = PathOf(key);
  CheckCall(call, fmt::format("writing '{}'", path));
  return std::make_unique<LocalWriter>(folders_, CreateFor(path), key, path);
}

void LocalObjectStore::Sync(std::span<const std::string> keys, const Call& call) {
  std::vector<std::string> paths;
  std::set<std::string> distinct;
  for (const std::string& key : keys) {
    paths.push_back(PathOf(key));
    distinct.insert(FolderChain::ParentOf(paths.back()));
  }
  RunForEach(paths.size(), [&](size_t i) {
    CheckCall(call, fmt::format("making '{}' durable", paths[i]));
    SyncFile(paths[i]);
  });
  std::vector<std::string> parents(distinct.begin(), distinct.end());
  RunForEach(parents.size(), [&](size_t i) {
    CheckCall(call, fmt::format("making '{}' durable", parents[i]));
    folders_.MakeDurable(parents[i]);
  });
}

void LocalObjectStore::Put(const std::string& key, std::string_view bytes, const Call& call) {
  std::string path = PathOf(key);
  CheckCall(call, fmt::format("writing '{}'", path));
  TemporaryFile file = CreateFor(path);
  file.Append(std::as_bytes(std::span(bytes)));
  file.Sync();
  file.Close(key);
  CheckCall(call, fmt::format("writing '{}'", path));
  file.RenameTo(path);
  folders_.MakeDurable(FolderChain::ParentOf(path));
}

PutOutcome LocalObjectStore::PutIfAbsent(const std::string& key, std::string_view bytes,
                                         const Call& call) {
  std::string path = PathOf(key);
  CheckCall(call, fmt::format("writing '{}'", path));
  if (StatFile(path)) return PutOutcome::kExists;
  TemporaryFile file = CreateFor(path);
  file.Append(std::as_bytes(std::span(bytes)));
  file.Sync();
  file.Close(key);
  CheckCall(call, fmt::format("writing '{}'", path));
  if (!file.LinkTo(path)) {
    // A folder, or a link that leads nowhere, is no object that won a race.
    std::error_code failure;
    bool file_won = std::filesystem::is_regular_file(path, failure) ||
                    !std::filesystem::exists(std::filesystem::symlink_status(path, failure));
    if (!file_won) throw FileError(EEXIST, "create", path);
    return PutOutcome::kExists;
  }
  try {
    folders_.MakeDurable(FolderChain::ParentOf(path));
  } catch (const Error&) {
    return PutOutcome::kUnknown;
  }
  return PutOutcome::kCreated;
}

ListPage LocalObjectStore::List(const std::string& prefix, const ListOptions& options,
                                const Call& call) {
  CheckPrefix(prefix);
  return ListFolder(root_, prefix, options, call);
}

void LocalObjectStore::DeleteMany(std::span<const std::string> keys, const Call& call) {
  std::vector<std::string> paths;
  paths.reserve(keys.size());
  for (const std::string& key : keys) paths.push_back(PathOf(key));
  std::set<std::string> touched;
  FolderAtHand at_hand;
  for (const std::string& path : paths) {
    if (call.stop.stop_possible() || call.deadline) {
      CheckCall(call, fmt::format("deleting '{}'", path));
    }
    const auto [folder, name] = at_hand.Find(path);
    if (folder >= 0 && ::unlinkat(folder, name, 0) == 0) {
      if (!touched.contains(at_hand.folder())) touched.insert(at_hand.folder());
    } else if (!IsAbsent(errno) && errno != EISDIR) {
      throw FileError(errno, "delete", path);
    }
  }
  for (const std::string& folder : touched) folders_.RemoveEmpty(folder);
}

void LocalObjectStore::MoveFolder(const std::string& from, const std::string& to,
                                  const Call& call) {
  CheckMove(from, to);
  std::string source = Locate(from.substr(0, from.size() - 1));
  std::string target = Locate(to.substr(0, to.size() - 1));
  CheckCall(call, fmt::format("moving '{}'", source));
  struct stat status {};
  if (::stat(source.c_str(), &status) != 0) throw FileError(errno, "move", source);
  if (!S_ISDIR(status.st_mode)) throw FileError(ENOTDIR, "move", source);
  std::string action = fmt::format("move '{}' to", source);
  int failure = ENOENT;
  for (int attempt = 0; failure == ENOENT && attempt < kCreateAttemptsMax; ++attempt) {
    folders_.Make(FolderChain::ParentOf(target));
    // rename() takes the place of an empty folder and refuses any other target.
    failure = ::rename(source.c_str(), target.c_str()) == 0 ? 0 : errno;
    if (failure == ENOENT && ::stat(source.c_str(), &status) != 0)
      throw FileError(ENOENT, "move", source);
  }
  if (failure == ENOTDIR) failure = EEXIST;
  if (failure != 0) throw FileError(failure, action, target);
  folders_.MakeDurable(FolderChain::ParentOf(target));
  folders_.MakeDurable(FolderChain::ParentOf(source));
  folders_.RemoveEmpty(FolderChain::ParentOf(source));
}

size_t LocalObjectStore::ClearLeftovers(const std::string& prefix, int64_t before_ms,
                                        const Call& call) {
  if (!prefix.empty()) CheckFolder(prefix);
  std::string folder = Locate(prefix);
  size_t removed = 0;
  std::error_code failure;
  auto options = std::filesystem::directory_options::skip_permission_denied;
  std::filesystem::recursive_directory_iterator entry(folder, options, failure);
  for (; !failure && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(failure)) {
    CheckCall(call, fmt::format("clearing '{}'", folder));
    if (!IsLeftover(entry->path(), before_ms)) continue;
    if (::unlink(entry->path().c_str()) == 0) ++removed;
  }
  if (failure && failure.value() != ENOENT) {
    throw FileError(failure.value(), "clear leftover files below", folder);
  }
  return removed;
}

}  // namespace laguna::io
