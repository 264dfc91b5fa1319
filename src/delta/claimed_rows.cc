// SPDX-License-Identifier: Apache-2.0
#include "delta/claimed_rows.h"

#include <algorithm>
#include <utility>

#include "delta/data_path.h"
#include "delta/statistics.h"

namespace laguna::delta {
namespace {

constexpr const char* kFileOfRowsGone =
    "Another commit removed a data file meanwhile of which this statement changes or needs rows.";
constexpr const char* kRemovedFileChanged =
    "Another commit removed or changed a data file meanwhile that this commit removes.";
constexpr const char* kRowsChanged =
    "Another commit changed or deleted rows meanwhile that this statement changes or needs.";

// The file is gone, and what it held stands elsewhere.
bool IsRewritten(const FileActions& winner, const std::string& path) {
  const auto removed = winner.removed.find(path);
  return removed != winner.removed.end() && !removed->second->data_change &&
         !winner.added.contains(path);
}

// What was written anew in the partitions of `claimed`.
template <class Rewrite>
std::map<PartitionValues, Rewrite> RewritesOf(const FileActions& winner,
                                              const std::map<std::string, AddFile>& claimed) {
  std::map<PartitionValues, Rewrite> rewrites;
  for (const auto& [path, entry] : claimed) {
    rewrites[entry.partition_values].claimed.push_back(path);
  }
  for (const auto& [path, removal] : winner.removed) {
    if (removal->data_change || winner.added.contains(path)) continue;
    // Removals of other writers may not say it.
    const auto entry = claimed.find(std::string(path));
    const auto rewrite = rewrites.find(entry == claimed.end() ? removal->partition_values
                                                              : entry->second.partition_values);
    if (rewrite != rewrites.end()) rewrite->second.inputs.push_back(removal);
  }
  for (const auto& [path, file] : winner.added) {
    if (file->data_change || winner.removed.contains(path)) continue;
    const auto rewrite = rewrites.find(file->partition_values);
    if (rewrite != rewrites.end()) rewrite->second.outputs.push_back(*file);
  }
  return rewrites;
}

struct Counts {
  uint64_t deleted = 0;
  uint64_t depended_on = 0;
  bool operator==(const Counts&) const = default;
  void Add(const RowClaim& claim) {
    deleted += claim.deleted.Cardinality();
    depended_on += claim.depended_on.Cardinality();
  }
};

}  // namespace

ClaimedRows::Reason ClaimedRows::Meet(const FileActions& winner) {
  if (Reason reason = FollowRewrites(winner)) return reason;
  for (const std::string& path : plan_.removed) {
    if (winner.removed.contains(path)) return kRemovedFileChanged;
  }
  for (const auto& [path, claim] : plan_.rows) {
    if (Reason reason = CheckRows(path, claim, winner)) return reason;
  }
  return std::nullopt;
}

ClaimedRows::Reason ClaimedRows::CheckRows(const std::string& path, const RowClaim& claim,
                                           const FileActions& winner) {
  const bool is_removed = winner.removed.contains(path);
  const auto added = winner.added.find(path);
  const bool is_there = added != winner.added.end();
  if (is_removed && !is_there) return kFileOfRowsGone;
  if (!is_there) return std::nullopt;
  const AddFile& entry = *added->second;
  DeletionVector deleted;
  if (entry.deletion_vector) deleted = load_(*entry.deletion_vector);
  if (DeletionVector::Intersects(deleted, claim.deleted) ||
      DeletionVector::Intersects(deleted, claim.depended_on)) {
    return kRowsChanged;
  }
  if (!claim.deleted.IsEmpty()) moved_[path] = {entry, std::move(deleted)};
  return std::nullopt;
}

// --- Files that others wrote anew ---

std::vector<std::string> ClaimedRows::RewrittenClaims(const FileActions& winner) const {
  std::vector<std::string> paths;
  for (const auto& [path, claim] : plan_.rows) {
    if (IsRewritten(winner, path)) paths.push_back(path);
  }
  for (const std::string& path : plan_.removed) {
    if (IsRewritten(winner, path) && !plan_.rows.contains(path)) paths.push_back(path);
  }
  return paths;
}

ClaimedRows::Reason ClaimedRows::FollowRewrites(const FileActions& winner) {
  if (!plan_.find) return std::nullopt;
  const std::vector<std::string> claimed = RewrittenClaims(winner);
  if (claimed.empty()) return std::nullopt;
  const std::map<std::string, AddFile> entries = EntriesOf(claimed);
  if (entries.size() < claimed.size()) return kFileOfRowsGone;
  for (const auto& [values, rewrite] : RewritesOf<Rewrite>(winner, entries)) {
    std::optional<RowClaims> found = WhereRowsAre(rewrite, entries);
    if (!found) return kFileOfRowsGone;
    for (const std::string& path : rewrite.claimed) {
      plan_.rows.erase(path);
      plan_.removed.erase(path);
      moved_.erase(path);
      left_.insert(path);
    }
    for (const AddFile& file : rewrite.outputs) {
      std::string path(CanonicalPath(file.path));
      const auto claim = found->find(path);
      if (claim == found->end()) continue;
      plan_.rows[path] = std::move(claim->second);
      found_[std::move(path)] = file;
    }
  }
  return std::nullopt;
}

// As the plan read them, or as they were found. A look at all files, which is cheap beside a look
// into one.
std::map<std::string, AddFile> ClaimedRows::EntriesOf(const std::vector<std::string>& paths) const {
  std::map<std::string, AddFile> entries;
  std::set<std::string_view> wanted;
  for (const std::string& path : paths) {
    const auto found = found_.find(path);
    if (found == found_.end()) {
      wanted.insert(path);
    } else {
      entries.insert(*found);
    }
  }
  const FileTable& files = plan_.read->files();
  for (size_t i = 0; i < files.size() && !wanted.empty(); ++i) {
    const std::string path(CanonicalPath(files.at(i).path()));
    if (wanted.erase(path) > 0) entries.emplace(path, files.at(i).ToAddFile());
  }
  return entries;
}

std::optional<RowClaims> ClaimedRows::WhereRowsAre(
    const Rewrite& rewrite, const std::map<std::string, AddFile>& entries) const {
  std::optional<RowClaims> found = AllRowsOf(rewrite, entries);
  if (!found) found = Find(rewrite, entries);
  if (!found) return std::nullopt;
  for (const AddFile& file : rewrite.outputs) {
    const auto claim = found->find(std::string(CanonicalPath(file.path)));
    if (claim != found->end() && !CanGo(file, claim->second.deleted)) return std::nullopt;
  }
  return found;
}

// Where all that was written anew goes as a whole, what came of it goes as a whole.
std::optional<RowClaims> ClaimedRows::AllRowsOf(
    const Rewrite& rewrite, const std::map<std::string, AddFile>& entries) const {
  uint64_t rows = 0;
  for (const RemoveFile* input : rewrite.inputs) {
    const std::string path(CanonicalPath(input->path));
    if (!plan_.removed.contains(path)) return std::nullopt;
    const auto live = LiveRowsOf(entries.at(path));
    if (!live) return std::nullopt;
    rows += live->Cardinality();
  }
  RowClaims all;
  for (const AddFile& file : rewrite.outputs) {
    std::optional<DeletionVector> live = LiveRowsOf(file);
    if (!live) return std::nullopt;
    rows -= live->Cardinality();
    all[std::string(CanonicalPath(file.path))].deleted = std::move(*live);
  }
  if (rows != 0) return std::nullopt;
  return all;
}

std::optional<RowClaims> ClaimedRows::Find(const Rewrite& rewrite,
                                           const std::map<std::string, AddFile>& entries) const {
  std::vector<OldRows> old;
  Counts wanted;
  for (const std::string& path : rewrite.claimed) {
    OldRows& rows = old.emplace_back(OldRows{entries.at(path), {}});
    const auto claim = plan_.rows.find(path);
    if (claim != plan_.rows.end()) rows.rows = claim->second;
    if (plan_.removed.contains(path)) {
      std::optional<DeletionVector> live = LiveRowsOf(rows.file);
      if (!live) return std::nullopt;
      rows.rows = {std::move(*live), {}};
    }
    wanted.Add(rows.rows);
  }
  std::optional<RowClaims> found = plan_.find(old, rewrite.outputs);
  if (!found) return std::nullopt;
  Counts got;
  for (const auto& [path, claim] : *found) got.Add(claim);
  if (got != wanted) return std::nullopt;
  return found;
}

std::optional<DeletionVector> ClaimedRows::LiveRowsOf(const AddFile& file) const {
  const std::optional<int64_t> records = ParseRecordCount(file.statistics_json);
  if (!records || *records < 0) return std::nullopt;
  DeletionVector all;
  all.AddRange(0, static_cast<uint64_t>(*records));
  return file.deletion_vector ? DeletionVector::Difference(all, load_(*file.deletion_vector)) : all;
}

// A file with a deletion vector tells how many rows it has; one without goes as a whole or stays.
bool ClaimedRows::CanGo(const AddFile& file, const DeletionVector& rows) const {
  if (rows.IsEmpty()) return true;
  const std::optional<DeletionVector> live = LiveRowsOf(file);
  return live && (plan_.marks_rows || DeletionVector::Difference(*live, rows).IsEmpty());
}

}  // namespace laguna::delta
