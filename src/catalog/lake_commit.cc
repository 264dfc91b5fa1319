// SPDX-License-Identifier: Apache-2.0
// How a LakeTransaction becomes durable: data files first, all at once, then one log entry a table
// (Delta knows no commit over several tables), views and schema markers in between, as the
// statements came. What fails after something went in says what went in.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/column_value/identity_counter.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/log/commit_upkeep.h"
#include "catalog/log/log_upkeeper.h"
#include "catalog/optimize/auto_compaction.h"
#include "catalog/relocation/find_rows.h"
#include "catalog/session_table.h"
#include "catalog/sql_name.h"
#include "catalog/table_error.h"
#include "catalog/zone_listing.h"
#include "delta/deletion_vector_file.h"
#include "delta/identity_column.h"
#include "engine/notice.h"
#include "engine/scoped_connection.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

constexpr uint64_t kDefinitionBytesMax = 16 << 20;

constexpr const char* kEarlierCommits =
    " These changes of the transaction were committed before it and stay: ";

// The files the transaction wrote for the table and its log is going to name.
std::vector<std::string> WrittenKeys(const std::string& root, const PendingTable& table) {
  std::vector<std::string> keys;
  const auto note_vector = [&](const delta::AddFile& entry) {
    if (!entry.deletion_vector) return;
    const std::string path = delta::DeletionVectorPath(*entry.deletion_vector);
    if (!path.empty()) keys.push_back(root + "/" + path);
  };
  for (const delta::AddFile& file : table.added) {
    keys.push_back(root + "/" + file.path);
    note_vector(file);
  }
  for (const auto& [path, change] : table.changed) {
    if (change.entry) note_vector(*change.entry);
  }
  for (const delta::AddCdcFile& file : table.change_data) keys.push_back(root + "/" + file.path);
  // Several vectors lie in one file.
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// A transaction that commits has left its client already, so what it read is asked under another
// one with the same settings.
bool MayHold(const ScanRead& read, duckdb::ClientContext& client, const TableView& view,
             io::ObjectStore& store, std::span<const delta::AddFile> files) {
  engine::ScopedConnection connection(*client.db);
  connection.context->config = client.config;
  connection.BeginTransaction();
  return read.MayHold(*connection.context, view, store, {files.begin(), files.end()});
}

// What the statements read, for the table to ask when others committed first. All that it refers to
// outlives the commit.
void TellReads(const PendingTable& pending, const TableViewPtr& view, io::ObjectStore& store,
               duckdb::ClientContext& context, delta::Transaction& transaction) {
  for (const std::shared_ptr<ScanRead>& read : pending.scans) {
    delta::ReadScope scope;
    scope.row_by_row = read->row_by_row();
    scope.may_hold = [read, view, &store, &context](std::span<const delta::AddFile> files) {
      return MayHold(*read, context, *view, store, files);
    };
    transaction.ReadRows(std::move(scope));
  }
}

void TellRowChanges(const PendingTable& pending, delta::Transaction& transaction) {
  for (const auto& [path, change] : pending.changed) {
    if (change.entry) {
      transaction.DeleteRows(*change.entry, change.vector ? change.vector->UniqueId() : "",
                             change.gone);
      continue;
    }
    delta::RemoveFile removal;
    removal.path = path;
    removal.deletion_vector = change.vector;
    transaction.Remove(std::move(removal));
  }
  for (const auto& [path, rows] : pending.depended_on) transaction.DependOnRows(path, rows);
  for (const delta::AddCdcFile& file : pending.change_data) transaction.AppendChangeData(file);
}

// Files that no log names yet went while the statement that wrote them was not done.
Error GoneBeforeCommit(const Error& error) {
  return Error(
             ErrorKind::kConflict, "commit.conflict",
             fmt::format("{} It was written to be committed now: the table was dropped or renamed "
                         "meanwhile, or a VACUUM deleted it that keeps such files for less time "
                         "than the statement took.",
                         error.sentence()))
      .Hint("Nothing of this change was kept; run the statement again.");
}

Error UnknownError(const std::string& table, const delta::Unknown& unknown) {
  return Error(ErrorKind::kUnavailable, "commit.unknown",
               fmt::format("The store did not say whether version {} of table {} was committed: {}",
                           unknown.attempted_version, table, unknown.reason))
      .Hint(fmt::format("Look with DESCRIBE HISTORY {} whether the change is there before you run "
                        "it again; its data files were left in place.",
                        table))
      .With("table", table)
      .With("attempted_version", std::to_string(unknown.attempted_version));
}

// The same error, with what went in before it.
Error After(const std::vector<std::string>& committed, const Error& error) {
  if (committed.empty()) return error;
  Error longer(
      error.kind(), error.code(),
      fmt::format("{}{}{}.", error.sentence(), kEarlierCommits, fmt::join(committed, ", ")));
  for (const auto& [name, value] : error.values()) {
    longer = std::move(longer).With(name, value);
  }
  if (error.place()) longer = std::move(longer).At(*error.place());
  return std::move(longer).Hint(error.hint());
}

// The definition that the commit gives the table; nothing where it keeps its own.
std::optional<delta::Metadata> DefinitionToCommit(const PendingTable& pending) {
  std::map<std::string, int64_t> marks;
  for (const auto& [column, counter] : pending.identities) {
    if (const auto last = counter->last()) marks.emplace(column, *last);
  }
  std::optional<delta::Metadata> definition = pending.definition;
  // Values that no row of the commit has may be given again.
  if (marks.empty() || pending.added.empty()) return definition;
  if (!definition) definition = pending.read->metadata();
  delta::RaiseMarks(definition->schema, marks);
  return definition;
}

delta::Transaction StartOn(delta::Table& table, const PendingTable& pending,
                           const LakeEnvironment& environment) {
  const std::optional<delta::Metadata> definition = DefinitionToCommit(pending);
  if (!pending.read) return {table, *definition, environment.clock, environment.random};
  delta::Transaction transaction(table, pending.read, environment.clock, environment.random);
  if (definition) transaction.SetMetadata(*definition);
  if (pending.replaces_content) transaction.ReplaceTable();
  return transaction;
}

delta::Transaction Start(const std::string& name, delta::Table& table, const PendingTable& pending,
                         const LakeEnvironment& environment) try {
  return StartOn(table, pending, environment);
} catch (const Error& error) {
  throw NamingTable(error, table.Location(), name);
}

// Whether the log of the table gets an entry.
bool HasCommit(const PendingTable& table) {
  if (!table.read) return table.definition.has_value();
  return table.definition || table.replaces_content || !table.added.empty() ||
         !table.changed.empty() || !table.change_data.empty() ||
         !table.transaction_versions.empty();
}

// Deletes those of `files` that lie below `folder`.
void DeleteBelow(io::ObjectStore& store, const std::string& folder, std::set<std::string>& files) {
  std::vector<std::string> keys;
  for (const std::string& key : files) {
    if (key.starts_with(folder)) keys.push_back(key);
  }
  if (keys.empty()) return;
  store.DeleteMany(keys);
  for (const std::string& key : keys) files.erase(key);
}

}  // namespace

