// SPDX-License-Identifier: Apache-2.0
// What one DuckDB transaction has read and wants to change in the lake.
//
// Every table is pinned at its first touch, so all statements of a transaction see one version of
// it, with the transaction's own changes on top. Changes gather here as values; CommitTo the log
// happens table by table in LakeTransactionManager::CommitTransaction, and data files of a
// transaction that fails or rolls back are deleted. Owned by the transaction manager; DuckDB calls
// it from the query's thread, sinks of parallel operators call Append from theirs (guarded inside).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "catalog/table_view.h"
#include "delta/action.h"
#include "delta/table.h"
#include "delta/transaction.h"
#include "duckdb.hpp"
#include "duckdb/transaction/transaction.hpp"

namespace laguna::catalog {

class LakeCatalog;

// The pending change of one table.
struct PendingTable {
  // The table as it was when first touched; null when it did not exist.
  delta::SnapshotPtr read;
  // CREATE TABLE, CREATE OR REPLACE: the new definition.
  std::optional<delta::Metadata> definition;
  // The old files go (CREATE OR REPLACE, INSERT OVERWRITE).
  bool replaces_content = false;
  std::vector<delta::AddFile> added;
  // Some statement of the transaction scanned it.
  bool rows_were_read = false;
  bool dropped = false;
  std::vector<delta::SetTransaction> transaction_versions;
  delta::Operation operation;
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
  // The same, noting that its rows are read (a scan, not a blind append).
  TableViewPtr ViewForScan(const std::string& root);

  // Pending changes; all keyed by the table's root.
  void CreateTable(const std::string& root, delta::Metadata definition, bool replace);
  void DropTable(const std::string& root);
  void ReplaceContent(const std::string& root);
  // `file.path` is relative to the root; the file exists in the store and is deleted on rollback.
  // Any thread.
  void Append(const std::string& root, delta::AddFile file);
  // A data file about to be written: deleted on rollback even if it is never appended. Any thread.
  void NoteDataFile(const std::string& key);
  void SetOperation(const std::string& root, delta::Operation operation);
  void SetTransactionVersion(const std::string& root, std::string app_id, int64_t version);

  // Files named below a table's root that this transaction created or dropped, for look-ups and
  // SHOW.
  [[nodiscard]] std::vector<std::string> CreatedTables() const;
  [[nodiscard]] bool IsDropped(const std::string& root) const;

  // Commits every pending table; throws the Error of the first that cannot (its files are deleted).
  void Commit();
  // Deletes the data files of what was not committed. Never throws.
  void Rollback() noexcept;

 private:
  LakeCatalog& catalog_;
  mutable std::mutex mutex_;
  std::map<std::string, PendingTable> tables_;
  std::vector<std::string> data_files_;
};

}  // namespace laguna::catalog
