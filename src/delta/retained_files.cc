// SPDX-License-Identifier: Apache-2.0
#include "delta/retained_files.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "delta/checkpoint_read.h"
#include "delta/codec/action_json.h"
#include "delta/deletion_vector_file.h"
#include "delta/log_reader.h"
#include "delta/log_segment.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

// A writer's clock, which dates a removal, and the store's, which dates its commit, may differ.
constexpr int64_t kClockSkewMs = 3'600'000;

// Most commits of a busy table only add; those are not parsed.
bool MayTakeAway(std::string_view commit) {
  return commit.find("\"remove\"") != std::string_view::npos ||
         commit.find("\"cdc\"") != std::string_view::npos;
}

std::vector<Action> ReadTakingAway(Table& table, LogReader& reader, const LogCommit& commit,
                                   const io::Call& call) {
  std::optional<LogReader::CommitBytes> file = reader.ReadCommit(commit.version, call);
  if (!file || !MayTakeAway(file->bytes)) return {};
  return ParseCommit(std::move(file->bytes), table.store().Locate(commit.object.key));
}

// The later of what the writer's clock says and the store's: of two that disagree the one that
// keeps the file.
int64_t RemovedAt(const RemoveFile& removal, const LogCommit& commit) {
  return std::max(removal.deletion_timestamp_ms.value_or(0), commit.timestamp_ms);
}

void NoteCheckpoint(Table& table, const LogListing& log, const Snapshot& snapshot,
                    int64_t cutoff_ms, NamedFiles& named, const io::Call& call) {
  const auto segment = FindLogSegment(log, snapshot.version(), table.Location());
  if (!segment || !segment->checkpoint || table.parquet() == nullptr) return;
  for (const RemoveFile& removal : ReadTombstones(
           *segment->checkpoint, cutoff_ms, Supports(snapshot.protocol(), "v2Checkpoint"),
           table.store(), table.root(), *table.parquet(), call)) {
    named.Note(removal);
  }
}

void NoteCommits(Table& table, const LogListing& log, int64_t cutoff_ms, NamedFiles& named,
                 const io::Call& call) {
  LogReader reader(table.store(), table.root());
  for (const LogCommit& commit : log.commits) {
    if (commit.timestamp_ms < cutoff_ms - kClockSkewMs) continue;
    for (const Action& action : ReadTakingAway(table, reader, commit, call)) {
      const auto* removal = std::get_if<RemoveFile>(&action);
      const bool is_kept = removal != nullptr ? RemovedAt(*removal, commit) >= cutoff_ms
                                              : std::holds_alternative<AddCdcFile>(action) &&
                                                    commit.timestamp_ms >= cutoff_ms;
      if (is_kept) named.Note(action);
    }
  }
}

class Collector {
 public:
  Collector(const NamedFiles& named, RemovedFiles& found) : named_(named), found_(found) {}

  void Take(std::string_view path, std::optional<int64_t> bytes) {
    if (auto below = named_.Below(path)) found_.files.emplace(std::move(*below), bytes);
  }
  void Take(const RemoveFile& removal) {
    Take(removal.path, removal.size_bytes);
    if (!removal.deletion_vector) return;
    const std::string path = DeletionVectorPath(*removal.deletion_vector);
    if (!path.empty()) Take(path, std::nullopt);
  }

 private:
  const NamedFiles& named_;
  RemovedFiles& found_;
};

}  // namespace

void NoteRetained(Table& table, const Snapshot& snapshot, int64_t cutoff_ms, NamedFiles& named,
                  const io::Call& call) {
  const FileTable& live = snapshot.files();
  for (size_t i = 0; i < live.size(); ++i) named.Note(live.at(i));
  const LogListing log = LogReader(table.store(), table.root()).List(call);
  NoteCheckpoint(table, log, snapshot, cutoff_ms, named, call);
  NoteCommits(table, log, cutoff_ms, named, call);
}

void NoteAdded(Table& table, int64_t first, int64_t last, NamedFiles& named, const io::Call& call) {
  for (int64_t version = first; version <= last; ++version) {
    const auto commit = table.ReadCommit(version, call);
    if (!commit) continue;
    for (const Action& action : commit->actions) {
      if (!std::holds_alternative<RemoveFile>(action)) named.Note(action);
    }
  }
}

RemovedFiles FilesRemovedBefore(Table& table, int64_t first_version, int64_t cutoff_ms,
                                const NamedFiles& named, const io::Call& call) {
  LogReader reader(table.store(), table.root());
  const LogListing log = reader.List(call);
  RemovedFiles removed;
  if (!log.commits.empty()) removed.first_in_log = log.commits.front().version;
  Collector collector(named, removed);
  for (const LogCommit& commit : log.commits) {
    if (commit.timestamp_ms >= cutoff_ms) break;
    removed.last_version = commit.version;
    if (commit.version < first_version) continue;
    for (const Action& action : ReadTakingAway(table, reader, commit, call)) {
      const auto* removal = std::get_if<RemoveFile>(&action);
      if (removal != nullptr && RemovedAt(*removal, commit) < cutoff_ms) collector.Take(*removal);
      const auto* change = std::get_if<AddCdcFile>(&action);
      if (change != nullptr) collector.Take(change->path, change->size_bytes);
    }
  }
  return removed;
}

std::optional<int64_t> LastVersionBefore(Table& table, int64_t cutoff_ms, const io::Call& call) {
  std::optional<int64_t> last;
  for (const LogCommit& commit : LogReader(table.store(), table.root()).List(call).commits) {
    if (commit.timestamp_ms >= cutoff_ms) break;
    last = commit.version;
  }
  return last;
}

}  // namespace laguna::delta
