// SPDX-License-Identifier: Apache-2.0
#include "io/temporary_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "io/file_error.h"

namespace laguna::io {

TemporaryFolder::TemporaryFolder(std::string_view purpose, const std::string& parent) {
  std::string base = parent.empty() ? std::filesystem::temp_directory_path().string() : parent;
  path_ = fmt::format("{}/{}-XXXXXX", std::filesystem::absolute(base).string(), purpose);
  if (::mkdtemp(path_.data()) == nullptr) throw FileError(errno, "make a folder in", base);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace laguna::io
