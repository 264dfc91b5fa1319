// SPDX-License-Identifier: Apache-2.0
#include "delta/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <utility>

#include "base/error.h"
#include "delta/codec/action_json.h"
#include "delta/log_path.h"
#include "delta/log_replay.h"
#include "delta/log_segment.h"

namespace laguna::delta {
namespace {

// A commit of a million files with statistics is about half of this.
constexpr uint64_t kCommitBytesMax = uint64_t{1} << 30;
// Holds the commitInfo of nearly every commit, which stands first.
constexpr uint64_t kCommitHeadBytes = uint64_t{16} << 10;

constexpr char kLogChanged[] = "delta.log_changed";
constexpr int kLoadAttemptsMax = 3;
constexpr std::chrono::milliseconds kLoadPause{20};

// Fewer bytes than the object had when it was opened would be a log without its last actions.
std::string ReadRange(io::ObjectStore& store, io::ObjectReader& reader, uint64_t bytes_max,
                      const io::Call& call) {
  // The parser needs room behind the text; with it reserved nothing is copied.
  constexpr size_t kParserRoom = 64;
  std::string bytes;
  uint64_t size = std::min(reader.info().size_bytes, bytes_max);
  bytes.reserve(size + kParserRoom);
  bytes.resize(size);
  size_t read = reader.ReadAt(0, std::as_writable_bytes(std::span(bytes)), call);
  if (read == size) return bytes;
  throw base::Error(base::ErrorKind::kUnavailable, kLogChanged,
                    fmt::format("{} ended after {} of its {} bytes while it was read.",
                                store.Locate(reader.info().key), read, size))
      .Hint("Something else changes the files of the log; try again.");
}

std::string ReadWhole(io::ObjectStore& store, io::ObjectReader& reader, const io::Call& call) {
  const io::ObjectInfo& object = reader.info();
  if (object.size_bytes > kCommitBytesMax) {
    throw base::Error(base::ErrorKind::kExhausted, "delta.commit_size",
                      fmt::format("{} has {} bytes; a commit may have at most {}.",
                                  store.Locate(object.key), object.size_bytes, kCommitBytesMax));
  }
  return ReadRange(store, reader, kCommitBytesMax, call);
}

std::unique_ptr<io::ObjectReader> OpenIfThere(io::ObjectStore& store, const std::string& key,
                                              const io::Call& call) {
  try {
    return store.Open(key, call);
  } catch (const base::Error& error) {
    if (error.kind() == base::ErrorKind::kNotFound) return nullptr;
    throw;
  }
}

base::Error NoTable(const std::string& location) {
  return base::Error(base::ErrorKind::kNotFound, "delta.no_table",
                     fmt::format("There is no Delta table at {}.", location))
      .With("table", location);
}

// Every writer puts at least a commitInfo in. No bytes at all is what a disk that lost power
// leaves.
base::Error EmptyCommit(const std::string& location) {
  return base::Error(base::ErrorKind::kCorrupt, "delta.empty_commit",
                     fmt::format("{} is empty: what that version changed is lost.", location))
      .Hint(
          "Restore the file from a backup; if it is the newest of its log and nobody needs that "
          "version, deleting it brings the table back to the version before.")
      .With("path", location);
}

// The version from which on commits carry the table's timestamps; nothing when they do not
// (protocol section "In-Commit Timestamps").
std::optional<int64_t> InCommitTimestampsFrom(const Metadata& metadata) {
  const Properties& properties = metadata.configuration;
  auto enabled = properties.find("delta.enableInCommitTimestamps");
  if (enabled == properties.end() || enabled->second != "true") return std::nullopt;
  auto from = properties.find("delta.inCommitTimestampEnablementVersion");
  if (from == properties.end()) return 0;
  int64_t version = 0;
  for (char c : from->second.substr(0, 18)) {
    if (c < '0' || c > '9') return 0;
    version = version * 10 + (c - '0');
  }
  return version;
}

int64_t TimestampOf(const LogCommit& commit, const std::optional<CommitInfo>& info,
                    std::optional<int64_t> in_commit_from) {
  bool in_commit =
      in_commit_from && commit.version >= *in_commit_from && info && info->in_commit_timestamp_ms;
  return in_commit ? *info->in_commit_timestamp_ms : commit.timestamp_ms;
}

bool IsTableFile(std::string_view key) {
  LogFileKind kind = ParseLogFileName(key.substr(key.rfind('/') + 1)).kind;
  return kind == LogFileKind::kCommit || kind == LogFileKind::kClassicCheckpoint ||
         kind == LogFileKind::kMultiPartCheckpoint || kind == LogFileKind::kUuidCheckpoint;
}

}  // namespace

std::string FingerprintOf(const io::ObjectInfo& object) {
  if (!object.etag.empty()) return object.etag;
  return fmt::format("{}-{}", object.size_bytes, object.modified_ms);
}

Table::Table(io::ObjectStore& store, std::string root, const base::Clock& clock)
    : store_(store), root_(std::move(root)), clock_(clock) {}

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
  std::optional<int64_t> in_commit_from = InCommitTimestampsFrom(latest->metadata());
  std::vector<LogCommit> commits = ListedCommits(ListLog(call));
  auto after = std::partition_point(commits.begin(), commits.end(), [&](const LogCommit& commit) {
    std::optional<CommitInfo> info;
    if (in_commit_from) info = ReadCommitInfo(commit.object, call);
    return TimestampOf(commit, info, in_commit_from) <= timestamp_ms;
  });
  if (after == commits.begin()) {
    throw base::Error(
        base::ErrorKind::kNotFound, "delta.timestamp",
        fmt::format("{} has no version that old: its first was committed later.", Location()))
        .Hint("DESCRIBE HISTORY lists the versions and their times.")
        .With("timestamp_ms", std::to_string(timestamp_ms));
  }
  int64_t version = std::prev(after)->version;
  return latest->version() == version ? latest : Load(version, call);
}

