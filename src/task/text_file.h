// SPDX-License-Identifier: Apache-2.0
// Small text files of a lake that tasks read whole.
#pragma once

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "base/error.h"
#include "io/file_error.h"

namespace laguna::task {

// The kinds of io/file_error.h; Exhausted "task.file_too_large" past 16 MiB.
inline std::string ReadTextFile(const std::string& path) {
  constexpr size_t kBytesMax = size_t{16} << 20;
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string text(kBytesMax + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.eof() && stream.fail()) {
    throw io::FileError(errno == 0 ? EIO : errno, "read the file", path);
  }
  text.resize(static_cast<size_t>(stream.gcount()));
  if (text.size() <= kBytesMax) return text;
  throw base::Error(base::ErrorKind::kExhausted, "task.file_too_large",
                    fmt::format("'{}' is larger than {} MiB.", path, kBytesMax >> 20));
}

}  // namespace laguna::task
