// SPDX-License-Identifier: Apache-2.0
#include "delta/log_upkeep.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include "base/error.h"
#include "delta/checkpoint_read.h"
#include "delta/checkpoint_rule.h"
#include "delta/checkpoint_write.h"
#include "delta/checksum.h"
#include "delta/codec/action_json.h"
#include "delta/last_checkpoint.h"
#include "delta/log_cleanup.h"
#include "delta/log_path.h"
#include "delta/log_reader.h"
#include "delta/log_segment.h"
#include "delta/properties.h"
#include "delta/table_feature.h"
#include "io/whole_object.h"

namespace laguna::delta {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr char kCheckpointFailed[] = "The checkpoint of the log was not finished.";
constexpr int64_t kDeletedFileRetentionMs = 7 * kDayMs;

bool MayCleanUp(const Snapshot& snapshot) {
  return BooleanProperty(snapshot.metadata().configuration, "delta.enableExpiredLogCleanup",
                         true) &&
         !Supports(snapshot.protocol(), "checkpointProtection");
}

// Those of `removed` that are not live again, in their order, each once.
std::vector<RemoveFile> NotLive(std::vector<RemoveFile> removed, const FileTable& files) {
  std::vector<std::string> vector_ids;
  vector_ids.reserve(removed.size());
  std::vector<FileId> ids;
  for (const RemoveFile& file : removed) {
    vector_ids.push_back(file.deletion_vector ? file.deletion_vector->UniqueId() : "");
    ids.push_back({file.path, vector_ids.back()});
  }
  const std::vector<std::optional<size_t>> live = files.FindAll(ids);
  std::vector<RemoveFile> result;
  for (size_t i = 0; i < removed.size(); ++i) {
    if (!live[i]) result.push_back(std::move(removed[i]));
  }
  return result;
}

// More than this is read back from the checkpoint rather than kept in memory.
constexpr size_t kKeptTombstonesMax = 1'000;

std::vector<RemoveFile> TombstonesOf(Table& table, const CheckpointFiles& checkpoint,
                                     const Snapshot& snapshot, int64_t not_before_ms,
                                     const io::Call& call) {
  auto known = table.KnownTombstones(snapshot.metadata().id, checkpoint.version);
  if (!known) {
    return ReadTombstones(checkpoint, not_before_ms, Supports(snapshot.protocol(), "v2Checkpoint"),
                          table.store(), table.root(), *table.parquet(), call);
  }
  std::erase_if(*known, [not_before_ms](const RemoveFile& file) {
    return file.deletion_timestamp_ms.value_or(0) < not_before_ms;
  });
  return std::move(*known);
}

void RememberTombstones(Table& table, const CheckpointJob& job) {
  if (job.tombstones.size() > kKeptTombstonesMax) return;
  table.RememberTombstones({job.snapshot->metadata().id, job.snapshot->version(), job.tombstones});
}

// The removals readers still need to know of: the last checkpoint's and those of the commits since.
std::vector<RemoveFile> Tombstones(Table& table, const LogSegment& segment,
                                   const Snapshot& snapshot, int64_t not_before_ms,
                                   const io::Call& call) {
  std::vector<RemoveFile> removed;
  if (segment.checkpoint) {
    removed = TombstonesOf(table, *segment.checkpoint, snapshot, not_before_ms, call);
  }
  LogReader reader(table.store(), table.root());
  for (const LogCommit& commit : segment.commits) {
    std::optional<LogReader::CommitBytes> file = reader.ReadCommit(commit.version, call);
    // Most commits only add.
    if (!file || file->bytes.find("\"remove\"") == std::string::npos) continue;
    const std::string location = table.store().Locate(commit.object.key);
    for (Action& action : ParseCommit(std::move(file->bytes), location)) {
      auto* removal = std::get_if<RemoveFile>(&action);
      if (removal == nullptr || removal->deletion_timestamp_ms.value_or(0) < not_before_ms)
        continue;
      removed.push_back(std::move(*removal));
    }
  }
  return NotLive(std::move(removed), snapshot.files());
}

int64_t TransactionsNotBefore(const Properties& properties, int64_t now_ms) {
  const int64_t retention_ms =
      IntervalProperty(properties, "delta.setTransactionRetentionDuration", now_ms);
  return std::max<int64_t>(0, now_ms - retention_ms);
}

CheckpointJob JobFor(Table& table, const LogSegment& segment, const SnapshotPtr& snapshot,
                     int64_t now_ms, const io::Call& call) {
  const Properties& properties = snapshot->metadata().configuration;
  const int64_t retention_ms =
      IntervalProperty(properties, "delta.deletedFileRetentionDuration", kDeletedFileRetentionMs);
  CheckpointJob job;
  job.root = table.root();
  job.snapshot = snapshot;
  job.tombstones = Tombstones(table, segment, *snapshot, now_ms - retention_ms, call);
  job.transactions_not_before_ms = TransactionsNotBefore(properties, now_ms);
  job.is_v2 = IsActive(snapshot->protocol(), snapshot->metadata(), "v2Checkpoint");
  job.writes_statistics = BooleanProperty(properties, "delta.checkpoint.writeStatsAsJson", true);
  job.writes_typed_statistics =
      BooleanProperty(properties, "delta.checkpoint.writeStatsAsStruct", false);
  return job;
}

// One table's upkeep behind one version.
class Upkeep {
 public:
  Upkeep(Table& table, SnapshotPtr snapshot, int64_t now_ms, base::Random& random,
         const io::Call& call)
      : table_(table),
        snapshot_(std::move(snapshot)),
        now_ms_(now_ms),
        random_(random),
        call_(call) {}

