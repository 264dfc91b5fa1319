// SPDX-License-Identifier: Apache-2.0
// The folder that was looked into last, kept open: of many files in one folder each is then found
// by its name, where its whole path would be walked again. Used by one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace laguna::io {

class FolderAtHand final {
 public:
  // A descriptor for calls that take a folder and a name in it, valid until the next call; -1, and
  // errno says why, where there is none.
  int Open(std::string_view folder);

 private:
  std::string folder_;
  base::UniqueFd descriptor_;
};

}  // namespace laguna::io
