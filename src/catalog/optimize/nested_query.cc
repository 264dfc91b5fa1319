// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/nested_query.h"

#include <utility>

#include "base/error.h"
#include "duckdb/main/database.hpp"
#include "duckdb/main/pending_query_result.hpp"
#include "duckdb/parser/statement/logical_plan_statement.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::PendingExecutionResult;

[[noreturn]] void ThrowCancelled() {
  throw base::Error(base::ErrorKind::kCancelled, "engine.cancelled",
                    "The statement was cancelled.");
}

}  // namespace

NestedQuery::NestedQuery(duckdb::ClientContext& outer) : outer_(outer), connection_(*outer.db) {
  connection_.context->config = outer.config;
  connection_.BeginTransaction();
}

duckdb::unique_ptr<duckdb::MaterializedQueryResult> NestedQuery::Run(
    const std::function<duckdb::unique_ptr<duckdb::LogicalOperator>()>& plan) {
  duckdb::unique_ptr<duckdb::LogicalOperator> planned;
  connection_.context->RunFunctionInTransaction([&] { planned = plan(); });
  planned->ResolveOperatorTypes();
  return Run(duckdb::make_uniq<duckdb::LogicalPlanStatement>(std::move(planned)));
}

duckdb::unique_ptr<duckdb::MaterializedQueryResult> NestedQuery::Run(
    duckdb::unique_ptr<duckdb::SQLStatement> statement) {
  auto pending = connection_.PendingQuery(std::move(statement));
  while (!pending->HasError()) {
    if (outer_.IsInterrupted()) connection_.Interrupt();
    const PendingExecutionResult step = pending->ExecuteTask();
    TellProgress();
    if (duckdb::PendingQueryResult::IsResultReady(step)) break;
    const bool has_to_wait = step == PendingExecutionResult::BLOCKED ||
                             step == PendingExecutionResult::NO_TASKS_AVAILABLE;
    if (has_to_wait) pending->WaitForTask();
  }
  if (outer_.IsInterrupted()) ThrowCancelled();
  if (pending->HasError()) throw engine::Translate(pending->GetErrorObject());
  auto result = pending->Execute();
  if (result->HasError()) throw engine::Translate(result->GetErrorObject());
  return duckdb::unique_ptr_cast<duckdb::QueryResult, duckdb::MaterializedQueryResult>(
      std::move(result));
}

void NestedQuery::TellProgress() {
  if (!on_progress_) return;
  const double percent = connection_.context->GetQueryProgress().GetPercentage();
  if (percent >= 0) on_progress_(percent);
}

void NestedQuery::Commit() {
  connection_.Commit();
}

}  // namespace laguna::catalog
