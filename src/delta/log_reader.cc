// SPDX-License-Identifier: Apache-2.0
#include "delta/log_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>
#include <utility>

#include "base/error.h"
#include "delta/checkpoint_read.h"
#include "delta/checksum.h"
#include "delta/codec/action_json.h"
#include "delta/last_checkpoint.h"
#include "delta/log_path.h"
#include "delta/log_replay.h"

namespace laguna::delta {
namespace {

// A commit of a million files with statistics is about half of this.
constexpr uint64_t kCommitBytesMax = uint64_t{1} << 30;
// Holds the commitInfo of nearly every commit, which stands first.
constexpr uint64_t kCommitHeadBytes = uint64_t{16} << 10;
// Stores that give less at a time do so.
constexpr size_t kListPage = 5000;
// How far before a version that is asked for a checkpoint is looked for before the whole log is.
constexpr int64_t kVersionsBefore = 128;

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
  throw base::Error(base::ErrorKind::kUnavailable, LogReader::kLogChanged,
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

base::Error CommitVanished(int64_t version, const std::string& location) {
  return base::Error(base::ErrorKind::kUnavailable, LogReader::kLogChanged,
                     fmt::format("{} vanished while the log of {} was read.", CommitName(version),
                                 location))
      .Hint("The table was dropped or its log cleaned up meanwhile; try again.");
}

base::Error NeedsCheckpoint(const LogSegment& segment, const std::string& location) {
  return base::Error(base::ErrorKind::kUnsupported, "delta.checkpoint_read",
                     fmt::format("{} can be read from the checkpoint at version {} only, because "
                                 "the commits before it are no longer in its log, and there is "
                                 "nothing here that reads Parquet.",
                                 location, segment.checkpoint->version));
}

// Files that are torn, or gone. Everything else, such as a store that does not answer, would be the
// same for the next file.
bool IsUnreadable(const base::Error& error) {
  return error.kind() == base::ErrorKind::kCorrupt || error.kind() == base::ErrorKind::kNotFound;
}

// Nothing replaces the checkpoint.
base::Error Hopeless(base::Error checkpoint) {
  return std::move(checkpoint)
      .Hint(
          "No other checkpoint leads to that version, and the commits before it are no longer in "
          "the log: restore the file from a backup.");
}

// The digits a key of that version and later ones begin with.
std::string KeyBefore(const std::string& root, uint64_t version) {
  return fmt::format("{}{:020}", LogFolder(root), version);
}

LogPlace PlaceOf(const LogCommit& commit) {
  return {commit.version, commit.timestamp_ms, FingerprintOf(commit.object), ""};
}

// By the commit of its version where that is still there, else by the checkpoint's own file.
LogPlace PlaceOfCheckpoint(const LogSegment& segment) {
  if (segment.checkpoint_commit) return PlaceOf(*segment.checkpoint_commit);
  const io::ObjectInfo& part = segment.checkpoint->parts.front();
  return {segment.checkpoint->version, part.modified_ms, FingerprintOf(part), part.key};
}

}  // namespace

// One way from a listing to a snapshot, and the next when a file on it cannot be read.
class LogReader::SnapshotLoad {
 public:
  SnapshotLoad(LogReader& reader, std::optional<int64_t> version, const io::Call& call)
      : reader_(reader), version_(version), call_(call) {}

  SnapshotPtr Run() {
    if (reader_.parquet_ != nullptr) {
      if (std::optional<LogListing> near = reader_.ListNear(version_, call_)) {
        log_ = std::move(*near);
        if (SnapshotPtr snapshot = FromListing()) return snapshot;
      }
    }
    log_ = reader_.List(call_);
    for (const std::string& key : unreadable_) log_.LeaveOut(key);
    if (reader_.parquet_ == nullptr) return WithoutCheckpoints();
    if (SnapshotPtr snapshot = FromListing()) return snapshot;
    if (broken_checkpoint_) throw Hopeless(std::move(*broken_checkpoint_));
    // Nothing, or the reason.
    static_cast<void>(FindLogSegment(log_, version_, Location()));
    return nullptr;
  }

 private:
  [[nodiscard]] std::string Location() const { return reader_.store_.Locate(reader_.root_); }

