// SPDX-License-Identifier: Apache-2.0
#include "io/temporary_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <utility>

#include "base/assert.h"
#include "io/file_error.h"
#include "io/file_info.h"

namespace laguna::io {
namespace {

constexpr std::string_view kNamePrefix = ".tmp-";
constexpr size_t kBufferBytes = 256 * 1024;
// The disk begins to work while the file is still being written, so that the fsync at the end has
// little left to do.
constexpr uint64_t kWriteBackBytes = 16 * 1024 * 1024;
constexpr int kNameAttemptsMax = 1000;

std::string NextName() {
  static std::atomic<uint64_t> counter{0};
  return fmt::format("{}{}-{}", kNamePrefix, ::getpid(), counter.fetch_add(1));
}

bool IsMissingFolder(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR;
}

// File systems without hard links say so in one of these ways.
bool HasNoLinks(int error_number) {
  return error_number == EPERM || error_number == EOPNOTSUPP || error_number == ENOSYS ||
         error_number == EMLINK;
}

}  // namespace

std::optional<TemporaryFile> TemporaryFile::Create(const std::string& folder) {
  std::string path;
  for (int attempt = 0; attempt < kNameAttemptsMax; ++attempt) {
    path = fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", NextName());
    base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (fd) return TemporaryFile(std::move(path), std::move(fd));
    if (IsMissingFolder(errno)) return std::nullopt;
    // A process of the same id, now dead or on another machine, left a file of this name.
    if (errno != EEXIST && errno != EINTR) throw FileError(errno, "create a file in", folder);
  }
  throw FileError(EEXIST, "create a file in", folder);
}

bool TemporaryFile::IsName(std::string_view file_name) {
  return file_name.starts_with(kNamePrefix);
}

std::optional<pid_t> TemporaryFile::OwnerOf(std::string_view file_name) {
  if (!IsName(file_name)) return std::nullopt;
  file_name.remove_prefix(kNamePrefix.size());
  pid_t owner = 0;
  const char* end = file_name.data() + file_name.size();
  auto [rest, failure] = std::from_chars(file_name.data(), end, owner);
  if (failure != std::errc() || rest == end || *rest != '-' || owner <= 0) return std::nullopt;
  return owner;
}

TemporaryFile::TemporaryFile(std::string path, base::UniqueFd fd)
    : path_(std::move(path)), fd_(std::move(fd)) {}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      fd_(std::move(other.fd_)),
      buffer_(std::move(other.buffer_)),
      written_bytes_(other.written_bytes_),
      write_back_bytes_(other.write_back_bytes_) {}

TemporaryFile::~TemporaryFile() {
  Discard();
}

void TemporaryFile::Discard() noexcept {
  fd_.Reset();
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
}

void TemporaryFile::Append(std::span<const std::byte> bytes) {
  if (buffer_.size() + bytes.size() < kBufferBytes) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return;
  }
  Flush();
  WriteOut(bytes);
  if (written_bytes_ - write_back_bytes_ >= kWriteBackBytes) StartWriteBack();
}

void TemporaryFile::Flush() {
  WriteOut(buffer_);
  buffer_.clear();
}

void TemporaryFile::WriteOut(std::span<const std::byte> bytes) {
  LAGUNA_ASSERT(fd_);
  while (!bytes.empty()) {
    ssize_t count = ::write(fd_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw FileError(errno, "write", path_);
    written_bytes_ += static_cast<uint64_t>(count);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
}

void TemporaryFile::StartWriteBack() {
  Flush();
  // A hint only: where the file system cannot, the later fsync does the work.
  ::sync_file_range(fd_.get(), static_cast<off64_t>(write_back_bytes_),
                    static_cast<off64_t>(written_bytes_ - write_back_bytes_),
                    SYNC_FILE_RANGE_WRITE);
  write_back_bytes_ = written_bytes_;
}

void TemporaryFile::Sync() {
  Flush();
  if (::fsync(fd_.get()) != 0) throw FileError(errno, "make durable", path_);
}

ObjectInfo TemporaryFile::Close(std::string key) {
  Flush();
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) throw FileError(errno, "look at", path_);
  // Some file systems report a full disk only here. After EINTR the descriptor is closed on Linux.
  if (::close(fd_.Release()) != 0 && errno != EINTR) throw FileError(errno, "write", path_);
  return InfoOfFile(std::move(key), status);
}

bool TemporaryFile::LinkTo(const std::string& path) {
  LAGUNA_ASSERT(!fd_ && !path_.empty());
  int failure = ::link(path_.c_str(), path.c_str()) == 0 ? 0 : errno;
  if (failure == 0) {
    Discard();
    return true;
  }
  if (HasNoLinks(failure)) {
    failure = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0
                  ? 0
                  : errno;
    if (failure == 0) path_.clear();
  }
  if (failure == EEXIST) return false;
  if (failure == 0) return true;
  throw FileError(failure, "create", path);
}

void TemporaryFile::RenameTo(const std::string& path) {
  LAGUNA_ASSERT(!fd_ && !path_.empty());
  if (::rename(path_.c_str(), path.c_str()) != 0) throw FileError(errno, "replace", path);
  path_.clear();
}

}  // namespace laguna::io
