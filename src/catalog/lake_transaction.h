// SPDX-License-Identifier: Apache-2.0
// What one DuckDB transaction has read and wants to change in the lake.
//
// Every table is pinned at its first touch, so all statements of a transaction see one version of
// it, with the transaction's own changes on top. Changes gather here as values; Commit puts them
// into the log table by table, in the order in which they were made, and data files of a
// transaction that fails or rolls back are deleted. Owned by the transaction manager; DuckDB calls
// it from the query's thread, sinks of parallel operators call Append and NoteDataFile from theirs
// (guarded inside).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/changes/net_changes.h"
#include "catalog/commit_journal.h"
#include "catalog/optimize/written_partitions.h"
#include "catalog/scan/scan_read.h"
#include "catalog/table_view.h"
#include "catalog/transaction_operation.h"
#include "delta/action.h"
#include "delta/deletion_vector.h"
#include "delta/table.h"
#include "delta/transaction.h"
#include "duckdb/transaction/transaction.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class IdentityCounter;
class LakeCatalog;

// What a transaction did to one file of the version it read.
struct ChangedFile {
  // Its deletion vector in the version read.
  std::optional<delta::DeletionVectorDescriptor> vector;
  // Its entry now; nothing: no row of it is left, or what is left stands in another file.
  std::optional<delta::AddFile> entry;
  // The rows that went, while there is an entry.
  delta::DeletionVector gone;
};

// What a statement did to one file of the view it read.
struct FileChange {
  // As the view has it.
  std::string path;
  std::optional<delta::DeletionVectorDescriptor> vector;
  // The same path with a deletion vector that has `gone` too; nothing when the file goes.
  std::optional<delta::AddFile> entry;
  delta::DeletionVector gone;
  // Rows that stay, but by being there decided what the statement did.
  delta::DeletionVector depended_on;
};

// A file that a statement took out of the table as a whole.
struct UntoldRemoval {
  // Of the feed.
  size_t step = 0;
  // As the statement found it.
  delta::AddFile file;
};

// The pending change of one table.
struct PendingTable {
  // The table as it was when first touched; null when it did not exist.
  delta::SnapshotPtr read;
  // CREATE TABLE, CREATE OR REPLACE: the new definition.
  std::optional<delta::Metadata> definition;
  // The old files go (CREATE OR REPLACE, INSERT OVERWRITE).
  bool replaces_content = false;
  // Files made by this transaction, with the vectors it gave them since.
  std::vector<delta::AddFile> added;
  // By path.
  std::map<std::string, ChangedFile> changed;
  std::map<std::string, delta::DeletionVector> depended_on;
  std::vector<delta::AddCdcFile> change_data;
  // Those of `added` whose rows are told by change data files.
  std::set<std::string> told;
  // What the statements told, one after the other; files by their paths below the root.
  std::vector<FeedStep> feed;
  // A later statement changed rows that an earlier one wrote: what they tell one after the other is
  // not what they did together.
  bool changes_own_rows = false;
  // Files that went with rows that nobody told.
  std::vector<UntoldRemoval> untold_removals;
  // Rows were changed while the table had no change data feed.
  bool changed_without_feed = false;
  // The scans of all statements.
  std::vector<std::shared_ptr<ScanRead>> scans;
  // The folder that was there when the transaction began goes.
  bool dropped = false;
  std::vector<delta::SetTransaction> transaction_versions;
  // By the column's name.
  std::map<std::string, std::shared_ptr<IdentityCounter>> identities;
  TransactionOperation operation;

  // The table as the transaction sees it now, and how many of `added` it already shows.
  TableViewPtr view;
  size_t added_in_view = 0;
};

class LakeTransaction final : public duckdb::Transaction {
 public:
  LakeTransaction(LakeCatalog& catalog, duckdb::TransactionManager& manager,
                  duckdb::ClientContext& context);
  ~LakeTransaction() override;
  static LakeTransaction& Get(duckdb::ClientContext& context, duckdb::Catalog& catalog);

  // The table at `root` ("bronze/t") as this transaction sees it, pinned; null when there is none
  // (or dropped here).
  TableViewPtr View(const std::string& root);
  // A view whose rows are going to be read (a scan, not a blind append).
  struct ScannedView {
    // Null as View.
    TableViewPtr view;
    // For the scan to say what it reads; until then it is taken to read everything.
    std::shared_ptr<ScanRead> read;
  };
  ScannedView ViewForScan(const std::string& root);

  // The root of the table that the folder "bronze/t" names: the folder, or where its link leads
  // (link/table_link.h), which stays so for the whole transaction. Corrupt and Unsupported for a
  // link that leads nowhere.
  std::string RootOf(const std::string& folder);
  // Whether there is a link of that name, good or bad.
  bool IsLinked(const std::string& folder);

  // The table as it was when the transaction first touched it; null when there was none.
  delta::SnapshotPtr ReadSnapshot(const std::string& root);

