// SPDX-License-Identifier: Apache-2.0
// A file that is being written beside its final place, under a hidden name, until it is complete.
//
// The name is ".tmp-<process id>-<counter>": in the same folder, so that it can be linked or
// renamed into place in one step, and with the process id, so that what a killed process left
// behind can be told from work in progress. Destruction removes what was not put in place. Used by
// one thread at a time. Failures are io/file_error.h's.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "io/object_store.h"

namespace laguna::io {

class TemporaryFile final {
 public:
  // Nothing when `folder` does not exist.
  static std::optional<TemporaryFile> Create(const std::string& folder);
  // Whether a file name is that of a TemporaryFile.
  static bool IsName(std::string_view file_name);
  // The process that made a file of such a name; nothing when the name does not say.
  static std::optional<pid_t> OwnerOf(std::string_view file_name);

  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  void Append(std::span<const std::byte> bytes);
  // Hands everything to the kernel and asks it to begin writing to disk, without waiting.
  void StartWriteBack();
  // Everything is on disk on return.
  void Sync();
  // Closes the file and returns its size, time and etag; `key` becomes the info's.
  ObjectInfo Close(std::string key);
  // After Close. False when something of that name is there already.
  bool LinkTo(const std::string& path);
  // After Close. Replaces a file of that name.
  void RenameTo(const std::string& path);
  // Removes it now; nothing more may be called.
  void Discard() noexcept;

 private:
  TemporaryFile(std::string path, base::UniqueFd fd);
  void Flush();
  void WriteOut(std::span<const std::byte> bytes);

  // Empty once the file is in place or discarded.
  std::string path_;
  base::UniqueFd fd_;
  std::vector<std::byte> buffer_;
  uint64_t written_bytes_ = 0;
  uint64_t write_back_bytes_ = 0;
};

}  // namespace laguna::io
