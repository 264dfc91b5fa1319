// SPDX-License-Identifier: Apache-2.0
// What a transaction sees of an attached table: one version, the newest when it first looks.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "delta/snapshot.h"
#include "delta/table.h"
#include "duckdb/transaction/transaction.hpp"
#include "duckdb/transaction/transaction_manager.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// Thread-safe.
class ForeignTransaction final : public duckdb::Transaction {
 public:
  ForeignTransaction(duckdb::TransactionManager& manager, duckdb::ClientContext& context,
                     std::shared_ptr<delta::Table> log);

  // Null when there is no table. Errors of reading the log.
  delta::SnapshotPtr Snapshot();

 private:
  const std::shared_ptr<delta::Table> log_;
  std::mutex mutex_;
  delta::SnapshotPtr snapshot_;
};

// Owns the transactions between DuckDB's start and end of each (the name is DuckDB's role).
// Thread-safe.
class ForeignTransactionManager final : public duckdb::TransactionManager {
 public:
  ForeignTransactionManager(duckdb::AttachedDatabase& database, std::shared_ptr<delta::Table> log);

  duckdb::Transaction& StartTransaction(duckdb::ClientContext& context) override;
  // Nothing was changed: always done.
  duckdb::ErrorData CommitTransaction(duckdb::ClientContext& context,
                                      duckdb::Transaction& transaction) override;
  void RollbackTransaction(duckdb::Transaction& transaction) override;
  void Checkpoint(duckdb::ClientContext& context, bool force) override;

 private:
  const std::shared_ptr<delta::Table> log_;
  std::mutex mutex_;
  std::map<duckdb::Transaction*, std::unique_ptr<ForeignTransaction>> transactions_;
};

}  // namespace laguna::catalog