  // Pending changes; all keyed by the table's root. A table that is made where a link would lead
  // gets its link with the commit.
  void CreateTable(const std::string& root, delta::Metadata definition, bool replace);
  // The table that CreateTable is going to replace, null when it was dropped here. Throws what
  // CreateTable would: Corrupt and the like for a table whose log cannot be read.
  TableViewPtr Replaced(const std::string& root);
  // A wider definition of a table whose rows stay. The table exists.
  void Redefine(const std::string& root, delta::Metadata definition);
  void DropTable(const std::string& root);
  // The table at the end of the link is forgotten and stays as it is.
  void DropLink(const std::string& folder);
  // The name "bronze/t" means the table at `location` from now on; `replace`: in place of another
  // one.
  void SetLink(const std::string& folder, const std::string& location, bool replace);
  void ReplaceContent(const std::string& root);
  // `file.path` is relative to the root; the file exists in the store and is deleted on rollback.
  // Any thread.
  void Append(const std::string& root, delta::AddFile file);
  // The rows a statement took out of files of the table's view; the files it made come by Append.
  void ChangeFiles(const std::string& root, std::vector<FileChange> changes);
  // A file below _change_data.
  void AppendChangeData(const std::string& root, delta::AddCdcFile file);
  // The change data files tell what the rows of this file are.
  void NoteTold(const std::string& root, std::string path);
  // A data file about to be written: deleted on rollback, and at commit if it was never appended.
  // Any thread.
  void NoteDataFile(const std::string& key);
  // The data files noted and not appended: the caller's from here on, to commit or to delete.
  std::vector<std::string> TakeDataFiles();
  // What the statement that runs did to the table, for its history; once a statement.
  void AddOperation(const std::string& root, delta::Operation operation);
  void SetTransactionVersion(const std::string& root, std::string app_id, int64_t version);
  // What gives new rows the values of an identity column; the commit notes how far it came.
  // Conflict when the column is (no longer) one. Any thread.
  std::shared_ptr<IdentityCounter> Identity(const std::string& root, const std::string& column);
  // A notice for the user (engine/notice.h), once the transaction has committed. Any thread.
  void Say(std::string sentence);
  // Its commit comes after those of all other changes.
  void CommitLast(const std::string& root);
  // Views ("bronze/v.view.sql") and schema markers ("bronze/_schema"): small objects that appear at
  // commit. Without `replace` a commit that finds one there fails (Exists).
  void PutDefinition(const std::string& key, std::string text, bool replace);
  void DropDefinition(const std::string& key);
  // The zone's whole folder, with what this transaction put into it.
  void DropZone(const std::string& zone);
  // The object as this transaction sees it: its own text, else the store's; nothing when there is
  // none or it was dropped here.
  std::optional<std::string> ReadDefinition(const std::string& key);

  // A table's folder gets another name at commit ("bronze/t" -> "gold/u"). The only change of its
  // transaction; fails there (Exists) when something lies below `to`.
  void MoveFolder(const std::string& from, const std::string& to);

  // What this transaction created, for look-ups and SHOW: roots of tables, keys of definitions.
  [[nodiscard]] std::vector<std::string> CreatedTables() const;
  [[nodiscard]] std::vector<std::string> CreatedDefinitions() const;
  // For a table's root, a definition's key or a zone's name: dropped here and not made anew.
  [[nodiscard]] bool IsDropped(const std::string& name) const;

  // Commits everything pending; throws the Error of the first change that cannot (Conflict,
  // Unavailable, ...) and says in it what was committed before. Data files of what did not go in
  // are deleted, unless it is unknown whether it did.
  void Commit();
  // Deletes the data files of what was not committed. Never throws.
  void Rollback() noexcept;
  // What Commit wrote to tables that compact themselves.
  [[nodiscard]] const std::vector<WrittenPartitions>& to_compact() const { return to_compact_; }

 private:
  struct PendingDefinition {
    // Nothing: dropped.
    std::optional<std::string> text;
    bool replace = false;
  };

  // The table, pinned. The lock is not held while the log is read.
  PendingTable& Pin(const std::string& root);
  PendingTable& PinForReplace(const std::string& root);
  PendingTable& PinForDrop(const std::string& root);
  TableViewPtr ViewOfPinned(const std::string& root, PendingTable& table) const;
  bool ZoneIsDropped(std::string_view name) const;
  // What the link of that folder says.
  std::optional<std::string> LocationOf(const std::string& folder);
  void PutLinkOf(const std::string& root);
  void NoteChange(const std::string& name);

  void CompleteChangeFeeds();
  // A change data file of all rows that the file still has.
  delta::AddCdcFile TellFile(const std::string& root, const PendingTable& table,
                             const delta::AddFile& file, const char* change_type);
  void TellNetChanges(const std::string& root, PendingTable& table);
  void SyncDataFiles();
  // What the commit is going to do, change by change; what changes nothing is left out.
  [[nodiscard]] std::vector<JournaledChange> ChangesToCommit();
  void JournalTable(const std::string& root, std::vector<JournaledChange>& changes) const;
  void JournalDefinition(const std::string& key, std::vector<JournaledChange>& changes);
  void CommitChanges();
  void CommitChange(const std::string& name);
  void CommitTable(const std::string& root, PendingTable& table);
  void CommitDefinition(const std::string& key, const PendingDefinition& definition);
  void DropZoneFolder(const std::string& zone);
  void MoveAside(const std::string& folder);
  void CommitMove(const std::string& from, const std::string& to);
  void KeepDataFiles(const std::string& root, const PendingTable& table);
  // Deletes the data files that no commit took.
  void DeleteDataFiles() noexcept;

  LakeCatalog& catalog_;
  mutable std::mutex mutex_;
  std::map<std::string, PendingTable> tables_;
  std::map<std::string, PendingDefinition> definitions_;
  // What links said when they were first followed; by the table's folder.
  std::map<std::string, std::string> links_;
  std::set<std::string> dropped_zones_;
  // Folders that move, by their names now.
  std::map<std::string, std::string> moves_;
  // Names of changed tables, definitions and zones, in the order of their first change.
  std::vector<std::string> changes_;
  // The one of them that goes last; empty: none.
  std::string last_change_;
  // Written and not (known to be) committed.
  std::set<std::string> data_files_;
  // The txnId of its commits, once they begin.
  std::string commit_id_;
  std::vector<std::string> notices_;
  // What Commit has put into the log so far, as the user would say it.
  std::vector<std::string> committed_;
  std::vector<WrittenPartitions> to_compact_;
};

}  // namespace laguna::catalog
