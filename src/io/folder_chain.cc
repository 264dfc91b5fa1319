// SPDX-License-Identifier: Apache-2.0
#include "io/folder_chain.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/unique_fd.h"
#include "io/file_error.h"

namespace laguna::io {
namespace {

// More than the partitions of a large table; then the memory is dropped and built anew.
constexpr size_t kRememberedMax = 100'000;
constexpr int kMakeAttemptsMax = 100;

bool IsFolder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

FolderChain::FolderChain(std::string root) : root_(std::move(root)) {}

std::string FolderChain::ParentOf(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

bool FolderChain::IsWithinRoot(const std::string& folder) const {
  return folder.size() > root_.size() && folder.starts_with(root_);
}

void FolderChain::Make(const std::string& folder) {
  // Somebody may remove the parent as empty between our two steps; then both are taken again.
  for (int attempt = 0; attempt < kMakeAttemptsMax; ++attempt) {
    if (::mkdir(folder.c_str(), 0777) == 0) {
      // Above the root nothing is remembered, so that is settled at once.
      if (!IsWithinRoot(folder)) SyncFolder(ParentOf(folder));
      return;
    }
    int failure = errno;
    if (failure == EEXIST && IsFolder(folder)) return;
    if (failure == ENOTDIR) failure = EEXIST;
    if (failure != ENOENT || folder == "/") throw FileError(failure, "make the folder", folder);
    Make(ParentOf(folder));
  }
  throw FileError(EBUSY, "make the folder", folder);
}

std::optional<FolderChain::Identity> FolderChain::SyncFolder(const std::string& folder) {
  base::UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status {};
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd || ::fstat(fd.get(), &status) != 0) throw FileError(errno, "open the folder", folder);
  // Some network and user-space file systems have no fsync for folders and say EINVAL.
  if (::fsync(fd.get()) != 0 && errno != EINVAL && errno != EOPNOTSUPP) {
    throw FileError(errno, "make durable the folder", folder);
  }
  return Identity{status.st_dev, status.st_ino};
}

bool FolderChain::IsDurable(const std::string& folder, Identity identity) {
  std::lock_guard lock(mutex_);
  auto found = durable_.find(folder);
  return found != durable_.end() && found->second == identity;
}

void FolderChain::Remember(const std::string& folder, Identity identity) {
  std::lock_guard lock(mutex_);
  if (durable_.size() >= kRememberedMax) durable_.clear();
  durable_.insert_or_assign(folder, identity);
}

void FolderChain::MakeDurable(const std::string& folder) {
  std::vector<std::pair<std::string, Identity>> synced;
  std::string current = folder;
  std::optional<Identity> identity = SyncFolder(current);
  while (identity && IsWithinRoot(current) && !IsDurable(current, *identity)) {
    synced.emplace_back(current, *identity);
    current = ParentOf(current);
    identity = SyncFolder(current);
  }
  if (!identity) return;
  // Only now: a failure half-way must not be remembered as done.
  for (const auto& [path, known] : synced) Remember(path, known);
}

void FolderChain::RemoveEmpty(const std::string& folder) {
  std::string current = folder;
  while (IsWithinRoot(current) && ::rmdir(current.c_str()) == 0) {
    Forget(current);
    current = ParentOf(current);
  }
}

// A folder made anew in its place may get the same number from the file system.
void FolderChain::Forget(const std::string& folder) {
  std::lock_guard lock(mutex_);
  durable_.erase(folder);
}

}  // namespace laguna::io
