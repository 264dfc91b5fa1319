// SPDX-License-Identifier: Apache-2.0
// The source tree keeps the rules of STYLE.md that a program can check. Runs in the clone's root.
#include <gtest/gtest.h>

#include "tidy/rule.h"
#include "tidy/source_file.h"

namespace laguna::test {
namespace {

const std::filesystem::path kRoot = LAGUNA_TEST_SOURCE_FOLDER;

const std::vector<SourceFile>& SourceTree() {
  static const std::vector<SourceFile> files =
      ReadSourceTree(kRoot, {"src", "test", "bench", "cmake", "scripts", "examples", ".ci"});
  return files;
}

Layers OurLayers() {
  for (const SourceFile& file : SourceTree()) {
    if (file.path == "cmake/layers.txt") return ParseLayers(file);
  }
  return {};
}

TEST(SourceTree, WasFound) {
  EXPECT_GT(SourceTree().size(), 50u);
  EXPECT_GE(OurLayers().size(), 13u);
}

TEST(SourceTree, KeepsEveryRule) {
  const Layers layers = OurLayers();
  for (const Rule& rule : Rules()) {
    for (const SourceFile& file : SourceTree()) {
      for (const Violation& violation : rule.check({file, layers})) {
        ADD_FAILURE() << rule.name << ": " << violation.Describe();
      }
    }
  }
}

}  // namespace
}  // namespace laguna::test
