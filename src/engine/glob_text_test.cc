// SPDX-License-Identifier: Apache-2.0
#include "engine/glob_text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/database.h"
#include "engine/session.h"
#include "engine/sql_text.h"
#include "io/temporary_folder.h"

namespace laguna::engine {
namespace {

TEST(GlobText, PatternsMatchTheirPathAndNoOther) {
  const io::TemporaryFolder folder("glob");
  const std::string name = "a*b?[x]{y}.csv";
  for (const std::string& file : {name, std::string("a1b2x{y}.csv")}) {
    std::ofstream(std::filesystem::path(folder.path()) / file) << "a\n1\n";
  }
  Database database{DatabaseConfig{}};
  Session session{database};
  const auto rows =
      session.Run("FROM glob(" + QuotedText(PatternOf(folder.path() + "/" + name)) + ")").Drain();
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].at(0), Value(folder.path() + "/" + name));
}

}  // namespace
}  // namespace laguna::engine
