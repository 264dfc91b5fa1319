// SPDX-License-Identifier: Apache-2.0
#include "app/log_lines.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace laguna::app {
namespace {

TEST(LogLines, GivesEachLineOnceAsTheFileGrows) {
  std::string folder = (std::filesystem::temp_directory_path() / "log-lines-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/t.log";
  const auto write = [&path](std::string_view text) { std::ofstream(path, std::ios::app) << text; };
  std::vector<std::string> seen;
  const auto keep = [&seen](std::string_view line) { seen.emplace_back(line); };
  LogLines lines(path);
  lines.EachNew(keep);
  EXPECT_TRUE(seen.empty());
  write("one\ntw");
  lines.EachNew(keep);
  EXPECT_EQ(seen, (std::vector<std::string>{"one"}));
  write("o\n\nthree");
  lines.EachNew(keep);
  lines.EachNew(keep);
  EXPECT_EQ(seen, (std::vector<std::string>{"one", "two", ""}));
  lines.Rest(keep);
  lines.Rest(keep);
  EXPECT_EQ(seen.back(), "three");
  EXPECT_EQ(seen.size(), 4U);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace laguna::app
