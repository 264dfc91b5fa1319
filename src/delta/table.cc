// SPDX-License-Identifier: Apache-2.0
#include "delta/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "delta/codec/action_json.h"
#include "delta/commit_time.h"
#include "delta/log_path.h"
#include "delta/log_replay.h"
#include "delta/log_segment.h"

namespace laguna::delta {
namespace {

constexpr int kLoadAttemptsMax = 3;
constexpr std::chrono::milliseconds kLoadPause{20};

base::Error NoTable(const std::string& location) {
  return base::Error(base::ErrorKind::kNotFound, "delta.no_table",
                     fmt::format("There is no Delta table at {}.", location))
      .With("table", location);
}

base::Error TooOld(const std::string& location, int64_t timestamp_ms) {
  return base::Error(
             base::ErrorKind::kNotFound, "delta.timestamp",
             fmt::format("{} has no version that old: the first that can be read was committed "
                         "later.",
                         location))
      .Hint("DESCRIBE HISTORY lists the versions and their times.")
      .With("timestamp_ms", std::to_string(timestamp_ms));
}

// A log that somebody cleans up, or a table that is dropped, while it is read looks torn.
bool MayBeWholeNextTime(const base::Error& error) {
  return error.code() == LogReader::kLogChanged ||
         (error.kind() == base::ErrorKind::kNotFound && error.code() != "delta.version");
}

bool HasInCommitTimestamp(const LogCommit& commit,
                          const std::optional<InCommitTimestamps>& in_commit) {
  return in_commit && commit.version >= in_commit->first_version;
}

// Where in-commit timestamps were switched on the two kinds of time may overlap: the moment itself
// says which kind is meant.
void KeepKindOf(int64_t timestamp_ms, const std::optional<InCommitTimestamps>& in_commit,
                std::vector<LogCommit>& versions) {
  if (!in_commit || in_commit->first_timestamp_ms == 0) return;
  bool is_before = timestamp_ms < in_commit->first_timestamp_ms;
  std::erase_if(versions, [&](const LogCommit& version) {
    return HasInCommitTimestamp(version, in_commit) == is_before;
  });
}

bool IsCommit(const io::ObjectInfo& object) {
  return ParseLogFileName(object.key.substr(object.key.rfind('/') + 1)).kind ==
         LogFileKind::kCommit;
}

int64_t TimeOf(const LogCommit& commit, const std::optional<CommitInfo>& info,
               const std::optional<InCommitTimestamps>& in_commit) {
  bool told = HasInCommitTimestamp(commit, in_commit) && info && info->in_commit_timestamp_ms;
  return told ? *info->in_commit_timestamp_ms : commit.timestamp_ms;
}

bool IsTableFile(std::string_view key) {
  LogFileKind kind = ParseLogFileName(key.substr(key.rfind('/') + 1)).kind;
  return kind == LogFileKind::kCommit || kind == LogFileKind::kClassicCheckpoint ||
         kind == LogFileKind::kMultiPartCheckpoint || kind == LogFileKind::kUuidCheckpoint;
}

}  // namespace

Table::Table(io::ObjectStore& store, std::string root, const base::Clock& clock,
             ParquetPort* parquet)
    : store_(store),
      root_(std::move(root)),
      parquet_(parquet),
      log_(store, root_, parquet),
      clock_(clock) {}

std::string Table::Location() const {
  return store_.Locate(root_);
}

SnapshotPtr Table::Latest(const io::Call& call) {
  SnapshotPtr cached = Cached();
  SnapshotPtr fresh = cached == nullptr ? nullptr : Refresh(cached, call);
  if (fresh == nullptr) fresh = Load(std::nullopt, call);
  return Remember(cached, std::move(fresh));
}

SnapshotPtr Table::AtVersion(int64_t version, const io::Call& call) {
  SnapshotPtr latest = Latest(call);
  if (latest == nullptr) throw NoTable(Location());
  return latest->version() == version ? latest : Load(version, call);
}

SnapshotPtr Table::AtTimestamp(int64_t timestamp_ms, const io::Call& call) {
  SnapshotPtr latest = Latest(call);
  if (latest == nullptr) throw NoTable(Location());
  std::optional<InCommitTimestamps> in_commit = InCommitTimestampsOf(latest->metadata());
  std::vector<LogCommit> versions = RebuildableVersions(log_.List(call));
  KeepKindOf(timestamp_ms, in_commit, versions);
  auto after = std::partition_point(versions.begin(), versions.end(), [&](const LogCommit& held) {
    std::optional<CommitInfo> info;
    bool may_tell = HasInCommitTimestamp(held, in_commit) && IsCommit(held.object);
    if (may_tell) info = log_.ReadCommitInfo(held.object, call);
    return TimeOf(held, info, in_commit) <= timestamp_ms;
  });
  if (after == versions.begin()) throw TooOld(Location(), timestamp_ms);
  int64_t version = std::prev(after)->version;
  return latest->version() == version ? latest : Load(version, call);
}

std::vector<HistoryEntry> Table::History(std::optional<size_t> limit, const io::Call& call) {
  SnapshotPtr latest = Latest(call);
  if (latest == nullptr) throw NoTable(Location());
  std::optional<InCommitTimestamps> in_commit = InCommitTimestampsOf(latest->metadata());
  std::vector<LogCommit> commits = log_.List(call).commits;
  std::vector<HistoryEntry> history;
  for (auto commit = commits.rbegin(); commit != commits.rend(); ++commit) {
    if (limit && history.size() >= *limit) break;
    std::optional<CommitInfo> info = log_.ReadCommitInfo(commit->object, call);
    int64_t timestamp_ms = TimeOf(*commit, info, in_commit);
    history.push_back({commit->version, timestamp_ms, std::move(info).value_or(CommitInfo{})});
  }
  return history;
}

bool Table::Exists(io::ObjectStore& store, const std::string& root, const io::Call& call) {
  if (store.Head(CommitKey(root, 0), call)) return true;
  io::ListOptions options;
  options.delimited = true;
  options.page_max = 100;
  while (true) {
    io::ListPage page = store.List(LogFolder(root), options, call);
    bool found = std::any_of(page.objects.begin(), page.objects.end(),
                             [](const io::ObjectInfo& object) { return IsTableFile(object.key); });
    if (found || !page.next_start_after) return found;
    options.start_after = *page.next_start_after;
  }
}

std::optional<Table::CommitFile> Table::ReadCommit(int64_t version, const io::Call& call) {
  std::optional<LogReader::CommitBytes> file = log_.ReadCommit(version, call);
  if (!file) return std::nullopt;
  std::string location = store_.Locate(file->object.key);
  return CommitFile{std::move(file->object), ParseCommit(std::move(file->bytes), location)};
}

bool Table::HasUnchanged(const Snapshot& snapshot, const io::Call& call) {
  const std::string& tail_key = snapshot.state().log_tail_key;
  std::optional<io::ObjectInfo> tail =
      store_.Head(tail_key.empty() ? CommitKey(root_, snapshot.version()) : tail_key, call);
  return tail && FingerprintOf(*tail) == snapshot.state().log_etag;
}

void Table::RememberTombstones(CheckpointTombstones tombstones) {
  std::lock_guard lock(mutex_);
  tombstones_ = std::move(tombstones);
}

std::optional<std::vector<RemoveFile>> Table::KnownTombstones(std::string_view table_id,
                                                              int64_t version) {
  std::lock_guard lock(mutex_);
  if (tombstones_.table_id != table_id || tombstones_.version != version) return std::nullopt;
  return tombstones_.files;
}

void Table::Advance(SnapshotPtr committed) {
  std::lock_guard lock(mutex_);
  bool older = latest_ != nullptr && latest_->metadata().id == committed->metadata().id &&
               latest_->version() > committed->version();
  if (!older) latest_ = std::move(committed);
}

SnapshotPtr Table::Cached() {
  std::lock_guard lock(mutex_);
  return latest_;
}

SnapshotPtr Table::Remember(const SnapshotPtr& before, SnapshotPtr fresh) {
  std::lock_guard lock(mutex_);
  bool newer_there = latest_ != before && latest_ != nullptr && fresh != nullptr &&
                     latest_->version() >= fresh->version();
  if (!newer_there) latest_ = fresh;
  return fresh;
}

SnapshotPtr Table::Refresh(const SnapshotPtr& cached, const io::Call& call) {
  if (!HasUnchanged(*cached, call)) return nullptr;
  int64_t version = cached->version() + 1;
  std::optional<LogReader::CommitBytes> commit = log_.ReadCommit(version, call);
  if (!commit) return cached;
  LogReplay replay(*cached);
  for (; commit; commit = log_.ReadCommit(++version, call)) {
    const io::ObjectInfo& object = commit->object;
    LogPlace place{version, object.modified_ms, FingerprintOf(object), ""};
    std::string location = store_.Locate(object.key);
    replay.ApplyFile(std::move(place), std::move(commit->bytes), location);
  }
  return std::make_shared<const Snapshot>(replay.Finish(Location()));
}

SnapshotPtr Table::Load(std::optional<int64_t> version, const io::Call& call) {
  for (int attempt = 1;; ++attempt) {
    try {
      return log_.Load(version, call);
    } catch (const base::Error& error) {
      if (!MayBeWholeNextTime(error) || attempt == kLoadAttemptsMax) throw;
    }
    clock_.SleepFor(kLoadPause);
  }
}

}  // namespace laguna::delta
