// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/dropped_feature.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/iso_time.h"
#include "catalog/table_error.h"
#include "delta/feature_drop.h"
#include "delta/log_cleanup.h"
#include "delta/log_reader.h"
#include "delta/log_upkeep.h"
#include "delta/transaction.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

void WriteCheckpoint(const OpenedTable& table, const delta::SnapshotPtr& snapshot,
                     const LakeEnvironment& environment) {
  const delta::UpkeepReport report =
      delta::CheckpointLog(*table.log, snapshot, environment.clock, environment.random);
  if (report.warnings.empty()) return;
  throw Error(ErrorKind::kUnavailable, "checkpoint.not_written", report.warnings.front())
      .Hint(fmt::format("CHECKPOINT TABLE {} writes it.", table.title))
      .With("table", table.title);
}

// Readers that began at a version with the feature may still be at work.
void CheckTraces(const OpenedTable& table, const std::string& feature, const delta::LogListing& log,
                 int64_t now_ms) {
  const delta::Metadata& metadata = table.snapshot->metadata();
  const int64_t retention_ms = delta::TraceRetention(metadata.configuration);
  std::optional<int64_t> last_ms;
  for (const delta::LogCommit& commit : log.commits) {
    if (commit.timestamp_ms <= now_ms - retention_ms) continue;
    if (delta::NeedsTruncation(feature)) {
      if (delta::IsProtected(metadata, commit.version)) last_ms = commit.timestamp_ms;
      continue;
    }
    const auto file = table.log->ReadCommit(commit.version);
    if (!file) continue;
    for (const delta::Action& action : file->actions) {
      if (delta::IsTraceOf(feature, action)) last_ms = commit.timestamp_ms;
    }
  }
  if (!last_ms) return;
  throw Error(
      ErrorKind::kUnsupported, "alter.feature_history",
      fmt::format("The history of table {} cannot be truncated yet: a version of {} used the "
                  "table feature {}, and readers of it may still be at work.",
                  table.title, base::FormatIsoMs(*last_ms), feature))
      .Hint(fmt::format("Run it again after {}{}.", base::FormatIsoMs(*last_ms + retention_ms),
                        delta::NeedsTruncation(feature)
                            ? ""
                            : ", or without TRUNCATE HISTORY: then the older versions stay, "
                              "protected by checkpointProtection"))
      .With("table", table.title)
      .With("feature", feature);
}

Error TruncationError(const OpenedTable& table, const std::string& feature) {
  return Error(ErrorKind::kUnsupported, "alter.feature_history",
               fmt::format("The table feature {} of table {} goes only with the versions that it "
                           "protects.",
                           feature, table.title))
      .Hint(
          fmt::format("ALTER TABLE {} DROP FEATURE {} TRUNCATE HISTORY deletes them from the log.",
                      table.title, feature))
      .With("table", table.title)
      .With("feature", feature);
}

// Everything before the snapshot, which a checkpoint holds.
size_t TruncateLog(const OpenedTable& table, const delta::SnapshotPtr& snapshot,
                   const std::string& feature, const LakeEnvironment& environment) {
  const int64_t now_ms = environment.clock.NowMs();
  CheckTraces(table, feature, delta::LogReader(*table.store, table.log->root()).List({}), now_ms);
  WriteCheckpoint(table, snapshot, environment);
  const auto log = delta::LogReader(*table.store, table.log->root()).List({});
  const auto keys = delta::ExpiredLogFiles(log, std::numeric_limits<int64_t>::max());
  table.store->DeleteMany(keys);
  return keys.size();
}

int64_t Commit(const OpenedTable& table, delta::Transaction& transaction,
               delta::SnapshotPtr& snapshot) {
  delta::CommitOutcome outcome = transaction.Commit();
  if (const auto* lost = std::get_if<delta::Lost>(&outcome)) throw LostCommit(table.title, *lost);
  if (const auto* unknown = std::get_if<delta::Unknown>(&outcome)) {
    throw Error(
        ErrorKind::kUnavailable, "commit.unknown",
        fmt::format("The store did not say whether version {} of table {} was committed: {}",
                    unknown->attempted_version, table.title, unknown->reason))
        .Hint(fmt::format("Look with DESCRIBE HISTORY {} whether it is there.", table.title))
        .With("table", table.title);
  }
  const auto& committed = std::get<delta::Committed>(outcome);
  snapshot = committed.snapshot ? committed.snapshot : table.log->Latest();
  return committed.version;
}

}  // namespace

DroppedFeature DropTableFeature(const OpenedTable& table, const std::string& feature,
                                bool truncates, const LakeEnvironment& environment) {
  const delta::SnapshotPtr read = table.log->Latest();
  if (!read) ThrowNoTable(table);
  const delta::FeatureDrop drop =
      delta::DropFeature(*read, feature, read->version() + 1, table.title);
  const bool may_truncate = drop.needs_checkpoint || delta::NeedsTruncation(feature);
  if (truncates && !may_truncate) {
    throw Error(ErrorKind::kInvalidInput, "alter.truncate_history",
                fmt::format("Dropping the table feature {} of table {} needs no TRUNCATE HISTORY.",
                            feature, table.title))
        .Hint("Leave it out: the older versions stay readable.")
        .With("table", table.title);
  }
  if (delta::NeedsTruncation(feature) && !truncates) throw TruncationError(table, feature);
  DroppedFeature dropped;
  if (truncates) dropped.deleted_log_files = TruncateLog(table, read, feature, environment);
  delta::Transaction transaction(*table.log, read, environment.clock, environment.random);
  transaction.SetMetadata(truncates ? delta::WithoutProtection(drop) : drop.metadata);
  // What others add meanwhile may use the feature.
  transaction.MarkRead();
  transaction.SetOperation({"DROP FEATURE",
                            {{"featureName", fmt::format("\"{}\"", feature)},
                             {"truncateHistory", truncates ? "true" : "false"}},
                            {}});
  dropped.version = Commit(table, transaction, dropped.snapshot);
  if (drop.needs_checkpoint) WriteCheckpoint(table, dropped.snapshot, environment);
  return dropped;
}

}  // namespace laguna::catalog
