// SPDX-License-Identifier: Apache-2.0
// Commits come oldest first. Their files go into one edit of the file table, so that a thousand
// commits cost one new table instead of a thousand.
#include "delta/log_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

[[noreturn]] void MissingAction(std::string_view table, std::string_view action,
                                std::string_view what) {
  throw base::Error(
      base::ErrorKind::kCorrupt, fmt::format("delta.no_{}", what),
      fmt::format("The log of {} has no {} action; the first commit must hold one.", table, action))
      .Hint("Restore the log from a backup.");
}

// Scans do not take the deleted rows away yet.
void RefuseDeletionVectors(const FileTable& files, std::string_view table) {
  if (files.deletion_vector_count() == 0) return;
  for (size_t i = 0; i < files.size(); ++i) {
    if (files.at(i).has_deletion_vector()) CheckFileReadable(files.at(i).ToAddFile(), table);
  }
}

bool HasInCommitTimestamps(const Metadata& metadata) {
  auto property = metadata.configuration.find("delta.enableInCommitTimestamps");
  return property != metadata.configuration.end() && property->second == "true";
}

}  // namespace

LogReplay::LogReplay(const Snapshot& base)
    : state_(base.state()), has_protocol_(true), has_metadata_(true), files_(base.files()) {}

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

void LogReplay::Fold(const AddFile& file) {
  files_.Add(file);
}

void LogReplay::Fold(const RemoveFile& file) {
  files_.Remove(file.path, file.deletion_vector ? file.deletion_vector->UniqueId() : "");
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
  CheckReadable(state_.protocol, state_.metadata, table);
  state_.files = files_.Finish();
  RefuseDeletionVectors(state_.files, table);
  return std::move(state_);
}

}  // namespace laguna::delta
