// SPDX-License-Identifier: Apache-2.0
// How often a task is tried, and how long it waits in between. Pure but for the randomness passed
// in.
#pragma once

#include <chrono>

#include "base/random.h"
#include "base/yaml.h"

namespace laguna::flow {

struct RetryPolicy {
  // In total, the first try included.
  int attempts = 1;
  // Before the second try.
  std::chrono::milliseconds delay{10'000};
  // Each later delay is so many times the one before.
  double backoff = 2;
  // Each delay is up to this part longer or shorter.
  double jitter = 0.2;
};

// A delay grows no further.
constexpr std::chrono::milliseconds kRetryDelayMax = std::chrono::hours(1);

// {attempts, delay, backoff, jitter}; InvalidInput with a place.
RetryPolicy ParseRetry(const base::YamlNode& node);

// The time between the end of try `attempt` (from 1) and the next one: delay x backoff^(attempt-1),
// at most an hour, times 1 +- jitter.
std::chrono::milliseconds RetryDelay(const RetryPolicy& policy, int attempt, base::Random& random);

}  // namespace laguna::flow
