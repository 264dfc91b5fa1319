// SPDX-License-Identifier: Apache-2.0
// Commits come oldest first. Their files go into one edit of the file table, so that a thousand
// commits cost one new table instead of a thousand.
#include "delta/log_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "delta/codec/action_json.h"
#include "delta/commit_time.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

[[noreturn]] void MissingAction(std::string_view table, std::string_view action,
                                std::string_view what) {
  throw base::Error(base::ErrorKind::kCorrupt, fmt::format("delta.no_{}", what),
                    fmt::format("The log of {} has no {} action; the first commit and every "
                                "checkpoint must hold one.",
                                table, action))
      .Hint("Restore the log from a backup.");
}

}  // namespace

// Puts the files of a commit where they belong without building actions of them.
class LogReplay::FileSink final : public CommitSink {
 public:
  explicit FileSink(LogReplay& replay) : replay_(replay) {}
  void Add(const FileRow& file) override { replay_.files_.Add(file); }
  void Remove(std::string_view path, std::string_view deletion_vector_id) override {
    replay_.files_.Remove(path, deletion_vector_id);
  }
  void Take(Action action) override {
    std::visit([this](auto& body) { replay_.Fold(std::move(body)); }, action);
  }

 private:
  LogReplay& replay_;
};

LogReplay::LogReplay(const Snapshot& base)
    : state_(base.state()), has_protocol_(true), has_metadata_(true), files_(base.files()) {}

LogReplay::LogReplay(CheckpointContents checkpoint, LogPlace place)
    : has_protocol_(checkpoint.protocol.has_value()),
      has_metadata_(checkpoint.metadata.has_value()),
      files_(std::move(checkpoint.files)) {
  if (checkpoint.protocol) state_.protocol = std::move(*checkpoint.protocol);
  if (checkpoint.metadata) state_.metadata = std::move(*checkpoint.metadata);
  state_.transactions = std::move(checkpoint.transactions);
  state_.domains = std::move(checkpoint.domains);
  state_.timestamp_ms = place.file_timestamp_ms;
  Begin(std::move(place));
}

void LogReplay::Begin(LogPlace place) {
  state_.version = place.version;
  state_.log_etag = std::move(place.etag);
  state_.log_tail_key = std::move(place.tail_key);
  in_commit_timestamp_ms_.reset();
}

void LogReplay::End(int64_t file_timestamp_ms) {
  bool is_first = state_.version == 0;
  state_.timestamp_ms =
      is_first ? file_timestamp_ms : std::max(file_timestamp_ms, state_.timestamp_ms + 1);
  if (in_commit_timestamp_ms_ && InCommitTimestampsOf(state_.metadata)) {
    state_.timestamp_ms = *in_commit_timestamp_ms_;
  }
}

void LogReplay::Apply(int64_t version, int64_t file_timestamp_ms, std::string etag,
                      std::vector<Action> actions) {
  Begin({version, file_timestamp_ms, std::move(etag), ""});
  for (Action& action : actions) {
    std::visit([this](auto& body) { Fold(std::move(body)); }, action);
  }
  End(file_timestamp_ms);
}

void LogReplay::ApplyFile(LogPlace place, std::string bytes, std::string_view file) {
  int64_t file_timestamp_ms = place.file_timestamp_ms;
  Begin(std::move(place));
  FileSink sink(*this);
  ParseCommit(std::move(bytes), file, sink);
  End(file_timestamp_ms);
}

void LogReplay::ApplyCompacted(LogPlace last, std::string bytes, std::string_view file) {
  int64_t file_timestamp_ms = last.file_timestamp_ms;
  Begin(std::move(last));
  FileSink sink(*this);
  ParseCommit(std::move(bytes), file, sink);
  // Were there a commitInfo, nobody could say of which commit.
  in_commit_timestamp_ms_.reset();
  End(file_timestamp_ms);
}

bool LogReplay::LacksTimestamp() const {
  std::optional<InCommitTimestamps> in_commit = InCommitTimestampsOf(state_.metadata);
  return in_commit && state_.version >= in_commit->first_version && !in_commit_timestamp_ms_;
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
  return std::move(state_);
}

}  // namespace laguna::delta
