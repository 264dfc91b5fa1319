// SPDX-License-Identifier: Apache-2.0
// A query inside of a statement, in a transaction of its own, that ends when the statement is
// interrupted. Used on one thread.
#pragma once

#include <functional>
#include <utility>

#include "duckdb/main/materialized_query_result.hpp"
#include "duckdb/parser/sql_statement.hpp"
#include "engine/duckdb.h"
#include "engine/scoped_connection.h"

namespace laguna::catalog {

class NestedQuery {
 public:
  // With the settings of `outer`, which outlives it. Begins a transaction, which ends with the
  // object: nothing of it is kept but what Commit keeps.
  explicit NestedQuery(duckdb::ClientContext& outer);

  [[nodiscard]] duckdb::ClientContext& context() { return *connection_.context; }
  // Called with 0 to 100 while Run runs, where the statement's own progress is tracked.
  void OnProgress(std::function<void(double percent)> called) { on_progress_ = std::move(called); }
  // `plan` is called in the transaction and gives the query's plan. Errors of the query as Error;
  // Cancelled when the statement was interrupted.
  duckdb::unique_ptr<duckdb::MaterializedQueryResult> Run(
      const std::function<duckdb::unique_ptr<duckdb::LogicalOperator>()>& plan);
  duckdb::unique_ptr<duckdb::MaterializedQueryResult> Run(
      duckdb::unique_ptr<duckdb::SQLStatement> statement);
  void Commit();

 private:
  void TellProgress();

  duckdb::ClientContext& outer_;
  engine::ScopedConnection connection_;
  std::function<void(double percent)> on_progress_;
};

}  // namespace laguna::catalog