Error WithoutEarlierCommits(const Error& error) {
  const std::string& sentence = error.sentence();
  Error shorter(error.kind(), error.code(), sentence.substr(0, sentence.find(kEarlierCommits)));
  for (const auto& [name, value] : error.values()) {
    shorter = std::move(shorter).With(name, value);
  }
  return std::move(shorter).Hint(error.hint());
}

void LakeTransaction::Commit() {
  std::stable_partition(changes_.begin(), changes_.end(),
                        [&](const std::string& name) { return name != last_change_; });
  try {
    CompleteChangeFeeds();
    SyncDataFiles();
    CommitChanges();
  } catch (const Error& error) {
    DeleteDataFiles();
    throw After(committed_, error);
  }
  DeleteDataFiles();
  const auto client = context.lock();
  if (!client) return;
  for (std::string& notice : notices_) engine::AddNotice(*client, std::move(notice));
}

// A batch of a stream (CommitLast) is finished by the stream's next run; any other transaction of
// several changes is noted, so that one that is cut off between two of them is told.
void LakeTransaction::CommitChanges() {
  const LakeEnvironment& environment = catalog_.environment();
  commit_id_ = base::MakeUuid(environment.random);
  std::vector<JournaledChange> changes;
  if (last_change_.empty() && changes_.size() > 1) changes = ChangesToCommit();
  const bool noted = changes.size() > 1;
  if (noted) BeginCommits(environment, commit_id_, changes);
  try {
    for (const std::string& name : changes_) CommitChange(name);
  } catch (...) {
    if (noted) EndCommits(environment, commit_id_);
    throw;
  }
  if (noted) EndCommits(environment, commit_id_);
}

