// SPDX-License-Identifier: Apache-2.0
#include "flow/retry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace laguna::flow {
namespace {

constexpr int64_t kAttemptsMax = 1000;
constexpr double kBackoffMax = 100;

double NumberBetween(const base::YamlNode& node, double min, double max) {
  const double number = node.AsNumber();
  if (number >= min && number <= max) return number;
  throw node.Problem("flow.retry", fmt::format("This has to be between {} and {}.", min, max));
}

}  // namespace

RetryPolicy ParseRetry(const base::YamlNode& node) {
  RetryPolicy policy;
  base::YamlMap map(node, "retry");
  policy.attempts = static_cast<int>(map.Require("attempts").AsInteger(1, kAttemptsMax));
  if (const auto* delay = map.Find("delay")) policy.delay = delay->AsDuration();
  if (const auto* backoff = map.Find("backoff")) {
    policy.backoff = NumberBetween(*backoff, 1, kBackoffMax);
  }
  if (const auto* jitter = map.Find("jitter")) policy.jitter = NumberBetween(*jitter, 0, 1);
  map.RefuseUnknown();
  return policy;
}

std::chrono::milliseconds RetryDelay(const RetryPolicy& policy, int attempt, base::Random& random) {
  const double longest = static_cast<double>(kRetryDelayMax.count());
  const double grown =
      static_cast<double>(policy.delay.count()) * std::pow(policy.backoff, attempt - 1);
  const double factor = 1 + policy.jitter * (2 * base::NextUnit(random) - 1);
  return std::chrono::milliseconds(std::llround(std::min(grown, longest) * factor));
}

}  // namespace laguna::flow
