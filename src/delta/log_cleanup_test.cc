// SPDX-License-Identifier: Apache-2.0
#include "delta/log_cleanup.h"

#include <gtest/gtest.h>

#include <set>

namespace laguna::delta {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kNowMs = 1000 * kDayMs + 5'000;

io::ObjectInfo Named(std::string key) {
  return {.key = std::move(key), .size_bytes = 1};
}

// Versions 0 to 9, one a day from day 990 on, each with its checksum.
LogListing TenDays(const std::vector<int64_t>& checkpoints) {
  LogListing log;
  for (int64_t version = 0; version < 10; ++version) {
    const std::string name = std::to_string(version);
    log.commits.push_back({version, Named(name + ".json"), (990 + version) * kDayMs});
    log.checksums.emplace(version, Named(name + ".crc"));
  }
  for (const int64_t version : checkpoints) {
    CheckpointFiles checkpoint;
    checkpoint.version = version;
    checkpoint.parts = {Named(std::to_string(version) + ".1"),
                        Named(std::to_string(version) + ".2")};
    log.checkpoints.push_back(std::move(checkpoint));
  }
  return log;
}

std::set<std::string> Expired(const LogListing& log, int64_t cutoff_day) {
  const auto keys = ExpiredLogFiles(log, cutoff_day * kDayMs);
  return {keys.begin(), keys.end()};
}

TEST(LogCleanup, KeepsEveryVersionFromTheLastOldCheckpointOn) {
  struct Case {
    std::vector<int64_t> checkpoints;
    int64_t cutoff_day;
    std::set<std::string> expired;
  };
  const Case cases[] = {
      {{}, 2000, {}},
      {{5}, 990, {}},
      // The checkpoint is younger than the last commit that may go.
      {{5}, 995, {}},
      {{2}, 993, {"0.json", "0.crc", "1.json", "1.crc"}},
      {{1, 2}, 993, {"0.json", "0.crc", "1.json", "1.crc", "1.1", "1.2"}},
      {{0}, 2000, {}},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Expired(TenDays(test.checkpoints), test.cutoff_day), test.expired) << test.cutoff_day;
  }
}

TEST(LogCleanup, CompactedCommitsGoUnlessTheyBeginBehindTheCheckpoint) {
  LogListing log = TenDays({0, 2});
  for (const int64_t first : {1, 2, 3}) {
    log.compacted.push_back({first, 5, Named("compacted from " + std::to_string(first))});
  }
  const std::set<std::string> expired = Expired(log, 993);
  EXPECT_TRUE(expired.contains("compacted from 1"));
  EXPECT_TRUE(expired.contains("compacted from 2"));
  EXPECT_FALSE(expired.contains("compacted from 3"));
}

TEST(LogCleanup, TimesAreCutAtTheBeginningOfTheDay) {
  EXPECT_EQ(LogCutoff({}, kNowMs), 970 * kDayMs);
  EXPECT_EQ(LogCutoff({{"delta.logRetentionDuration", "interval 36 hours"}}, kNowMs), 998 * kDayMs);
  EXPECT_EQ(LogCutoff({{"delta.logRetentionDuration", "interval 2000 days"}}, kNowMs), 0);
  EXPECT_EQ(SidecarCutoff(kNowMs), 999 * kDayMs);
}

}  // namespace
}  // namespace laguna::delta
