// SPDX-License-Identifier: Apache-2.0
#include "delta/log_segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "delta/log_path.h"

namespace laguna::delta {
namespace {

std::string_view NameInFolder(std::string_view key) {
  size_t slash = key.rfind('/');
  return slash == std::string_view::npos ? key : key.substr(slash + 1);
}

// Of one version the better compares greater: V2 over parts over classic, more parts over fewer,
// and then the name, so that every reader of the same listing takes the same.
auto Preference(const CheckpointFiles& checkpoint) {
  return std::make_tuple(checkpoint.version, checkpoint.is_v2, checkpoint.parts.size(),
                         std::string_view(checkpoint.parts.front().key));
}

// (version, number of parts) -> part -> its file.
using PartsByCheckpoint =
    std::map<std::pair<int64_t, int64_t>, std::map<int64_t, const io::ObjectInfo*>>;

// The first that is not there; parts count from 1.
int64_t FirstMissingPart(const std::map<int64_t, const io::ObjectInfo*>& parts) {
  int64_t expected = 1;
  for (const auto& [part, object] : parts) {
    if (part != expected) break;
    ++expected;
  }
  return expected;
}

// A listing names every part once, so a checkpoint is complete when it has as many as it says.
void TakeComplete(const PartsByCheckpoint& checkpoints, LogListing& log) {
  for (const auto& [checkpoint, parts] : checkpoints) {
    if (static_cast<int64_t>(parts.size()) != checkpoint.second) {
      log.incomplete.push_back(
          {checkpoint.first,
           fmt::format("part {} of {} of the checkpoint at version {} is missing or empty",
                       FirstMissingPart(parts), checkpoint.second, checkpoint.first)});
      continue;
    }
    CheckpointFiles files;
    files.version = checkpoint.first;
    for (const auto& [part, object] : parts) files.parts.push_back(*object);
    log.checkpoints.push_back(std::move(files));
  }
}

void TakeObject(const LogFile& file, const io::ObjectInfo& object, LogListing& log,
                PartsByCheckpoint& parts) {
  bool is_single =
      file.kind == LogFileKind::kClassicCheckpoint || file.kind == LogFileKind::kUuidCheckpoint;
  if (file.kind == LogFileKind::kCommit) {
    log.commits.push_back({file.version, object, 0});
  } else if (file.kind == LogFileKind::kChecksum) {
    log.checksums.emplace(file.version, object);
  } else if (is_single && object.size_bytes == 0) {
    log.incomplete.push_back({file.version, fmt::format("{} is empty", NameInFolder(object.key))});
  } else if (object.size_bytes == 0) {
    return;
  } else if (is_single) {
    bool is_v2 = file.kind == LogFileKind::kUuidCheckpoint;
    log.checkpoints.push_back({file.version, is_v2, file.is_json, {object}});
  } else if (file.kind == LogFileKind::kMultiPartCheckpoint) {
    parts[{file.version, file.parts}].emplace(file.part, &object);
  } else if (file.kind == LogFileKind::kCompactedCommit) {
    log.compacted.push_back({file.version, file.version_last, object});
  }
}

template <typename T, typename Key>
void SortBy(std::vector<T>& values, Key key) {
  std::sort(values.begin(), values.end(),
            [&key](const T& a, const T& b) { return key(a) < key(b); });
}

void AdjustTimestamps(std::vector<LogCommit>& commits) {
  for (size_t i = 0; i < commits.size(); ++i) {
    commits[i].timestamp_ms = commits[i].object.modified_ms;
    if (i == 0) continue;
    commits[i].timestamp_ms = std::max(commits[i].timestamp_ms, commits[i - 1].timestamp_ms + 1);
  }
}

std::vector<LogCommit>::const_iterator CommitAt(const std::vector<LogCommit>& commits,
                                                int64_t version) {
  return std::lower_bound(
      commits.begin(), commits.end(), version,
      [](const LogCommit& commit, int64_t wanted) { return commit.version < wanted; });
}

// The first version from `first` to `last` that has no commit; nothing when all have.
std::optional<int64_t> FirstMissing(const std::vector<LogCommit>& commits, int64_t first,
                                    int64_t last) {
  int64_t expected = first;
  for (auto commit = CommitAt(commits, first); commit != commits.end(); ++commit) {
    if (commit->version != expected || expected > last) break;
    ++expected;
  }
  if (expected > last) return std::nullopt;
  return expected;
}

int64_t NewestVersion(const LogListing& log) {
  int64_t newest = log.commits.empty() ? 0 : log.commits.back().version;
  return log.checkpoints.empty() ? newest : std::max(newest, log.checkpoints.back().version);
}

// The newest checkpoint at or before `version`; null when there is none.
const CheckpointFiles* CheckpointBefore(const LogListing& log, int64_t version) {
  auto after = std::upper_bound(log.checkpoints.begin(), log.checkpoints.end(), version,
                                [](int64_t wanted, const CheckpointFiles& checkpoint) {
                                  return wanted < checkpoint.version;
                                });
  return after == log.checkpoints.begin() ? nullptr : &*std::prev(after);
}

// From the front, the one that reaches furthest; a file that begins before the segment or ends
// behind it holds what does not belong there.
std::vector<CompactedCommits> Compacted(const std::vector<CompactedCommits>& listed, int64_t first,
                                        int64_t last) {
  std::vector<CompactedCommits> taken;
  for (auto file = listed.begin(); file != listed.end(); ++file) {
    if (file->first < first || file->last > last) continue;
    auto longer = std::next(file);
    bool is_longest = longer == listed.end() || longer->first != file->first || longer->last > last;
    if (!is_longest) continue;
    taken.push_back(*file);
    first = file->last + 1;
  }
  return taken;
}

// The segment from `checkpoint` (null: from version 0) to `version`; its commits are all there.
LogSegment SegmentFrom(const LogListing& log, const CheckpointFiles* checkpoint, int64_t version) {
  LogSegment segment;
  int64_t first = checkpoint == nullptr ? 0 : checkpoint->version + 1;
  auto begin = CommitAt(log.commits, first);
  if (checkpoint != nullptr) {
    segment.checkpoint = *checkpoint;
    bool has_commit =
        begin != log.commits.begin() && std::prev(begin)->version == checkpoint->version;
    if (has_commit) segment.checkpoint_commit = *std::prev(begin);
  }
  segment.commits.assign(begin, begin + (version - first + 1));
  segment.compacted = Compacted(log.compacted, first, version);
  return segment;
}

// Where the log was cleaned up: its oldest checkpoint.
int64_t FirstVersion(const LogListing& log) {
  bool has_beginning = !log.commits.empty() && log.commits.front().version == 0;
  return has_beginning || log.checkpoints.empty() ? 0 : log.checkpoints.front().version;
}

base::Error VersionNotFound(const LogListing& log, int64_t version, std::string_view table) {
  int64_t first = FirstVersion(log);
  int64_t last = NewestVersion(log);
  bool cleaned_up = version >= 0 && version < first;
  return base::Error(base::ErrorKind::kNotFound, "delta.version",
                     cleaned_up ? fmt::format("Version {} of {} can no longer be read: the log "
                                              "before version {} was cleaned up.",
                                              version, table, first)
                                : fmt::format("{} has no version {}.", table, version))
      .Hint(fmt::format("Versions {} to {} can be read.", first, last))
      .With("version", std::to_string(version));
}

base::Error LogGap(const LogListing& log, int64_t version, std::string_view table) {
  const CheckpointFiles* checkpoint = CheckpointBefore(log, version);
  int64_t first = checkpoint == nullptr ? 0 : checkpoint->version + 1;
  int64_t gap = FirstMissing(log.commits, first, version).value_or(first);
  std::string missing = CommitName(gap);
  std::string why = "no checkpoint replaces it";
  for (const IncompleteCheckpoint& checkpoint : log.incomplete) {
    if (checkpoint.version >= gap && checkpoint.version <= version) why = checkpoint.what;
  }
  return base::Error(
             base::ErrorKind::kCorrupt, "delta.log_gap",
             fmt::format("The log of {} has a gap: {} is missing, and {}.", table, missing, why))
      .Hint("Restore the file from a backup.")
      .With("missing", missing);
}

}  // namespace

int64_t LogSegment::version() const {
  return commits.empty() ? checkpoint->version : commits.back().version;
}

void LogListing::LeaveOut(std::string_view key) {
  std::erase_if(checkpoints, [&](const CheckpointFiles& checkpoint) {
    return std::any_of(checkpoint.parts.begin(), checkpoint.parts.end(),
                       [&](const io::ObjectInfo& part) { return part.key == key; });
  });
  std::erase_if(compacted, [&](const CompactedCommits& file) { return file.object.key == key; });
}

LogListing SortLog(std::span<const io::ObjectInfo> listing) {
  LogListing log;
  PartsByCheckpoint parts;
  for (const io::ObjectInfo& object : listing) {
    TakeObject(ParseLogFileName(NameInFolder(object.key)), object, log, parts);
  }
  TakeComplete(parts, log);
  SortBy(log.commits, [](const LogCommit& commit) { return commit.version; });
  AdjustTimestamps(log.commits);
  SortBy(log.checkpoints, Preference);
  SortBy(log.incomplete, [](const IncompleteCheckpoint& checkpoint) {
    return std::make_pair(checkpoint.version, std::string_view(checkpoint.what));
  });
  SortBy(log.compacted,
         [](const CompactedCommits& file) { return std::make_pair(file.first, file.last); });
  return log;
}

std::vector<LogCommit> RebuildableVersions(const LogListing& log) {
  std::vector<LogCommit> versions;
  int64_t first = FirstVersion(log);
  for (const CheckpointFiles& checkpoint : log.checkpoints) {
    auto commit = CommitAt(log.commits, checkpoint.version);
    bool has_commit = commit != log.commits.end() && commit->version == checkpoint.version;
    bool is_known = !versions.empty() && versions.back().version == checkpoint.version;
    if (has_commit || is_known) continue;
    const io::ObjectInfo& part = checkpoint.parts.front();
    versions.push_back({checkpoint.version, part, part.modified_ms});
  }
  versions.insert(versions.end(), CommitAt(log.commits, first), log.commits.end());
  std::sort(versions.begin(), versions.end(),
            [](const LogCommit& a, const LogCommit& b) { return a.version < b.version; });
  // A checkpoint is written after its commit, and may be written much later.
  for (size_t i = versions.size(); i-- > 1;) {
    versions[i - 1].timestamp_ms =
        std::min(versions[i - 1].timestamp_ms, versions[i].timestamp_ms - 1);
  }
  return versions;
}

std::optional<LogSegment> SegmentTo(const LogListing& log, std::optional<int64_t> version) {
  if (log.empty()) return std::nullopt;
  int64_t newest = NewestVersion(log);
  int64_t wanted = version.value_or(newest);
  if (wanted < 0 || wanted > newest) return std::nullopt;
  // Where the newest checkpoint has a gap behind it, every older one has it too.
  const CheckpointFiles* checkpoint = CheckpointBefore(log, wanted);
  int64_t first = checkpoint == nullptr ? 0 : checkpoint->version + 1;
  if (FirstMissing(log.commits, first, wanted)) return std::nullopt;
  return SegmentFrom(log, checkpoint, wanted);
}

std::optional<LogSegment> FindLogSegment(const LogListing& log, std::optional<int64_t> version,
                                         std::string_view table) {
  if (log.empty()) return std::nullopt;
  if (std::optional<LogSegment> segment = SegmentTo(log, version)) return segment;
  int64_t wanted = version.value_or(NewestVersion(log));
  if (wanted < FirstVersion(log) || wanted > NewestVersion(log)) {
    throw VersionNotFound(log, wanted, table);
  }
  throw LogGap(log, wanted, table);
}

}  // namespace laguna::delta
