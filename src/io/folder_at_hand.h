// SPDX-License-Identifier: Apache-2.0
// The folder that was looked into last, kept open: of many files in one folder each is then found
// by its name, where its whole path would be walked again. Used by one thread at a time.
#pragma once

#include <string>

#include "base/unique_fd.h"

namespace laguna::io {

class FolderAtHand final {
 public:
  // For calls that take a folder and a name in it; valid until the next call, as long as the path.
  struct Place {
    // -1, and errno says why, where the folder cannot be opened.
    int folder;
    const char* name;
  };
  // Of a path with a slash.
  Place Find(const std::string& path);
  // That of the path found last.
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  base::UniqueFd descriptor_;
};

}  // namespace laguna::io
