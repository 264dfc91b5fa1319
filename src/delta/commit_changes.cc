// SPDX-License-Identifier: Apache-2.0
#include "delta/commit_changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

#include "delta/data_path.h"

namespace laguna::delta {
namespace {

// Operations that put new rows in the place of old ones and keep none.
constexpr std::array<std::string_view, 8> kReplacing = {
    "WRITE",
    "CREATE TABLE AS SELECT",
    "REPLACE TABLE",
    "REPLACE TABLE AS SELECT",
    "CREATE OR REPLACE TABLE",
    "CREATE OR REPLACE TABLE AS SELECT",
    "STREAMING UPDATE",
    "RESTORE",
};

// An overwrite with a condition (replaceWhere) may keep rows of the files it replaces.
bool KeepsRows(const CommitInfo* info) {
  if (info == nullptr) return true;
  if (std::ranges::find(kReplacing, info->operation) == kReplacing.end()) return true;
  const auto condition = info->operation_parameters.find("predicate");
  return condition != info->operation_parameters.end() && condition->second != "null";
}

AddFile Removed(const RemoveFile& remove) {
  AddFile file;
  file.path = remove.path;
  file.partition_values = remove.partition_values;
  file.size_bytes = remove.size_bytes.value_or(0);
  file.tags = remove.tags;
  file.deletion_vector = remove.deletion_vector;
  file.base_row_id = remove.base_row_id;
  file.default_row_commit_version = remove.default_row_commit_version;
  return file;
}

// A commit's files, taken together.
class Collector {
 public:
  void See(const Action& action) {
    if (const auto* add = std::get_if<AddFile>(&action); add != nullptr && add->data_change) {
      added_.push_back(add);
    } else if (const auto* remove = std::get_if<RemoveFile>(&action);
               remove != nullptr && remove->data_change) {
      removed_.emplace(CanonicalPath(remove->path), remove);
    } else if (const auto* change = std::get_if<AddCdcFile>(&action)) {
      changes_.change_data_files.push_back(*change);
    } else if (const auto* metadata = std::get_if<Metadata>(&action)) {
      changes_.metadata = *metadata;
    } else if (const auto* info = std::get_if<CommitInfo>(&action)) {
      info_ = info;
    }
  }

  CommitChanges Finish() {
    if (!changes_.change_data_files.empty()) return std::move(changes_);
    bool came = false;
    for (const AddFile* add : added_) came |= !Pair(*add);
    changes_.may_rewrite_rows = came && !removed_.empty() && KeepsRows(info_);
    for (const auto& [path, remove] : removed_) {
      changes_.files.push_back(
          {ChangeKind::kDelete, Removed(*remove), std::nullopt, !remove->extended_file_metadata});
    }
    return std::move(changes_);
  }

 private:
  // True when the file was there before, under another deletion vector.
  bool Pair(const AddFile& add) {
    const auto before = removed_.find(CanonicalPath(add.path));
    if (before == removed_.end()) {
      changes_.files.push_back({ChangeKind::kInsert, add, std::nullopt, false});
      return false;
    }
    const auto& old = before->second->deletion_vector;
    const auto& now = add.deletion_vector;
    if (old != now) {
      if (now) PushRows(ChangeKind::kDelete, add, *now, old);
      if (old) PushRows(ChangeKind::kInsert, add, *old, now);
    }
    removed_.erase(before);
    return true;
  }

  void PushRows(ChangeKind kind, const AddFile& file, const DeletionVectorDescriptor& in,
                const std::optional<DeletionVectorDescriptor>& not_in) {
    changes_.files.push_back({kind, file, VectorDifference{in, not_in}, false});
  }

  CommitChanges changes_;
  std::vector<const AddFile*> added_;
  // By path; one file is removed once in a commit.
  std::map<std::string_view, const RemoveFile*> removed_;
  const CommitInfo* info_ = nullptr;
};

}  // namespace

CommitChanges ChangesOf(std::span<const Action> actions) {
  Collector collector;
  for (const Action& action : actions) collector.See(action);
  return collector.Finish();
}

}  // namespace laguna::delta
