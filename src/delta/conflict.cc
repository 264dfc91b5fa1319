// SPDX-License-Identifier: Apache-2.0
#include "delta/conflict.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "delta/data_path.h"
#include "delta/definition_change.h"
#include "delta/row_tracking.h"

namespace laguna::delta {
namespace {

std::string VectorId(const std::optional<DeletionVectorDescriptor>& vector) {
  return vector ? vector->UniqueId() : "";
}

int64_t DeletedCount(const std::optional<DeletionVectorDescriptor>& vector) {
  return vector ? vector->cardinality : 0;
}

// What is known of a file that only a remove action tells of.
AddFile EntryOf(const RemoveFile& removal) {
  AddFile file;
  file.path = removal.path;
  file.partition_values = removal.partition_values;
  file.size_bytes = removal.size_bytes.value_or(0);
  file.deletion_vector = removal.deletion_vector;
  return file;
}

bool MayHold(const ReadScope& scope, std::span<const AddFile> files) {
  return !files.empty() && (!scope.may_hold || scope.may_hold(files));
}

}  // namespace

// What a commit did, boiled down to what the rules ask.
struct ConflictCheck::Winner {
  explicit Winner(std::span<const Action> actions) {
    for (const Action& action : actions) {
      std::visit([this](const auto& body) { Add(body); }, action);
    }
  }

  void Add(const CommitInfo& commit_info) { info = &commit_info; }
  void Add(const Protocol& changed) { protocol = &changed; }
  void Add(const Metadata& changed) { metadata = &changed; }
  void Add(const AddFile& file) { files.added[CanonicalPath(file.path)] = &file; }
  void Add(const RemoveFile& file) { files.removed[CanonicalPath(file.path)] = &file; }
  void Add(const SetTransaction& transaction) { app_ids.insert(transaction.app_id); }
  void Add(const DomainMetadata& domain) { domains.insert(domain.domain); }
  void Add(const AddCdcFile&) {}
  void Add(const CheckpointMetadata&) {}
  void Add(const Sidecar&) {}

  // By its own word: it depended on no row of the table.
  [[nodiscard]] bool IsBlind() const {
    return info != nullptr && info->is_blind_append.value_or(false) && files.removed.empty();
  }

  // A file that stays and only loses rows. Vectors grow but where a table is restored.
  [[nodiscard]] bool OnlyDeletesRows(const AddFile& file) const {
    const auto before = files.removed.find(CanonicalPath(file.path));
    return before != files.removed.end() &&
           DeletedCount(file.deletion_vector) > DeletedCount(before->second->deletion_vector) &&
           (info == nullptr || info->operation != "RESTORE");
  }

  [[nodiscard]] std::vector<AddFile> AddedRows() const {
    std::vector<AddFile> with_new_rows;
    for (const auto& [path, file] : files.added) {
      if (file->data_change && !OnlyDeletesRows(*file)) with_new_rows.push_back(*file);
    }
    return with_new_rows;
  }

