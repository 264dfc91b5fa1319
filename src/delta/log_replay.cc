// SPDX-License-Identifier: Apache-2.0
// Commits come oldest first. What they add is held in a list with an index over it, so that a
// thousand commits cost one change of the file table instead of a thousand.
#include "delta/log_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "delta/data_path.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

template <typename File>
std::string KeyOf(const File& file) {
  return FileKey(file.path, file.deletion_vector ? file.deletion_vector->UniqueId() : "");
}

[[noreturn]] void MissingAction(std::string_view table, std::string_view action,
                                std::string_view what) {
  throw base::Error(
      base::ErrorKind::kCorrupt, fmt::format("delta.no_{}", what),
      fmt::format("The log of {} has no {} action; the first commit must hold one.", table, action))
      .Hint("Restore the log from a backup.");
}

bool HasInCommitTimestamps(const Metadata& metadata) {
  auto property = metadata.configuration.find("delta.enableInCommitTimestamps");
  return property != metadata.configuration.end() && property->second == "true";
}

}  // namespace

LogReplay::LogReplay(const Snapshot& base)
    : state_(base.state()), has_protocol_(true), has_metadata_(true) {}

void LogReplay::Apply(int64_t version, int64_t file_timestamp_ms, std::string etag,
                      std::vector<Action> actions) {
  int64_t earliest_ms = version == 0 ? file_timestamp_ms : state_.timestamp_ms + 1;
  state_.version = version;
  state_.log_etag = std::move(etag);
  in_commit_timestamp_ms_.reset();
  for (Action& action : actions) {
    std::visit([this](auto& body) { Fold(std::move(body)); }, action);
  }
  state_.timestamp_ms = std::max(file_timestamp_ms, earliest_ms);
  if (in_commit_timestamp_ms_ && HasInCommitTimestamps(state_.metadata)) {
    state_.timestamp_ms = *in_commit_timestamp_ms_;
  }
}

void LogReplay::Fold(CommitInfo info) {
  in_commit_timestamp_ms_ = info.in_commit_timestamp_ms;
}

void LogReplay::Fold(Protocol protocol) {
  state_.protocol = std::move(protocol);
  has_protocol_ = true;
}

void LogReplay::Fold(Metadata metadata) {
  state_.metadata = std::move(metadata);
  has_metadata_ = true;
}

void LogReplay::Fold(AddFile file) {
  auto [place, is_new] = places_.emplace(KeyOf(file), added_.size());
  if (is_new) {
    added_.emplace_back(std::move(file));
  } else {
    added_[place->second] = std::move(file);
  }
}

void LogReplay::Fold(RemoveFile file) {
  auto place = places_.find(KeyOf(file));
  if (place != places_.end()) {
    added_[place->second].reset();
    places_.erase(place);
  }
  removed_.push_back(std::move(file));
}

void LogReplay::Fold(SetTransaction transaction) {
  state_.transactions.insert_or_assign(transaction.app_id, std::move(transaction));
}

void LogReplay::Fold(DomainMetadata domain) {
  if (domain.removed) {
    state_.domains.erase(domain.domain);
  } else {
    state_.domains.insert_or_assign(domain.domain, std::move(domain));
  }
}

Snapshot::State LogReplay::Finish(std::string_view table) {
  if (!has_protocol_) MissingAction(table, "protocol", "protocol");
  if (!has_metadata_) MissingAction(table, "metaData", "metadata");
  std::vector<AddFile> added;
  added.reserve(places_.size());
  for (std::optional<AddFile>& file : added_) {
    if (file) added.push_back(std::move(*file));
  }
  CheckReadable(state_.protocol, state_.metadata, table);
  CheckFilesReadable(added, table);
  state_.files = state_.files.WithOwned(removed_, std::move(added));
  return std::move(state_);
}

}  // namespace laguna::delta
