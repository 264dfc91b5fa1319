// SPDX-License-Identifier: Apache-2.0
#include "delta/log_upkeep.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <span>
#include <utility>

#include "base/error.h"
#include "delta/checkpoint_read.h"
#include "delta/checkpoint_write.h"
#include "delta/checksum.h"
#include "delta/codec/action_json.h"
#include "delta/last_checkpoint.h"
#include "delta/log_cleanup.h"
#include "delta/log_reader.h"
#include "delta/log_segment.h"
#include "delta/properties.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

constexpr int64_t kCheckpointInterval = 10;
constexpr int64_t kDayMs = 86'400'000;
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

// False: the table went meanwhile, and nothing is left of its checkpoint where a new one may be.
bool PutCheckpoint(Table& table, const LogSegment& segment, const SnapshotPtr& snapshot,
                   int64_t now_ms, const io::Call& call) {
  const Properties& properties = snapshot->metadata().configuration;
  const int64_t retention_ms =
      IntervalProperty(properties, "delta.deletedFileRetentionDuration", kDeletedFileRetentionMs);
  const CheckpointJob job{table.root(), snapshot,
                          Tombstones(table, segment, *snapshot, now_ms - retention_ms, call),
                          TransactionsNotBefore(properties, now_ms)};
  const WrittenCheckpoint written = WriteCheckpoint(job, table.store(), *table.parquet(), call);
  if (!table.HasUnchanged(*snapshot, call)) {
    table.store().DeleteMany(written.keys);
    return false;
  }
  PutLastCheckpoint(table.store(), table.root(), written.hint, call);
  RememberTombstones(table, job);
  return true;
}

void CheckpointAndCleanUp(Table& table, const SnapshotPtr& snapshot, int64_t now_ms,
                          const io::Call& call, UpkeepReport& report) {
  if (!table.HasUnchanged(*snapshot, call)) return;
  const LogListing log = LogReader(table.store(), table.root()).List(call);
  const std::optional<LogSegment> segment =
      FindLogSegment(log, snapshot->version(), table.Location());
  const bool is_there =
      !segment || (segment->checkpoint && segment->checkpoint->version == snapshot->version());
  if (!is_there) {
    if (!PutCheckpoint(table, *segment, snapshot, now_ms, call)) return;
    report.checkpoint_version = snapshot->version();
  }
  if (!MayCleanUp(*snapshot)) return;
  const int64_t cutoff_ms = LogCutoff(snapshot->metadata().configuration, now_ms);
  const std::vector<std::string> expired = ExpiredLogFiles(log, cutoff_ms);
  table.store().DeleteMany(expired, call);
  report.deleted_log_files = expired.size();
}

// No reader needs it, so it is not worth waiting for the disk.
void WriteChecksumFile(Table& table, const Snapshot& snapshot, const io::Call& call) {
  const std::string text = WriteChecksum(ChecksumOf(snapshot));
  auto writer = table.store().Write(ChecksumKey(table.root(), snapshot.version()), call);
  writer->Append(std::as_bytes(std::span(text)), call);
  writer->Finish(call);
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
  const int64_t interval = IntegerProperty(committed.metadata().configuration,
                                           "delta.checkpointInterval", kCheckpointInterval);
  return table.parquet() != nullptr && committed.version() > 0 && interval > 0 &&
         committed.version() % interval == 0;
}

UpkeepReport KeepUpLog(Table& table, const SnapshotPtr& committed, const base::Clock& clock,
                       const io::Call& call) noexcept {
  UpkeepReport report;
  Try(report, "The checkpoint of the log was not finished.",
      [&] { CheckpointAndCleanUp(table, committed, clock.NowMs(), call, report); });
  return report;
}

}  // namespace laguna::delta