  SnapshotPtr WithoutCheckpoints() {
    LogListing whole = log_;
    int64_t newest = -1;
    if (!log_.commits.empty()) newest = log_.commits.back().version;
    if (!log_.checkpoints.empty()) newest = std::max(newest, log_.checkpoints.back().version);
    if (!version_ && newest >= 0) version_ = newest;
    log_.checkpoints.clear();
    if (SnapshotPtr snapshot = FromListing()) return snapshot;
    std::optional<LogSegment> segment = FindLogSegment(whole, version_, Location());
    if (segment) throw NeedsCheckpoint(*segment, Location());
    return nullptr;
  }

  // Null when nothing in the listing leads there.
  SnapshotPtr FromListing() {
    while (std::optional<LogSegment> segment = SegmentTo(log_, version_)) {
      if (SnapshotPtr snapshot = FromSegment(*segment)) return snapshot;
    }
    return nullptr;
  }

  // Null when a file could not be read, which is left out then.
  SnapshotPtr FromSegment(const LogSegment& segment) {
    std::optional<LogReplay> replay = Start(segment);
    if (!replay || !ApplyCommits(segment, *replay)) return nullptr;
    bool lacks_timestamp = replay->LacksTimestamp();
    Snapshot::State state = replay->Finish(Location());
    if (lacks_timestamp) state.timestamp_ms = InCommitTimestamp(segment, state);
    return std::make_shared<const Snapshot>(std::move(state));
  }

  std::optional<LogReplay> Start(const LogSegment& segment) {
    if (!segment.checkpoint) return LogReplay();
    try {
      CheckpointContents contents = ReadCheckpoint(*segment.checkpoint, reader_.store_,
                                                   reader_.root_, *reader_.parquet_, call_);
      return LogReplay(std::move(contents), PlaceOfCheckpoint(segment));
    } catch (const base::Error& error) {
      if (!IsUnreadable(error)) throw;
      if (!broken_checkpoint_) broken_checkpoint_ = Named(error, *segment.checkpoint);
      LeaveOut(segment.checkpoint->parts.front().key);
      return std::nullopt;
    }
  }

  // A part or sidecar that is gone does not say whose it was.
  [[nodiscard]] base::Error Named(base::Error error, const CheckpointFiles& checkpoint) const {
    std::string location = reader_.store_.Locate(checkpoint.parts.front().key);
    if (error.sentence().find(location) != std::string::npos) return error;
    return std::move(error).Within(fmt::format("The checkpoint {} cannot be read", location));
  }

  bool ApplyCommits(const LogSegment& segment, LogReplay& replay) {
    auto compacted = segment.compacted.begin();
    for (auto commit = segment.commits.begin(); commit != segment.commits.end(); ++commit) {
      if (compacted == segment.compacted.end() || compacted->first != commit->version) {
        ApplyCommit(*commit, replay);
        continue;
      }
      commit += compacted->last - compacted->first;
      if (!ApplyCompacted(*compacted, *commit, replay)) return false;
      ++compacted;
    }
    return true;
  }

  void ApplyCommit(const LogCommit& commit, LogReplay& replay) {
    std::optional<LogReader::CommitBytes> file = reader_.ReadCommit(commit.version, call_);
    if (!file) throw CommitVanished(commit.version, Location());
    LogPlace place = PlaceOf(commit);
    place.etag = FingerprintOf(file->object);
    replay.ApplyFile(std::move(place), std::move(file->bytes),
                     reader_.store_.Locate(file->object.key));
  }

  // `last` is the last commit that the file stands for. False when it could not be read; the
  // commits themselves are there.
  bool ApplyCompacted(const CompactedCommits& compacted, const LogCommit& last, LogReplay& replay) {
    if (compacted.object.size_bytes > kCommitBytesMax) {
      LeaveOut(compacted.object.key);
      return false;
    }
    try {
      std::unique_ptr<io::ObjectReader> file = reader_.store_.Open(compacted.object.key, call_);
      std::string bytes = ReadWhole(reader_.store_, *file, call_);
      replay.ApplyCompacted(PlaceOf(last), std::move(bytes),
                            reader_.store_.Locate(compacted.object.key));
      return true;
    } catch (const base::Error& error) {
      if (!IsUnreadable(error)) throw;
      LeaveOut(compacted.object.key);
      return false;
    }
  }

  // The file's time where nobody tells.
  int64_t InCommitTimestamp(const LogSegment& segment, const Snapshot::State& state) {
    const LogCommit* last = nullptr;
    if (segment.checkpoint_commit) last = &*segment.checkpoint_commit;
    if (!segment.commits.empty()) last = &segment.commits.back();
    std::optional<CommitInfo> info;
    if (last != nullptr) info = reader_.ReadCommitInfo(last->object, call_);
    if (info && info->in_commit_timestamp_ms) return *info->in_commit_timestamp_ms;
    return reader_.TimestampByChecksum(log_, state, call_).value_or(state.timestamp_ms);
  }