  const CommitInfo* info = nullptr;
  const Protocol* protocol = nullptr;
  const Metadata* metadata = nullptr;
  FileActions files;
  std::set<std::string> app_ids;
  std::set<std::string> domains;
};

ConflictCheck::ConflictCheck(const CommitIntent& intent, SnapshotPtr read, LoadVector load)
    : intent_(intent),
      read_(std::move(read)),
      claims_({read_, intent.rows, intent.removed, intent.marks_rows, intent.find_rows},
              std::move(load)) {
  if (read_ == nullptr) return;
  protocol_ = read_->protocol();
  metadata_ = read_->metadata();
}

std::optional<std::string> ConflictCheck::Meet(std::span<const Action> actions) {
  if (read_ == nullptr) return "Another commit created the table meanwhile.";
  const Winner winner(actions);
  if (Reason reason = CheckDefinition(winner)) return reason;
  if (Reason reason = CheckProgress(winner)) return reason;
  if (Reason reason = CheckAdded(winner)) return reason;
  if (Reason reason = CheckRemoved(winner)) return reason;
  return claims_.Meet(winner.files);
}

// --- Protocol, metadata ---

ConflictCheck::Reason ConflictCheck::CheckDefinition(const Winner& winner) {
  if (winner.protocol != nullptr) {
    if (intent_.changes_protocol || !IsHarmlessChange(protocol_, *winner.protocol)) {
      return "Another commit changed the table's protocol meanwhile.";
    }
    protocol_ = *winner.protocol;
  }
  if (winner.metadata == nullptr) return std::nullopt;
  const bool changes_rows =
      intent_.replaces_table || !intent_.removed.empty() || !intent_.rows.empty();
  if (intent_.changes_metadata ||
      !IsHarmlessChange(metadata_, *winner.metadata, protocol_, changes_rows)) {
    return "Another commit changed the table's schema or properties meanwhile.";
  }
  metadata_ = *winner.metadata;
  return std::nullopt;
}

// --- Domains, application ids ---

ConflictCheck::Reason ConflictCheck::CheckProgress(const Winner& winner) const {
  for (const std::string& domain : intent_.domains) {
    if (domain == kRowTrackingDomain || !winner.domains.contains(domain)) continue;
    return fmt::format("Another commit changed the same metadata domain, {}.", domain);
  }
  for (const std::string& app_id : intent_.app_ids) {
    if (!winner.app_ids.contains(app_id)) continue;
    return fmt::format("Another commit recorded progress for the same application id, {}.", app_id);
  }
  return std::nullopt;
}

// --- Rows that others added or removed ---

ConflictCheck::Reason ConflictCheck::CheckAdded(const Winner& winner) const {
  if (intent_.isolation == Isolation::kSnapshot) return std::nullopt;
  const std::vector<AddFile> files = winner.AddedRows();
  if (files.empty()) return std::nullopt;
  bool counts = false;
  if (intent_.replaces_table) {
    // They go, too: no harm when nobody looked.
    counts = !intent_.reads.empty() || !winner.IsBlind();
  } else if (!winner.IsBlind() || intent_.isolation == Isolation::kSerializable ||
             intent_.changes_metadata) {
    counts = std::any_of(intent_.reads.begin(), intent_.reads.end(),
                         [&](const ReadScope& scope) { return MayHold(scope, files); });
  }
  if (!counts) return std::nullopt;
  return "Another commit added rows meanwhile that this statement did not see.";
}

// The files that lost rows, as they were before.
std::vector<AddFile> ConflictCheck::BeforeRemoval(const Winner& winner) const {
  std::vector<const RemoveFile*> removals;
  std::vector<std::string> vector_ids;
  for (const auto& [path, removal] : winner.files.removed) {
    if (!removal->data_change) continue;
    removals.push_back(removal);
    vector_ids.push_back(VectorId(removal->deletion_vector));
  }
  std::vector<FileId> wanted;
  for (size_t i = 0; i < removals.size(); ++i) wanted.push_back({removals[i]->path, vector_ids[i]});
  const std::vector<std::optional<size_t>> found = read_->files().FindAll(wanted);
  std::vector<AddFile> files;
  for (size_t i = 0; i < removals.size(); ++i) {
    if (found[i]) {
      files.push_back(read_->files().at(*found[i]).ToAddFile());
      continue;
    }
    files.push_back(EntryOf(*removals[i]));
    const auto stays = winner.files.added.find(CanonicalPath(removals[i]->path));
    if (stays == winner.files.added.end()) continue;
    files.back().partition_values = stays->second->partition_values;
    files.back().size_bytes = stays->second->size_bytes;
    files.back().statistics_json = stays->second->statistics_json;
  }
  return files;
}

ConflictCheck::Reason ConflictCheck::CheckRemoved(const Winner& winner) const {
  const bool looked_at_many = intent_.replaces_table ||
                              std::any_of(intent_.reads.begin(), intent_.reads.end(),
                                          [](const ReadScope& scope) { return !scope.row_by_row; });
  if (!looked_at_many || winner.files.removed.empty()) return std::nullopt;
  const std::vector<AddFile> files = BeforeRemoval(winner);
  const bool counts =
      !files.empty() &&
      (intent_.replaces_table ||
       std::any_of(intent_.reads.begin(), intent_.reads.end(), [&](const ReadScope& scope) {
         return !scope.row_by_row && MayHold(scope, files);
       }));
  if (!counts) return std::nullopt;
  return "Another commit removed or changed rows meanwhile that this statement read or replaces.";
}

CommitInfo CommitInfoOf(std::span<const Action> actions) {
  for (const Action& action : actions) {
    if (const auto* info = std::get_if<CommitInfo>(&action)) return *info;
  }
  return {};
}

}  // namespace laguna::delta
