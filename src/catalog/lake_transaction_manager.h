// SPDX-License-Identifier: Apache-2.0
// Owns the lake's transactions between DuckDB's start and end of each (the name is DuckDB's role).
//
// DuckDB never calls RollbackTransaction after a failed CommitTransaction, so a commit that fails
// cleans up after itself and the transaction is freed either way. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "catalog/lake_transaction.h"
#include "duckdb/transaction/transaction_manager.hpp"

namespace laguna::catalog {

class LakeTransactionManager final : public duckdb::TransactionManager {
 public:
  LakeTransactionManager(duckdb::AttachedDatabase& database, LakeCatalog& catalog);
  ~LakeTransactionManager() override;

  duckdb::Transaction& StartTransaction(duckdb::ClientContext& context) override;
  // An error when the commit could not go in; the transaction is gone either way.
  duckdb::ErrorData CommitTransaction(duckdb::ClientContext& context,
                                      duckdb::Transaction& transaction) override;
  void RollbackTransaction(duckdb::Transaction& transaction) override;
  // Every commit is durable by itself: nothing to do.
  void Checkpoint(duckdb::ClientContext& context, bool force) override;

 private:
  std::unique_ptr<LakeTransaction> Take(duckdb::Transaction& transaction);

  LakeCatalog& catalog_;
  std::mutex mutex_;
  std::map<duckdb::Transaction*, std::unique_ptr<LakeTransaction>> transactions_;
};

}  // namespace laguna::catalog