  void LeaveOut(const std::string& key) {
    unreadable_.push_back(key);
    log_.LeaveOut(key);
  }

  LogReader& reader_;
  std::optional<int64_t> version_;
  const io::Call& call_;
  LogListing log_;
  std::vector<std::string> unreadable_;
  // Of the newest one that could not be read.
  std::optional<base::Error> broken_checkpoint_;
};

std::string FingerprintOf(const io::ObjectInfo& object) {
  if (!object.etag.empty()) return object.etag;
  return fmt::format("{}-{}", object.size_bytes, object.modified_ms);
}

LogReader::LogReader(io::ObjectStore& store, std::string root, ParquetPort* parquet)
    : store_(store), root_(std::move(root)), parquet_(parquet) {}

SnapshotPtr LogReader::Load(std::optional<int64_t> version, const io::Call& call) {
  return SnapshotLoad(*this, version, call).Run();
}

LogListing LogReader::List(const io::Call& call) {
  return ListRange(0, std::nullopt, call);
}

std::optional<LogListing> LogReader::ListNear(std::optional<int64_t> version,
                                              const io::Call& call) {
  if (version && *version < 0) return std::nullopt;
  std::optional<LastCheckpoint> hint = ReadLastCheckpoint(store_, root_, call);
  if (!hint) return std::nullopt;
  if (!version || hint->version <= *version) return ListRange(hint->version, version, call);
  return ListRange(std::max<int64_t>(0, *version - kVersionsBefore), version, call);
}

LogListing LogReader::ListRange(int64_t first, std::optional<int64_t> last, const io::Call& call) {
  io::ListOptions options;
  options.delimited = true;
  options.page_max = kListPage;
  options.start_after = KeyBefore(root_, static_cast<uint64_t>(first));
  std::vector<io::ObjectInfo> objects;
  while (true) {
    io::ListPage page = store_.List(LogFolder(root_), options, call);
    std::move(page.objects.begin(), page.objects.end(), std::back_inserter(objects));
    if (!page.next_start_after) break;
    bool is_beyond =
        last && *page.next_start_after > KeyBefore(root_, static_cast<uint64_t>(*last) + 1);
    if (is_beyond) break;
    options.start_after = std::move(*page.next_start_after);
  }
  return SortLog(objects);
}

std::optional<LogReader::CommitBytes> LogReader::ReadCommit(int64_t version, const io::Call& call) {
  std::string key = CommitKey(root_, version);
  std::unique_ptr<io::ObjectReader> reader = OpenIfThere(store_, key, call);
  if (reader == nullptr) return std::nullopt;
  std::string bytes = ReadWhole(store_, *reader, call);
  if (bytes.empty()) throw EmptyCommit(store_.Locate(key));
  return CommitBytes{reader->info(), std::move(bytes)};
}

std::optional<CommitInfo> LogReader::ReadCommitInfo(const io::ObjectInfo& object,
                                                    const io::Call& call) {
  std::unique_ptr<io::ObjectReader> reader = OpenIfThere(store_, object.key, call);
  if (reader == nullptr) return std::nullopt;
  std::string head = ReadRange(store_, *reader, kCommitHeadBytes, call);
  std::string location = store_.Locate(object.key);
  size_t line_end = head.find('\n');
  bool first_line_does = line_end != std::string::npos && head.starts_with("{\"commitInfo\"");
  if (first_line_does) return ParseCommitInfo(head.substr(0, line_end), location);
  return ParseCommitInfo(ReadWhole(store_, *reader, call), location);
}

std::optional<int64_t> LogReader::TimestampByChecksum(const LogListing& log,
                                                      const Snapshot::State& state,
                                                      const io::Call& call) {
  auto listed = log.checksums.find(state.version);
  if (listed == log.checksums.end() || listed->second.size_bytes > kChecksumBytesMax) {
    return std::nullopt;
  }
  std::unique_ptr<io::ObjectReader> reader = OpenIfThere(store_, listed->second.key, call);
  if (reader == nullptr) return std::nullopt;
  std::optional<Checksum> checksum =
      ParseChecksum(ReadRange(store_, *reader, kChecksumBytesMax, call));
  if (!checksum || !Differences(*checksum, state).empty()) return std::nullopt;
  return checksum->in_commit_timestamp_ms;
}

}  // namespace laguna::delta