std::vector<JournaledChange> LakeTransaction::ChangesToCommit() {
  std::vector<JournaledChange> changes;
  for (const std::string& name : changes_) {
    if (name.find('/') == std::string::npos) {
      changes.push_back({JournaledChange::Kind::kFolderDrop, name, -1, {}});
      continue;
    }
    JournalTable(name, changes);
    JournalDefinition(name, changes);
  }
  return changes;
}

void LakeTransaction::JournalTable(const std::string& root,
                                   std::vector<JournaledChange>& changes) const {
  const auto found = tables_.find(root);
  if (found == tables_.end()) return;
  const PendingTable& table = found->second;
  if (table.dropped) {
    changes.push_back({JournaledChange::Kind::kFolderDrop, root, -1, {}});
  } else if (HasCommit(table)) {
    changes.push_back(
        {JournaledChange::Kind::kCommit, root, table.read ? table.read->version() : -1, {}});
  }
}

// One that is as it shall be already would look like a change that went in.
void LakeTransaction::JournalDefinition(const std::string& key,
                                        std::vector<JournaledChange>& changes) {
  const auto found = definitions_.find(key);
  if (found == definitions_.end()) return;
  io::ObjectStore& store = catalog_.environment().store;
  const bool is_there = store.Head(key).has_value();
  if (!found->second.text) {
    if (is_there) changes.push_back({JournaledChange::Kind::kDefinitionDrop, key, -1, {}});
    return;
  }
  const std::string& text = *found->second.text;
  if (is_there && io::ReadAll(store, key, kDefinitionBytesMax) == text) return;
  changes.push_back({JournaledChange::Kind::kDefinition, key, -1, FingerprintOf(text)});
}

void LakeTransaction::SyncDataFiles() {
  std::vector<std::string> keys;
  for (const std::string& name : changes_) {
    const auto table = tables_.find(name);
    if (table == tables_.end()) continue;
    std::ranges::move(WrittenKeys(name, table->second), std::back_inserter(keys));
  }
  if (keys.empty()) return;
  try {
    catalog_.environment().store.Sync(keys);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) throw GoneBeforeCommit(error);
    throw;
  }
}

void LakeTransaction::CommitChange(const std::string& name) {
  if (const auto move = moves_.find(name); move != moves_.end()) {
    return CommitMove(name, move->second);
  }
  if (name.find('/') == std::string::npos) {
    DropZoneFolder(name);
    committed_.push_back(fmt::format("the drop of schema {}", name));
    return;
  }
  const auto table = tables_.find(name);
  if (table != tables_.end()) CommitTable(name, table->second);
  const auto definition = definitions_.find(name);
  if (definition != definitions_.end()) CommitDefinition(name, definition->second);
}

void LakeTransaction::CommitTable(const std::string& root, PendingTable& pending) {
  const std::string name = SqlNameOf(root);
  if (pending.dropped) {
    MoveAside(root);
    committed_.push_back(fmt::format("the drop of {}", name));
    return;
  }
  // Made and dropped again.
  if (!pending.definition && !pending.read) return;

  delta::Transaction transaction =
      Start(name, catalog_.Table(root), pending, catalog_.environment());
  for (const delta::AddFile& file : pending.added) transaction.Append(file);
  TellRowChanges(pending, transaction);
  const auto client = context.lock();
  LAGUNA_ASSERT(client);
  const TableViewPtr view = ViewOfPinned(root, pending);
  io::ObjectStore& store = catalog_.environment().store;
  TellReads(pending, view, store, *client, transaction);
  transaction.FindRowsBy(
      [&](auto old, auto files) { return FindRows(*client, *view, store, old, files); });
  for (const delta::SetTransaction& version : pending.transaction_versions) {
    transaction.SetTransactionVersion(version.app_id, version.version);
  }
  transaction.SetOperation(pending.operation.Committed(pending));
  transaction.SetId(commit_id_);
  const delta::CommitOutcome outcome = transaction.Commit();
  if (const auto* lost = std::get_if<delta::Lost>(&outcome)) throw LostCommit(name, *lost);
  KeepDataFiles(root, pending);
  if (const auto* unknown = std::get_if<delta::Unknown>(&outcome)) {
    throw UnknownError(name, *unknown);
  }
  const auto& committed = std::get<delta::Committed>(outcome);
  committed_.push_back(fmt::format("{} (version {})", name, committed.version));
  // Vectors that were written anew, together with those of another commit.
  for (const std::string& path : committed.unused_vector_files) {
    data_files_.insert(root + "/" + path);
  }
  KeepUpBehind(catalog_, root, committed.snapshot);
  if (!pending.added.empty() && CompactsItself(transaction.metadata())) {
    to_compact_.push_back(PartitionsOfFiles(root, pending.added));
  }
}

