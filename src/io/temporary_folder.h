// SPDX-License-Identifier: Apache-2.0
// A fresh folder that vanishes with everything in it at the end of the scope.
#pragma once

#include <string>
#include <string_view>

namespace laguna::io {

class TemporaryFolder final {
 public:
  // Made in `parent`, or where the system keeps temporary files; `purpose` begins its name. The
  // kinds of io/file_error.h.
  explicit TemporaryFolder(std::string_view purpose, const std::string& parent = {});
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  // Absolute, without a trailing slash.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace laguna::io
