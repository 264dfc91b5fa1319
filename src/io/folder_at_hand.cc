// SPDX-License-Identifier: Apache-2.0
#include "io/folder_at_hand.h"

#include <fcntl.h>

namespace laguna::io {

int FolderAtHand::Open(std::string_view folder) {
  if (descriptor_ && folder_ == folder) return descriptor_.get();
  folder_ = folder;
  descriptor_.Reset(::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return descriptor_.get();
}

}  // namespace laguna::io
