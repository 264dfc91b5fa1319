// SPDX-License-Identifier: Apache-2.0
// The folders between a root and its files: made when needed, made durable, removed when empty.
//
// A file survives a power cut only when its folder was fsynced after the file was named there, and
// the folder only when its own parent was, up to the root. The chain remembers, by path and inode,
// which folders are known to be named durably, so that each is paid for once. Thread-safe.
#pragma once

#include <sys/types.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace laguna::io {

class FolderChain final {
 public:
  // `root` is absolute, without a trailing slash (but "/" itself).
  explicit FolderChain(std::string root);

  // The folder and its parents exist on return, unless somebody removes them again.
  void Make(const std::string& folder);
  // What was named in `folder` before the call, and the folder itself, survive a power cut. A
  // folder that somebody removed meanwhile (so it was empty) has nothing left to keep.
  void MakeDurable(const std::string& folder);
  // Removes `folder` if it is empty, then its parent, and so on below the root. Never fails: a
  // folder that cannot be removed stays.
  void RemoveEmpty(const std::string& folder);

  // The folder that holds `path`.
  static std::string ParentOf(const std::string& path);

 private:
  using Identity = std::pair<dev_t, ino_t>;

  // Nothing when there is no such folder.
  static std::optional<Identity> SyncFolder(const std::string& folder);
  bool IsDurable(const std::string& folder, Identity identity);
  void Remember(const std::string& folder, Identity identity);
  void Forget(const std::string& folder);
  bool IsWithinRoot(const std::string& folder) const;

  const std::string root_;
  std::mutex mutex_;
  std::map<std::string, Identity> durable_;
};

}  // namespace laguna::io