void LakeTransaction::CommitDefinition(const std::string& key,
                                       const PendingDefinition& definition) {
  io::ObjectStore& store = catalog_.environment().store;
  if (!definition.text) {
    // Views are kept like tables: a copy aside, then the original goes. Links are forgotten.
    if (!store.Head(key)) return;
    const LakeEnvironment& environment = catalog_.environment();
    if (!key.ends_with(kLinkSuffix)) {
      store.Put(fmt::format("_laguna/dropped/{}-{}", key, base::MakeUuid(environment.random)),
                io::ReadAll(store, key, kDefinitionBytesMax));
    }
    const std::string keys[] = {key};
    store.DeleteMany(keys);
  } else if (definition.replace) {
    store.Put(key, *definition.text);
  } else {
    const io::PutOutcome outcome = store.PutIfAbsent(key, *definition.text);
    if (outcome == io::PutOutcome::kExists) {
      throw Error(
          ErrorKind::kExists, "catalog.exists",
          fmt::format("{} was created by another transaction meanwhile.", store.Locate(key)));
    }
    if (outcome == io::PutOutcome::kUnknown) {
      throw Error(ErrorKind::kUnavailable, "commit.unknown",
                  fmt::format("The store did not say whether it took {}.", store.Locate(key)))
          .Hint("Look whether the object is there before you run the statement again.");
    }
  }
  committed_.push_back(key);
}

void LakeTransaction::DropZoneFolder(const std::string& zone) {
  try {
    MoveAside(zone);
  } catch (const Error& error) {
    // A zone of laguna.yaml that was never used has no folder.
    if (error.kind() != ErrorKind::kNotFound) throw;
  }
}

void LakeTransaction::MoveAside(const std::string& folder) {
  std::optional<LogUpkeeper::KeptOff> kept_off;
  if (catalog_.log_upkeeper() != nullptr) kept_off.emplace(*catalog_.log_upkeeper(), folder);
  // What this transaction wrote into the folder was never committed and does not go along.
  DeleteBelow(catalog_.environment().store, folder + "/", data_files_);
  const LakeEnvironment& environment = catalog_.environment();
  environment.store.MoveFolder(folder + "/",
                               AsideFolder(folder, environment.clock.NowMs(), commit_id_) + "/");
}

void LakeTransaction::CommitMove(const std::string& from, const std::string& to) {
  std::optional<LogUpkeeper::KeptOff> kept_off;
  if (catalog_.log_upkeeper() != nullptr) kept_off.emplace(*catalog_.log_upkeeper(), from);
  catalog_.environment().store.MoveFolder(from + "/", to + "/");
  committed_.push_back(fmt::format("the move of {} to {}", SqlNameOf(from), SqlNameOf(to)));
}

void LakeTransaction::KeepDataFiles(const std::string& root, const PendingTable& table) {
  try {
    for (const std::string& key : WrittenKeys(root, table)) data_files_.erase(key);
  } catch (const std::bad_alloc&) {
    // Better to leave files that no log names than to delete one that a log does.
    data_files_.clear();
  }
}

void LakeTransaction::DeleteDataFiles() noexcept {
  if (data_files_.empty()) return;
  try {
    const std::vector<std::string> keys(data_files_.begin(), data_files_.end());
    catalog_.environment().store.DeleteMany(keys);
  } catch (...) {
    // Best effort: a file that no log names is invisible, and VACUUM removes it.
  }
  data_files_.clear();
}

}  // namespace laguna::catalog
