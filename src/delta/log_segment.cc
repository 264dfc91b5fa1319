// SPDX-License-Identifier: Apache-2.0
#include "delta/log_segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "delta/log_path.h"

namespace laguna::delta {
namespace {

std::string_view NameInFolder(std::string_view key) {
  size_t slash = key.rfind('/');
  return slash == std::string_view::npos ? key : key.substr(slash + 1);
}

// The versions of complete checkpoints. One of several parts counts when all parts are there.
std::set<int64_t> CheckpointVersions(std::span<const io::ObjectInfo> listing) {
  std::set<int64_t> versions;
  std::map<std::pair<int64_t, int64_t>, std::set<int64_t>> parts;
  for (const io::ObjectInfo& object : listing) {
    LogFile file = ParseLogFileName(NameInFolder(object.key));
    if (file.kind == LogFileKind::kClassicCheckpoint || file.kind == LogFileKind::kUuidCheckpoint) {
      versions.insert(file.version);
    }
    if (file.kind != LogFileKind::kMultiPartCheckpoint) continue;
    std::set<int64_t>& seen = parts[{file.version, file.parts}];
    seen.insert(file.part);
    if (static_cast<int64_t>(seen.size()) == file.parts) versions.insert(file.version);
  }
  return versions;
}

// The first version from `first` to `last` that has no commit; nothing when all have.
std::optional<int64_t> FirstMissing(const std::vector<LogCommit>& commits, int64_t first,
                                    int64_t last) {
  int64_t expected = first;
  for (const LogCommit& commit : commits) {
    if (commit.version < first) continue;
    if (commit.version != expected) break;
    ++expected;
  }
  if (expected > last) return std::nullopt;
  return expected;
}

base::Error VersionNotFound(int64_t version, std::string_view table, int64_t first, int64_t last) {
  return base::Error(base::ErrorKind::kNotFound, "delta.version",
                     fmt::format("{} has no version {}.", table, version))
      .Hint(fmt::format("Versions {} to {} can be read.", first, last))
      .With("version", std::to_string(version));
}

// The newest checkpoint from which the commits go on to `version` without a gap.
std::optional<int64_t> UsableCheckpoint(const std::vector<LogCommit>& commits,
                                        const std::set<int64_t>& checkpoints, int64_t version) {
  auto after = checkpoints.upper_bound(version);
  if (after == checkpoints.begin()) return std::nullopt;
  int64_t newest = *std::prev(after);
  if (FirstMissing(commits, newest + 1, version)) return std::nullopt;
  return newest;
}

// Why the commits alone do not do.
[[noreturn]] void RefuseGap(const std::string& missing, std::optional<int64_t> checkpoint,
                            std::string_view table) {
  if (checkpoint) {
    throw base::Error(base::ErrorKind::kUnsupported, "delta.checkpoint_read",
                      fmt::format("{} can be read from the checkpoint at version {} only, because "
                                  "{} is no longer in its log; Laguna does not read checkpoints "
                                  "yet.",
                                  table, *checkpoint, missing))
        .With("missing", missing);
  }
  throw base::Error(base::ErrorKind::kCorrupt, "delta.log_gap",
                    fmt::format("The log of {} has a gap: {} is missing, and no checkpoint "
                                "replaces it.",
                                table, missing))
      .Hint("Restore the file from a backup.")
      .With("missing", missing);
}

}  // namespace

std::vector<LogCommit> ListedCommits(std::span<const io::ObjectInfo> listing) {
  std::vector<LogCommit> commits;
  for (const io::ObjectInfo& object : listing) {
    LogFile file = ParseLogFileName(NameInFolder(object.key));
    if (file.kind == LogFileKind::kCommit) commits.push_back({file.version, object, 0});
  }
  std::sort(commits.begin(), commits.end(),
            [](const LogCommit& a, const LogCommit& b) { return a.version < b.version; });
  for (size_t i = 0; i < commits.size(); ++i) {
    commits[i].timestamp_ms = commits[i].object.modified_ms;
    if (i == 0) continue;
    commits[i].timestamp_ms = std::max(commits[i].timestamp_ms, commits[i - 1].timestamp_ms + 1);
  }
  return commits;
}

std::optional<LogSegment> FindLogSegment(std::span<const io::ObjectInfo> listing,
                                         std::optional<int64_t> version, std::string_view table) {
  LogSegment segment{ListedCommits(listing)};
  std::set<int64_t> checkpoints = CheckpointVersions(listing);
  if (segment.commits.empty() && checkpoints.empty()) return std::nullopt;
  int64_t newest = segment.commits.empty() ? 0 : segment.version();
  if (!checkpoints.empty()) newest = std::max(newest, *checkpoints.rbegin());
  int64_t wanted = version.value_or(newest);
  if (wanted < 0 || wanted > newest) throw VersionNotFound(wanted, table, 0, newest);
  if (std::optional<int64_t> missing = FirstMissing(segment.commits, 0, wanted)) {
    RefuseGap(CommitName(*missing), UsableCheckpoint(segment.commits, checkpoints, wanted), table);
  }
  segment.commits.resize(static_cast<size_t>(wanted) + 1);
  return segment;
}

}  // namespace laguna::delta
