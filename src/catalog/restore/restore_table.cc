// SPDX-License-Identifier: Apache-2.0
#include "catalog/restore/restore_table.h"

#include <fmt/format.h>

#include <set>
#include <utility>
#include <variant>

#include "base/error.h"
#include "catalog/table_error.h"
#include "catalog/time_travel.h"
#include "delta/codec/json_text.h"
#include "delta/deletion_vector_file.h"
#include "delta/named_files.h"
#include "delta/properties.h"
#include "delta/transaction.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int kRunsMax = 10;
constexpr size_t kNamedInError = 3;

delta::SnapshotPtr FindVersion(duckdb::ClientContext& context, const OpenedTable& table,
                               const RestoreTarget& target) try {
  if (target.version) return table.log->AtVersion(*target.version);
  return table.log->AtTimestamp(
      InstantMillisOf(context, duckdb::Value(target.timestamp.value_or(""))));
} catch (const Error& error) {
  throw NamingTable(context, *table.log, error, table.title);
}

// Where the plan's files should be: keys of the table's store. Files elsewhere are a clone's, whose
// source answers for them.
std::set<std::string> KeysOf(const delta::RestorePlan& plan, const delta::Table& table) {
  const delta::NamedFiles below(table.store().Locate(""));
  const std::string folder = table.root().empty() ? "" : table.root() + "/";
  std::set<std::string> keys;
  const auto note = [&](const std::string& path) {
    const auto key = below.Below(path);
    if (key) keys.insert(*key == path ? folder + path : *key);
  };
  for (const delta::AddFile& file : plan.restored) {
    note(file.path);
    const auto vector =
        file.deletion_vector ? delta::DeletionVectorPath(*file.deletion_vector) : std::string();
    if (!vector.empty()) note(vector);
  }
  return keys;
}

void CheckFilesAreThere(const delta::RestorePlan& plan, const OpenedTable& table, int64_t version) {
  std::vector<std::string> missing;
  size_t count = 0;
  for (const std::string& key : KeysOf(plan, *table.log)) {
    if (table.store->Head(key)) continue;
    if (++count <= kNamedInError) missing.push_back(table.store->Locate(key));
  }
  if (count == 0) return;
  throw Error(ErrorKind::kNotFound, "restore.missing_files",
              fmt::format("{} cannot be restored to version {}: {} of its files {} gone: {}{}",
                          table.title, version, count, count == 1 ? "is" : "are",
                          fmt::join(missing, ", "), count > kNamedInError ? ", ..." : "."))
      .Hint(
          "A VACUUM deletes files when the table has not needed them for "
          "delta.deletedFileRetentionDuration. Restore a later version.")
      .With("table", table.title)
      .With("version", std::to_string(version));
}

delta::Operation OperationOf(const RestoreTarget& target, const Restored& restored) {
  const delta::RestorePlan& plan = restored.plan;
  delta::Operation operation{"RESTORE", {}, {}};
  operation.parameters["version"] = target.version ? std::to_string(*target.version) : "null";
  operation.parameters["timestamp"] =
      target.timestamp ? delta::JsonString(*target.timestamp) : "null";
  operation.metrics = {{"numRestoredFiles", std::to_string(plan.restored.size())},
                       {"numRemovedFiles", std::to_string(plan.removed.size())},
                       {"restoredFilesSize", std::to_string(plan.restored_bytes)},
                       {"removedFilesSize", std::to_string(plan.removed_bytes)},
                       {"numOfFilesAfterRestore", std::to_string(restored.files_after)},
                       {"tableSizeAfterRestore", std::to_string(restored.bytes_after)}};
  return operation;
}

Error Unknown(const OpenedTable& table, const delta::Unknown& unknown) {
  return Error(ErrorKind::kUnavailable, "commit.unknown",
               fmt::format("The store did not say whether version {} of table {} was committed: {}",
                           unknown.attempted_version, table.title, unknown.reason))
      .Hint(fmt::format("Look with DESCRIBE HISTORY {} whether it is there.", table.title))
      .With("table", table.title);
}

// Properties of then may be what nobody could set now.
void Restore(const Restored& restored, int64_t version, const OpenedTable& table,
             delta::Transaction& transaction) {
  try {
    delta::Restore(restored.plan, *restored.snapshot, transaction);
  } catch (const Error& error) {
    const std::string property = delta::RefusedProperty(error);
    if (property.empty()) throw;
    throw NamingTable(error, table.log->Location(), table.title)
        .Within(fmt::format("{} cannot be restored to version {}", table.title, version))
        .Hint(fmt::format("A value that the table has now stays: ALTER TABLE {} SET TBLPROPERTIES "
                          "('{}' = '...') gives it one, then RESTORE.",
                          table.title, property));
  }
}

// Nothing when another commit came first and the plan has to be made anew.
std::optional<Restored> Try(duckdb::ClientContext& context, const OpenedTable& table,
                            const RestoreTarget& target, const LakeEnvironment& environment,
                            bool is_last) {
  const delta::SnapshotPtr then = FindVersion(context, table, target);
  const delta::SnapshotPtr now = table.log->Latest();
  Restored restored{delta::PlanRestore(*now, *then), then->files().size(),
                    then->files().total_bytes(), now};
  if (restored.plan.ChangesNothing(*now)) return restored;
  CheckFilesAreThere(restored.plan, table, then->version());
  delta::Transaction transaction(*table.log, now, environment.clock, environment.random);
  Restore(restored, then->version(), table, transaction);
  transaction.SetOperation(OperationOf(target, restored));
  const delta::CommitOutcome outcome = transaction.Commit();
  if (const auto* unknown = std::get_if<delta::Unknown>(&outcome)) throw Unknown(table, *unknown);
  const auto* lost = std::get_if<delta::Lost>(&outcome);
  if (lost != nullptr && is_last) throw LostCommit(table.title, *lost);
  if (lost != nullptr) return std::nullopt;
  restored.snapshot = std::get<delta::Committed>(outcome).snapshot;
  return restored;
}

}  // namespace

Restored RestoreTable(duckdb::ClientContext& context, const OpenedTable& table,
                      const RestoreTarget& target, const LakeEnvironment& environment) {
  for (int run = 1;; ++run) {
    auto restored = Try(context, table, target, environment, run == kRunsMax);
    if (restored) return std::move(*restored);
  }
}

}  // namespace laguna::catalog
