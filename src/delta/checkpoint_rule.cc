// SPDX-License-Identifier: Apache-2.0
#include "delta/checkpoint_rule.h"

#include <algorithm>

#include "delta/properties.h"

namespace laguna::delta {
namespace {

constexpr int64_t kIntervalMin = 10;
// Readers elsewhere fetch commits one by one: a hundred of them are no burden, and beyond that
// behind a checkpoint of so many files for each, which takes them as long.
constexpr int64_t kModestInterval = 100;
constexpr size_t kFilesPerCommit = 1'500;
// A file takes about 16 times as much in a checkpoint, so a log that is read from there costs its
// reader at most a sixteenth more.
constexpr uint64_t kCommitBytesPerFile = 4;

}  // namespace

std::optional<int64_t> AskedCheckpointInterval(const Properties& properties) {
  const int64_t asked = IntegerProperty(properties, "delta.checkpointInterval", -1);
  if (asked < 0) return std::nullopt;
  return asked;
}

bool MayGetCheckpoint(const Properties& properties, int64_t version) {
  const int64_t interval = AskedCheckpointInterval(properties).value_or(kIntervalMin);
  return version > 0 && interval > 0 && version % interval == 0;
}

int64_t CheckpointInterval(const Properties& properties, const CommitsBehind& behind,
                           size_t files) {
  if (const auto asked = AskedCheckpointInterval(properties)) return *asked;
  if (behind.count == 0) return kIntervalMin;
  const uint64_t commit_bytes = std::max<uint64_t>(behind.bytes / behind.count, 1);
  const auto worth = static_cast<int64_t>(kCommitBytesPerFile * files / commit_bytes);
  const auto bearable = static_cast<int64_t>(files / kFilesPerCommit);
  return std::clamp(worth, kIntervalMin, std::max(kModestInterval, bearable));
}

}  // namespace laguna::delta