  void Run(bool only_when_due, UpkeepReport& report) {
    if (!table_.HasUnchanged(*snapshot_, call_)) return;
    const std::optional<LogSegment> segment = FindSegment();
    const bool is_there =
        !segment || (segment->checkpoint && segment->checkpoint->version == snapshot_->version());
    if (!is_there) {
      if (only_when_due && IsShort(*segment)) return;
      if (!PutCheckpoint(*segment)) return;
      report.checkpoint_version = snapshot_->version();
    }
    if (MayCleanUp(*snapshot_)) report.deleted_log_files = CleanUp(List());
  }

 private:
  LogListing List() { return LogReader(table_.store(), table_.root()).List(call_); }

  // A long log is not listed where a checkpoint is known.
  std::optional<LogSegment> FindSegment() {
    const int64_t version = snapshot_->version();
    const auto near = LogReader(table_.store(), table_.root()).ListNear(version, call_);
    if (near) {
      if (std::optional<LogSegment> segment = SegmentTo(*near, version)) return segment;
    }
    return FindLogSegment(List(), version, table_.Location());
  }

  // Where the table leaves it to us, and its readers do not need a checkpoint yet.
  [[nodiscard]] bool IsShort(const LogSegment& segment) const {
    const Properties& properties = snapshot_->metadata().configuration;
    if (!segment.checkpoint || AskedCheckpointInterval(properties)) return false;
    CommitsBehind behind;
    behind.count = segment.commits.size();
    for (const LogCommit& commit : segment.commits) behind.bytes += commit.object.size_bytes;
    return static_cast<int64_t>(behind.count) <
           CheckpointInterval(properties, behind, snapshot_->files().size());
  }

  // False: the table went meanwhile, and nothing is left of its checkpoint where a new one may be.
  bool PutCheckpoint(const LogSegment& segment) {
    const CheckpointJob job = JobFor(table_, segment, snapshot_, now_ms_, call_);
    const WrittenCheckpoint written =
        WriteCheckpoint(job, table_.store(), *table_.parquet(), random_, call_);
    if (!table_.HasUnchanged(*snapshot_, call_)) {
      table_.store().DeleteMany(written.keys);
      return false;
    }
    PutLastCheckpoint(table_.store(), table_.root(), written.hint, call_);
    RememberTombstones(table_, job);
    return true;
  }

