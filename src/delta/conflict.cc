// SPDX-License-Identifier: Apache-2.0
#include "delta/conflict.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "delta/data_path.h"

namespace laguna::delta {
namespace {

// What a commit did, boiled down to what the rules ask.
struct WinnerSummary {
  bool changed_metadata = false;
  bool changed_protocol = false;
  bool added_rows = false;
  bool removed_rows = false;
  // By its own word: it depended on no row of the table.
  bool blind = false;
  std::set<std::string> removed_keys;
  std::set<std::string> app_ids;

  void Add(const CommitInfo& info) { blind = info.is_blind_append.value_or(false); }
  void Add(const Protocol&) { changed_protocol = true; }
  void Add(const Metadata&) { changed_metadata = true; }
  void Add(const AddFile& file) { added_rows |= file.data_change; }
  void Add(const RemoveFile& file) {
    removed_rows |= file.data_change;
    removed_keys.insert(
        FileKey(file.path, file.deletion_vector ? file.deletion_vector->UniqueId() : ""));
  }
  void Add(const SetTransaction& transaction) { app_ids.insert(transaction.app_id); }
  void Add(const AddCdcFile&) {}
  void Add(const DomainMetadata&) {}
  void Add(const CheckpointMetadata&) {}
  void Add(const Sidecar&) {}
};

WinnerSummary Summarize(std::span<const Action> winner) {
  WinnerSummary summary;
  for (const Action& action : winner) {
    std::visit([&summary](const auto& body) { summary.Add(body); }, action);
  }
  return summary;
}

bool RemovesSameFile(const CommitIntent& intent, const WinnerSummary& winner) {
  return std::any_of(intent.removed.begin(), intent.removed.end(), [&](const RemoveFile& file) {
    return winner.removed_keys.contains(
        FileKey(file.path, file.deletion_vector ? file.deletion_vector->UniqueId() : ""));
  });
}

// Whether rows the winner added might have been read, had they been there.
bool AddsCount(const CommitIntent& intent, const WinnerSummary& winner) {
  if (!winner.added_rows) return false;
  if (!intent.reads_rows) return intent.replaces_table && !winner.blind;
  bool blind_is_harmless =
      !intent.serializable && !intent.changes_metadata && !intent.replaces_table;
  return !(winner.blind && blind_is_harmless);
}

}  // namespace

std::optional<std::string> FindConflict(const CommitIntent& intent,
                                        std::span<const Action> actions) {
  WinnerSummary winner = Summarize(actions);
  if (winner.changed_metadata) {
    return "Another commit changed the table's schema or properties meanwhile.";
  }
  if (winner.changed_protocol && intent.changes_metadata) {
    return "Another commit changed the table's protocol meanwhile.";
  }
  for (const std::string& app_id : intent.app_ids) {
    if (!winner.app_ids.contains(app_id)) continue;
    return fmt::format("Another commit recorded progress for the same application id, {}.", app_id);
  }
  if (AddsCount(intent, winner)) {
    return "Another commit added rows meanwhile that this statement did not see.";
  }
  if (winner.removed_rows && (intent.reads_rows || intent.replaces_table)) {
    return "Another commit removed or changed rows meanwhile that this statement read or replaces.";
  }
  if (RemovesSameFile(intent, winner)) {
    return "Another commit removed a data file meanwhile that this commit removes too.";
  }
  return std::nullopt;
}

CommitInfo CommitInfoOf(std::span<const Action> actions) {
  for (const Action& action : actions) {
    if (const auto* info = std::get_if<CommitInfo>(&action)) return *info;
  }
  return {};
}

}  // namespace laguna::delta
