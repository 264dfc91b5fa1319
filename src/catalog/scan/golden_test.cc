// SPDX-License-Identifier: Apache-2.0
// Tables that Spark wrote give exactly the rows that Spark reads from them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "catalog/lake_for_test.h"

namespace laguna::catalog {
namespace {

namespace fs = std::filesystem;

fs::path GoldenFolder() {
  const char* shared = std::getenv("LAGUNA_SHARED");
  return fs::absolute(fs::path(shared == nullptr ? "../shared" : shared) / "conformance" /
                      "delta_golden");
}

TEST(GoldenTables, GiveTheRowsSparkGives) {
  if (!fs::exists(GoldenFolder())) {
    if (std::getenv("CI") != nullptr) FAIL() << GoldenFolder() << " is missing";
    GTEST_SKIP() << "shared data: conformance/delta_golden";
  }
  LakeForTest lake;
  size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(GoldenFolder())) {
    const auto name = entry.path().filename().string();
    if (!fs::exists(entry.path() / "expected")) continue;
    const auto ours = "delta_scan('" + (entry.path() / "delta").string() + "')";
    const auto theirs = "read_parquet('" + (entry.path() / "expected").string() + "/*.parquet')";
    try {
      EXPECT_EQ(lake.Query("SELECT (SELECT count(*) FROM (FROM " + ours + " EXCEPT ALL FROM " +
                           theirs + ")), (SELECT count(*) FROM (FROM " + theirs +
                           " EXCEPT ALL FROM " + ours + "))"),
                "0|0")
          << name;
      ++compared;
    } catch (const base::Error& error) {
      ADD_FAILURE() << name << ": " << error.Report();
    }
  }
  EXPECT_GE(compared, 45U);
}

}  // namespace
}  // namespace laguna::catalog
