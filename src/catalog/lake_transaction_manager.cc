// SPDX-License-Identifier: Apache-2.0
#include "catalog/lake_transaction_manager.h"

#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "catalog/optimize/auto_compaction.h"
#include "engine/guard.h"

namespace laguna::catalog {

LakeTransactionManager::LakeTransactionManager(duckdb::AttachedDatabase& database,
                                               LakeCatalog& catalog)
    : duckdb::TransactionManager(database), catalog_(catalog) {}

LakeTransactionManager::~LakeTransactionManager() = default;

duckdb::Transaction& LakeTransactionManager::StartTransaction(duckdb::ClientContext& context) {
  auto transaction = std::make_unique<LakeTransaction>(catalog_, *this, context);
  duckdb::Transaction& result = *transaction;
  std::lock_guard lock(mutex_);
  transactions_.emplace(&result, std::move(transaction));
  return result;
}

duckdb::ErrorData LakeTransactionManager::CommitTransaction(duckdb::ClientContext& context,
                                                            duckdb::Transaction& transaction) {
  const std::unique_ptr<LakeTransaction> taken = Take(transaction);
  try {
    taken->Commit();
    CompactBehind(context, catalog_, taken->to_compact());
    return {};
  } catch (const base::Error& error) {
    return engine::AsErrorData(error);
  } catch (const std::exception& error) {
    return duckdb::ErrorData(error);
  }
}

void LakeTransactionManager::RollbackTransaction(duckdb::Transaction& transaction) {
  Take(transaction)->Rollback();
}

void LakeTransactionManager::Checkpoint(duckdb::ClientContext& /*context*/, bool /*force*/) {}

std::unique_ptr<LakeTransaction> LakeTransactionManager::Take(duckdb::Transaction& transaction) {
  std::lock_guard lock(mutex_);
  const auto found = transactions_.find(&transaction);
  LAGUNA_ASSERT(found != transactions_.end());
  std::unique_ptr<LakeTransaction> taken = std::move(found->second);
  transactions_.erase(found);
  return taken;
}

}  // namespace laguna::catalog
