// SPDX-License-Identifier: Apache-2.0
#include "catalog/foreign/foreign_transaction.h"

#include <utility>

namespace laguna::catalog {

ForeignTransaction::ForeignTransaction(duckdb::TransactionManager& manager,
                                       duckdb::ClientContext& context,
                                       std::shared_ptr<delta::Table> log)
    : duckdb::Transaction(manager, context), log_(std::move(log)) {}

delta::SnapshotPtr ForeignTransaction::Snapshot() {
  const std::lock_guard lock(mutex_);
  if (snapshot_ == nullptr) snapshot_ = log_->Latest();
  return snapshot_;
}

ForeignTransactionManager::ForeignTransactionManager(duckdb::AttachedDatabase& database,
                                                     std::shared_ptr<delta::Table> log)
    : duckdb::TransactionManager(database), log_(std::move(log)) {}

duckdb::Transaction& ForeignTransactionManager::StartTransaction(duckdb::ClientContext& context) {
  auto transaction = std::make_unique<ForeignTransaction>(*this, context, log_);
  duckdb::Transaction& result = *transaction;
  const std::lock_guard lock(mutex_);
  transactions_.emplace(&result, std::move(transaction));
  return result;
}

duckdb::ErrorData ForeignTransactionManager::CommitTransaction(duckdb::ClientContext& /*context*/,
                                                               duckdb::Transaction& transaction) {
  RollbackTransaction(transaction);
  return {};
}

void ForeignTransactionManager::RollbackTransaction(duckdb::Transaction& transaction) {
  const std::lock_guard lock(mutex_);
  transactions_.erase(&transaction);
}

void ForeignTransactionManager::Checkpoint(duckdb::ClientContext& /*context*/, bool /*force*/) {}

}  // namespace laguna::catalog