  size_t CleanUp(const LogListing& log) {
    const int64_t cutoff_ms = LogCutoff(snapshot_->metadata().configuration, now_ms_);
    const std::vector<std::string> expired = ExpiredLogFiles(log, cutoff_ms);
    if (expired.empty()) return 0;
    table_.store().DeleteMany(expired, call_);
    const bool may_have_sidecars = Supports(snapshot_->protocol(), "v2Checkpoint");
    return expired.size() + (may_have_sidecars ? CleanUpSidecars() : 0);
  }

  // Those that no checkpoint names any more. A checkpoint that cannot be read keeps them all.
  size_t CleanUpSidecars() {
    io::ObjectStore& store = table_.store();
    const int64_t cutoff_ms = SidecarCutoff(now_ms_);
    std::vector<io::ObjectInfo> old = io::ListAll(store, SidecarFolder(table_.root()), {}, call_);
    std::erase_if(old,
                  [&](const io::ObjectInfo& sidecar) { return sidecar.modified_ms >= cutoff_ms; });
    if (old.empty()) return 0;
    std::set<std::string> named;
    for (const CheckpointFiles& checkpoint : List().checkpoints) {
      for (std::string& location :
           ReadSidecarLocations(checkpoint, store, table_.root(), *table_.parquet(), call_)) {
        named.insert(std::move(location));
      }
    }
    std::vector<std::string> unnamed;
    for (io::ObjectInfo& sidecar : old) {
      if (!named.contains(store.Locate(sidecar.key))) unnamed.push_back(std::move(sidecar.key));
    }
    store.DeleteMany(unnamed, call_);
    return unnamed.size();
  }

  Table& table_;
  SnapshotPtr snapshot_;
  int64_t now_ms_;
  base::Random& random_;
  const io::Call& call_;
};

// No reader needs it, so it is not worth waiting for the disk. Nothing is left of it where the
// table went meanwhile: its name could not be given again.
void WriteChecksumFile(Table& table, const Snapshot& snapshot, const io::Call& call) {
  const std::string keys[] = {ChecksumKey(table.root(), snapshot.version())};
  io::WriteWhole(table.store(), keys[0], WriteChecksum(ChecksumOf(snapshot)), call);
  if (!table.HasUnchanged(snapshot, call)) table.store().DeleteMany(keys, call);
}

// Runs one step; what goes wrong becomes a warning.
template <typename Step>
void Try(UpkeepReport& report, const char* what, Step step) noexcept {
  try {
    try {
      step();
    } catch (const base::Error& error) {
      report.warnings.push_back(fmt::format("{} {}", what, error.sentence()));
    } catch (const std::exception& exception) {
      report.warnings.push_back(fmt::format("{} {}", what, exception.what()));
    }
  } catch (...) {
    // No memory left even for the words.
  }
}

}  // namespace

UpkeepReport WriteVersionChecksum(Table& table, const Snapshot& committed,
                                  const io::Call& call) noexcept {
  UpkeepReport report;
  Try(report, "The checksum of the version was not written.",
      [&] { WriteChecksumFile(table, committed, call); });
  return report;
}

bool UpkeepIsDue(const Table& table, const Snapshot& committed) {
  return table.parquet() != nullptr &&
         MayGetCheckpoint(committed.metadata().configuration, committed.version());
}

UpkeepReport KeepUpLog(Table& table, const SnapshotPtr& committed, const base::Clock& clock,
                       base::Random& random, const io::Call& call) noexcept {
  UpkeepReport report;
  Try(report, kCheckpointFailed,
      [&] { Upkeep(table, committed, clock.NowMs(), random, call).Run(true, report); });
  return report;
}

UpkeepReport CheckpointLog(Table& table, const SnapshotPtr& snapshot, const base::Clock& clock,
                           base::Random& random, const io::Call& call) noexcept {
  UpkeepReport report;
  Try(report, kCheckpointFailed,
      [&] { Upkeep(table, snapshot, clock.NowMs(), random, call).Run(false, report); });
  return report;
}

}  // namespace laguna::delta
