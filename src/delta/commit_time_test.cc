// SPDX-License-Identifier: Apache-2.0
#include "delta/commit_time.h"

#include <gtest/gtest.h>

namespace laguna::delta {
namespace {

struct TimeCase {
  Properties properties;
  // Version and time from which on commits tell their own; nothing: they do not.
  std::optional<std::pair<int64_t, int64_t>> from;
};

TEST(CommitTime, PropertiesSayFromWhen) {
  const std::string enabled = "delta.enableInCommitTimestamps";
  const std::string version = "delta.inCommitTimestampEnablementVersion";
  const std::string time = "delta.inCommitTimestampEnablementTimestamp";
  const TimeCase cases[] = {
      {{}, {}},
      {{{enabled, "false"}}, {}},
      {{{version, "3"}}, {}},
      {{{enabled, "true"}}, {{0, 0}}},
      {{{enabled, "true"}, {version, "3"}, {time, "1700"}}, {{3, 1700}}},
      {{{enabled, "true"}, {version, "3x"}}, {{0, 0}}},
      {{{enabled, "true"}, {version, "99999999999999999999"}}, {{0, 0}}},
      {{{enabled, "true"}, {version, "-3"}}, {{0, 0}}},
  };
  for (const TimeCase& test : cases) {
    Metadata metadata;
    metadata.configuration = test.properties;
    std::optional<InCommitTimestamps> found = InCommitTimestampsOf(metadata);
    ASSERT_EQ(found.has_value(), test.from.has_value());
    if (!found) continue;
    EXPECT_EQ(found->first_version, test.from->first);
    EXPECT_EQ(found->first_timestamp_ms, test.from->second);
  }
}

}  // namespace
}  // namespace laguna::delta
