// SPDX-License-Identifier: Apache-2.0
// A text file of the source tree, as the rules see it: its path from the root and its lines.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::test {

struct SourceFile {
  std::string path;  // "src/delta/schema.h"
  std::vector<std::string> lines;
  bool ends_with_newline = true;

  // "delta" for src/delta/codec/x.cc; empty outside src/.
  [[nodiscard]] std::string Module() const;
  // With the dot: ".h"; ".txt" for CMakeLists.txt; empty for "scripts/setup".
  [[nodiscard]] std::string Extension() const;
  [[nodiscard]] bool Under(std::string_view folder) const { return path.starts_with(folder); }
  [[nodiscard]] bool IsCpp() const { return Extension() == ".h" || Extension() == ".cc"; }
};

SourceFile MakeSourceFile(std::string path, std::string_view text);

// Every file below the named folders of `root`, in the order of their paths; what is made by
// running things (__pycache__) is left out.
std::vector<SourceFile> ReadSourceTree(const std::filesystem::path& root,
                                       const std::vector<std::string>& folders);

}  // namespace laguna::test
