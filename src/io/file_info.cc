// SPDX-License-Identifier: Apache-2.0
#include "io/file_info.h"

#include <fmt/format.h>

#include <utility>

namespace laguna::io {

ObjectInfo InfoOfFile(std::string key, const struct stat& status) {
  const timespec& modified = status.st_mtim;
  return {.key = std::move(key),
          .size_bytes = static_cast<uint64_t>(status.st_size),
          .modified_ms = int64_t{modified.tv_sec} * 1000 + modified.tv_nsec / 1'000'000,
          .etag = fmt::format("{:x}-{:x}-{:x}.{:09}", status.st_ino, status.st_size,
                              modified.tv_sec, modified.tv_nsec)};
}

}  // namespace laguna::io
