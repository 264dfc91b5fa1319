// SPDX-License-Identifier: Apache-2.0
#include "flow/retry.h"

#include <gtest/gtest.h>

namespace laguna::flow {
namespace {

using std::chrono::milliseconds;

TEST(RetryDelay, GrowsByTheFactorUpToAnHour) {
  base::SeededRandom random(1);
  const RetryPolicy policy{.attempts = 9, .delay = milliseconds(1000), .backoff = 3, .jitter = 0};
  const int64_t expected[] = {1000,    3000,    9000,      27'000,   81'000,
                              243'000, 729'000, 2'187'000, 3'600'000};
  for (int attempt = 1; attempt <= 9; ++attempt) {
    EXPECT_EQ(RetryDelay(policy, attempt, random).count(), expected[attempt - 1]);
  }
  EXPECT_EQ(RetryDelay(policy, 1000, random), kRetryDelayMax);
}

TEST(RetryDelay, JitterSpreadsBothWays) {
  base::SeededRandom random(1);
  const RetryPolicy policy{.attempts = 2, .delay = milliseconds(1000), .backoff = 1, .jitter = 0.2};
  int64_t least = 5000;
  int64_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    const int64_t delay = RetryDelay(policy, 1, random).count();
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, 800);
  EXPECT_LT(least, 850);
  EXPECT_LE(most, 1200);
  EXPECT_GT(most, 1150);
}

}  // namespace
}  // namespace laguna::flow