std::vector<HistoryEntry> Table::History(std::optional<size_t> limit, const io::Call& call) {
  SnapshotPtr latest = Latest(call);
  if (latest == nullptr) throw NoTable(Location());
  std::optional<int64_t> in_commit_from = InCommitTimestampsFrom(latest->metadata());
  std::vector<LogCommit> commits = ListedCommits(ListLog(call));
  std::vector<HistoryEntry> history;
  for (auto commit = commits.rbegin(); commit != commits.rend(); ++commit) {
    if (limit && history.size() >= *limit) break;
    std::optional<CommitInfo> info = ReadCommitInfo(commit->object, call);
    int64_t timestamp_ms = TimestampOf(*commit, info, in_commit_from);
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
  std::string key = CommitKey(root_, version);
  std::unique_ptr<io::ObjectReader> reader = OpenIfThere(store_, key, call);
  if (reader == nullptr) return std::nullopt;
  std::string bytes = ReadWhole(store_, *reader, call);
  if (bytes.empty()) throw EmptyCommit(store_.Locate(key));
  return CommitFile{reader->info(), ParseCommit(std::move(bytes), store_.Locate(key))};
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
  std::optional<io::ObjectInfo> tail = store_.Head(CommitKey(root_, cached->version()), call);
  if (!tail || FingerprintOf(*tail) != cached->state().log_etag) return nullptr;
  std::optional<CommitFile> commit = ReadCommit(cached->version() + 1, call);
  if (!commit) return cached;
  LogReplay replay(*cached);
  for (int64_t version = cached->version() + 1; commit; commit = ReadCommit(++version, call)) {
    replay.Apply(version, commit->object.modified_ms, FingerprintOf(commit->object),
                 std::move(commit->actions));
  }
  return std::make_shared<const Snapshot>(replay.Finish(Location()));
}

SnapshotPtr Table::Load(std::optional<int64_t> version, const io::Call& call) {
  for (int attempt = 1;; ++attempt) {
    try {
      return LoadOnce(version, call);
    } catch (const base::Error& error) {
      if (error.code() != kLogChanged || attempt == kLoadAttemptsMax) throw;
    }
    clock_.SleepFor(kLoadPause);
  }
}

SnapshotPtr Table::LoadOnce(std::optional<int64_t> version, const io::Call& call) {
  std::optional<LogSegment> segment = FindLogSegment(ListLog(call), version, Location());
  if (!segment) return nullptr;
  LogReplay replay;
  for (const LogCommit& commit : segment->commits) {
    std::optional<CommitFile> file = ReadCommit(commit.version, call);
    if (!file) {
      throw base::Error(base::ErrorKind::kUnavailable, kLogChanged,
                        fmt::format("{} vanished while the log of {} was read.",
                                    CommitName(commit.version), Location()))
          .Hint("The table was dropped or its log cleaned up meanwhile; try again.");
    }
    replay.Apply(commit.version, file->object.modified_ms, FingerprintOf(file->object),
                 std::move(file->actions));
  }
  return std::make_shared<const Snapshot>(replay.Finish(Location()));
}

std::vector<io::ObjectInfo> Table::ListLog(const io::Call& call) {
  io::ListOptions options;
  options.delimited = true;
  return io::ListAll(store_, LogFolder(root_), options, call);
}

std::optional<CommitInfo> Table::ReadCommitInfo(const io::ObjectInfo& object,
                                                const io::Call& call) {
  std::unique_ptr<io::ObjectReader> reader = store_.Open(object.key, call);
  std::string head = ReadRange(store_, *reader, kCommitHeadBytes, call);
  std::string location = store_.Locate(object.key);
  size_t line_end = head.find('\n');
  bool first_line_does = line_end != std::string::npos && head.starts_with("{\"commitInfo\"");
  if (first_line_does) return ParseCommitInfo(head.substr(0, line_end), location);
  return ParseCommitInfo(ReadWhole(store_, *reader, call), location);
}

}  // namespace laguna::delta
