// SPDX-License-Identifier: Apache-2.0
#include "delta/checkpoint_rule.h"

#include <gtest/gtest.h>

#include <string>

namespace laguna::delta {
namespace {

Properties Asking(const std::string& interval) {
  Properties properties;
  if (!interval.empty()) properties["delta.checkpointInterval"] = interval;
  return properties;
}

TEST(CheckpointRule, VersionsAreCountedAsTheTableSays) {
  struct Case {
    const char* interval;
    int64_t version;
    bool may;
  };
  const Case cases[] = {{"", 0, false},  {"", 9, false},    {"", 10, true},   {"", 30, true},
                        {"3", 3, true},  {"3", 4, false},   {"0", 10, false}, {"x", 10, true},
                        {"3", 0, false}, {"200", 10, false}};
  for (const Case& test : cases) {
    EXPECT_EQ(MayGetCheckpoint(Asking(test.interval), test.version), test.may)
        << test.interval << " " << test.version;
  }
}

TEST(CheckpointRule, LargeTablesWaitUntilTheirCommitsWeighSomething) {
  struct Case {
    const char* what;
    const char* interval;
    CommitsBehind behind;
    size_t files;
    int64_t expected;
  };
  const Case cases[] = {
      {"an empty table", "", {10, 12'000}, 0, 10},
      {"a small one", "", {10, 12'000}, 3'000, 10},
      {"one row at a time", "", {10, 12'000}, 15'000, 50},
      {"readers elsewhere have a limit", "", {10, 12'000}, 100'000, 100},
      {"which grows with the checkpoint they read", "", {10, 12'000}, 300'000, 200},
      {"large commits", "", {10, 1'000'000}, 300'000, 12},
      {"very large ones", "", {2, 100'000'000}, 300'000, 10},
      {"no commits yet", "", {0, 0}, 300'000, 10},
      {"commits of no size", "", {5, 0}, 100'000, 100},
      {"what the table asks for", "25", {10, 12'000}, 300'000, 25},
      {"none", "0", {10, 12'000}, 300'000, 0},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(CheckpointInterval(Asking(test.interval), test.behind, test.files), test.expected)
        << test.what;
  }
}

}  // namespace
}  // namespace laguna::delta
