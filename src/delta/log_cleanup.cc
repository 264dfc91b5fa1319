// SPDX-License-Identifier: Apache-2.0
#include "delta/log_cleanup.h"

#include <algorithm>
#include <optional>

#include "delta/properties.h"

namespace laguna::delta {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kLogRetentionMs = 30 * kDayMs;

// The newest checkpoint at or before the last commit that is older than the cutoff.
std::optional<int64_t> FirstVersionToKeep(const LogListing& log, int64_t cutoff_ms) {
  std::optional<int64_t> last_expired;
  for (const LogCommit& commit : log.commits) {
    if (commit.timestamp_ms >= cutoff_ms) break;
    last_expired = commit.version;
  }
  std::optional<int64_t> keep;
  for (const CheckpointFiles& checkpoint : log.checkpoints) {
    if (last_expired && checkpoint.version <= *last_expired) keep = checkpoint.version;
  }
  return keep;
}

}  // namespace

int64_t LogCutoff(const Properties& properties, int64_t now_ms) {
  const int64_t retention_ms =
      IntervalProperty(properties, "delta.logRetentionDuration", kLogRetentionMs);
  const int64_t cutoff_ms = std::max<int64_t>(0, now_ms - std::min(now_ms, retention_ms));
  return cutoff_ms - cutoff_ms % kDayMs;
}

std::vector<std::string> ExpiredLogFiles(const LogListing& log, int64_t cutoff_ms) {
  std::vector<std::string> keys;
  const std::optional<int64_t> keep = FirstVersionToKeep(log, cutoff_ms);
  if (!keep) return keys;
  for (const LogCommit& commit : log.commits) {
    if (commit.version < *keep) keys.push_back(commit.object.key);
  }
  for (const CompactedCommits& compacted : log.compacted) {
    if (compacted.first <= *keep) keys.push_back(compacted.object.key);
  }
  for (const auto& [version, object] : log.checksums) {
    if (version < *keep) keys.push_back(object.key);
  }
  for (const CheckpointFiles& checkpoint : log.checkpoints) {
    if (checkpoint.version >= *keep) continue;
    for (const io::ObjectInfo& part : checkpoint.parts) keys.push_back(part.key);
  }
  return keys;
}

int64_t SidecarCutoff(int64_t now_ms) {
  const int64_t cutoff_ms = std::max<int64_t>(0, now_ms - kDayMs);
  return cutoff_ms - cutoff_ms % kDayMs;
}

}  // namespace laguna::delta
