// SPDX-License-Identifier: Apache-2.0
#include "catalog/transaction_operation.h"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "catalog/lake_transaction.h"

namespace laguna::catalog {
namespace {

using nlohmann::json;

int64_t Metric(const delta::Operation& operation, const char* name) {
  const auto found = operation.metrics.find(name);
  return found == operation.metrics.end() ? 0 : std::strtoll(found->second.c_str(), nullptr, 10);
}

// What the commit does to the files of the version it read.
struct FileTotals {
  int64_t removed = 0;
  int64_t removed_bytes = 0;
  int64_t vectors_added = 0;
  int64_t vectors_updated = 0;
  int64_t vectors_removed = 0;

  void CountRemoved(const delta::FileView& file) {
    ++removed;
    removed_bytes += file.size_bytes();
    if (file.has_deletion_vector()) ++vectors_removed;
  }
};

void CountChanged(const PendingTable& pending, FileTotals& totals) {
  std::vector<std::string> vector_ids;
  std::vector<delta::FileId> removed;
  for (const auto& [path, change] : pending.changed) {
    if (change.entry) {
      ++(change.vector ? totals.vectors_updated : totals.vectors_added);
    } else {
      vector_ids.push_back(change.vector ? change.vector->UniqueId() : "");
    }
  }
  size_t next = 0;
  for (const auto& [path, change] : pending.changed) {
    if (!change.entry) removed.push_back({path, vector_ids[next++]});
  }
  const delta::FileTable& files = pending.read->files();
  for (const auto& number : files.FindAll(removed)) {
    if (number) totals.CountRemoved(files.at(*number));
  }
}

FileTotals TotalsOf(const PendingTable& pending) {
  FileTotals totals;
  for (const delta::AddFile& file : pending.added) {
    if (file.deletion_vector) ++totals.vectors_added;
  }
  if (!pending.read) return totals;
  const delta::FileTable& files = pending.read->files();
  if (!pending.replaces_content) {
    CountChanged(pending, totals);
    return totals;
  }
  for (size_t i = 0; i < files.size(); ++i) totals.CountRemoved(files.at(i));
  return totals;
}

int64_t AddedBytes(const PendingTable& pending) {
  int64_t bytes = 0;
  for (const delta::AddFile& file : pending.added) bytes += file.size_bytes;
  return bytes;
}

}  // namespace

void TransactionOperation::Add(delta::Operation operation) {
  rows_.updated += Metric(operation, "numUpdatedRows") + Metric(operation, "numTargetRowsUpdated");
  rows_.deleted += Metric(operation, "numDeletedRows") + Metric(operation, "numTargetRowsDeleted");
  rows_.copied += Metric(operation, "numCopiedRows") + Metric(operation, "numTargetRowsCopied");
  // The output of a MERGE is more than what it inserts.
  const bool merges = operation.metrics.contains("numTargetRowsInserted");
  rows_.inserted += Metric(operation, merges ? "numTargetRowsInserted" : "numOutputRows");
  execution_ms_ += Metric(operation, "executionTimeMs");
  if (names_.size() < kNamesMax) names_.push_back(operation.name);
  if (statements_++ == 0) operation_ = std::move(operation);
}

void TransactionOperation::ForgetRows() {
  rows_ = {};
  operation_.metrics.clear();
}

delta::Operation TransactionOperation::Committed(const PendingTable& pending) const {
  if (statements_ == 1) return operation_;
  // A batch without rows is a write as well.
  if (statements_ == 0) return {pending.transaction_versions.empty() ? "" : "WRITE", {}, {}};
  json names = names_;
  if (statements_ > names_.size()) {
    names.push_back(fmt::format("and {} more", statements_ - names_.size()));
  }
  const FileTotals totals = TotalsOf(pending);
  delta::Operation whole{"TRANSACTION", {{"operations", json(names.dump()).dump()}}, {}};
  const std::pair<const char*, int64_t> metrics[] = {
      {"numInsertedRows", rows_.inserted},
      {"numUpdatedRows", rows_.updated},
      {"numDeletedRows", rows_.deleted},
      {"numCopiedRows", rows_.copied},
      {"numOutputRows", rows_.inserted + rows_.updated + rows_.copied},
      {"numAddedFiles", static_cast<int64_t>(pending.added.size())},
      {"numAddedBytes", AddedBytes(pending)},
      {"numRemovedFiles", totals.removed},
      {"numRemovedBytes", totals.removed_bytes},
      {"numAddedChangeFiles", static_cast<int64_t>(pending.change_data.size())},
      {"numDeletionVectorsAdded", totals.vectors_added + totals.vectors_updated},
      {"numDeletionVectorsUpdated", totals.vectors_updated},
      {"numDeletionVectorsRemoved", totals.vectors_removed + totals.vectors_updated},
      {"executionTimeMs", execution_ms_}};
  for (const auto& [name, number] : metrics) whole.metrics[name] = std::to_string(number);
  return whole;
}

}  // namespace laguna::catalog
