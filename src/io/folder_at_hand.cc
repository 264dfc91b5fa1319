// SPDX-License-Identifier: Apache-2.0
#include "io/folder_at_hand.h"

#include <fcntl.h>

#include <string_view>

namespace laguna::io {

FolderAtHand::Place FolderAtHand::Find(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string_view folder = std::string_view(path).substr(0, slash == 0 ? 1 : slash);
  if (!descriptor_ || folder_ != folder) {
    folder_ = folder;
    descriptor_.Reset(::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  return {descriptor_.get(), path.c_str() + slash + 1};
}

}  // namespace laguna::io
