// SPDX-License-Identifier: Apache-2.0
// What a Session holds, behind engine/session.h.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/duckdb.h"
#include "engine/front.h"
#include "engine/instance.h"
#include "engine/interrupt_flag.h"
#include "engine/scoped_connection.h"
#include "engine/session.h"
#include "engine/statement_source.h"

namespace laguna::engine {

struct Session::State {
  explicit State(Database& database);

  duckdb::ClientContext& context() { return *connection.context; }
  // Runs `body`; what it throws leaves as an Error with its place.
  template <class Body>
  auto Placing(const StatementSource& source, Body&& body);
  // Cleans up after a failure and gives the Error to throw.
  base::Error Failed(base::Error error, const StatementSource& source,
                     std::optional<size_t> position);
  Result RunFront(FrontStatement statement, const NamedValues& parameters,
                  const StatementSource& source);
  // Throws a better error than `failure` for a statement that could not be bound, if a catalog has
  // one.
  void ExplainFailure(const std::exception& failure, const Script& script,
                      const ScriptStatement& statement, const NamedValues& parameters);
  // Throws DuckDB's exceptions.
  duckdb::unique_ptr<duckdb::QueryResult> RunOne(duckdb::unique_ptr<duckdb::SQLStatement> statement,
                                                 const NamedValues& parameters,
                                                 StatementOptions options,
                                                 duckdb::QueryResultOutputType output);
  // Whether an open transaction can only be rolled back.
  bool IsAborted();
  void RefuseAbortedCommit(const FrontStatement& statement);
  void CheckClausesAreTaken(const duckdb::StatementProperties& properties);
  void NoteFailure(const base::Error& error);
  void EndFailedTransaction();

  class MentionReader;

  std::shared_ptr<Database::Instance> instance;
  ScopedConnection connection;
  Front front;
  std::shared_ptr<InterruptFlag> interrupt;
  // The sentence of the error that aborted the open transaction.
  std::string first_failure;
};

}  // namespace laguna::engine
