// SPDX-License-Identifier: Apache-2.0
#include "delta/note_commit.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "delta/commit_loop.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

using base::Error;
using base::ErrorKind;

CommitInfo InfoOf(const Operation& operation, const Snapshot& read, const Snapshot& base,
                  const std::string& txn_id, int64_t now_ms) {
  CommitInfo info;
  info.timestamp_ms = now_ms;
  if (IsActive(base.protocol(), base.metadata(), "inCommitTimestamp")) {
    info.in_commit_timestamp_ms = std::max(now_ms, base.timestamp_ms() + 1);
  }
  info.operation = operation.name;
  info.operation_parameters = operation.parameters;
  info.operation_metrics = operation.metrics;
  info.read_version = read.version();
  info.isolation_level = "SnapshotIsolation";
  info.is_blind_append = true;
  info.engine_info = "Laguna/" LAGUNA_VERSION;
  info.txn_id = txn_id;
  return info;
}

Error LostError(const Table& table, const Operation& operation, const Lost& lost) {
  return Error(ErrorKind::kConflict, "commit.conflict",
               fmt::format("{} of {} cannot go on: {}", operation.name, table.Location(),
                           lost.reason))
      .With("table", table.Location());
}

Error UnknownError(const Table& table, const Operation& operation, const Unknown& unknown) {
  return Error(ErrorKind::kUnavailable, "commit.unknown",
               fmt::format("The store did not say whether {} went into the log of {} as version "
                           "{}: {}",
                           operation.name, table.Location(), unknown.attempted_version,
                           unknown.reason))
      .With("table", table.Location());
}

}  // namespace

Committed NoteInLog(Table& table, const SnapshotPtr& read, const Operation& operation,
                    const base::Clock& clock, base::Random& random, const io::Call& call) {
  CheckWritable(read->protocol(), read->metadata(), table.Location());
  CommitIntent intent;
  intent.isolation = Isolation::kSnapshot;
  CommitPlan plan{read, intent, base::MakeUuid(random), {}};
  plan.actions_on = [&](const Snapshot* base, const RebasedFiles&) {
    return std::vector<Action>{InfoOf(operation, *read, *base, plan.txn_id, clock.NowMs())};
  };
  CommitOutcome outcome = RunCommit(table, plan, clock, random, call);
  if (const auto* lost = std::get_if<Lost>(&outcome)) throw LostError(table, operation, *lost);
  if (const auto* unknown = std::get_if<Unknown>(&outcome)) {
    throw UnknownError(table, operation, *unknown);
  }
  return std::get<Committed>(std::move(outcome));
}

}  // namespace laguna::delta
