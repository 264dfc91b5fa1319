// SPDX-License-Identifier: Apache-2.0
#include "engine/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/main/database.hpp"
#include "duckdb/main/valid_checker.hpp"
#include "duckdb/parser/statement/transaction_statement.hpp"
#include "engine/conflict_rerun.h"
#include "engine/duckdb_value.h"
#include "engine/extension_file.h"
#include "engine/front.h"
#include "engine/guard.h"
#include "engine/instance.h"
#include "engine/interrupt_flag.h"
#include "engine/prepared_statement.h"
#include "engine/query_plan.h"
#include "engine/result_source.h"
#include "engine/session_placing.h"
#include "engine/session_state.h"
#include "engine/statement_options_state.h"
#include "engine/statement_source.h"
#include "engine/told_progress.h"
#include "engine/view_position.h"

namespace laguna::engine {

using base::Error;
using base::ErrorKind;

namespace {

// The TYPE of ATTACH that makes a lake a catalog.
constexpr const char* kLakeType = "laguna";

using Parameters = duckdb::case_insensitive_map_t<duckdb::BoundParameterData>;

Parameters ParametersOf(const NamedValues& values) {
  Parameters parameters;
  for (const auto& [name, value] : values) {
    parameters.emplace(name, duckdb::BoundParameterData(ToDuckdb(value)));
  }
  return parameters;
}

// Until there is a result or a failure. DuckDB's own loop asks for work again and again while other
// threads have all of it, which costs a core; this one asks less and less often, up to once a
// millisecond.
void RunTasks(duckdb::PendingQueryResult& pending) {
  using std::chrono::microseconds;
  constexpr microseconds kPauseMin{20};
  constexpr microseconds kPauseMax{1000};
  microseconds pause = kPauseMin;
  while (true) {
    const auto outcome = pending.ExecuteTask();
    if (duckdb::PendingQueryResult::IsResultReady(outcome)) {
      return;
    }
    if (outcome == duckdb::PendingExecutionResult::BLOCKED) {
      pending.WaitForTask();
    } else if (outcome == duckdb::PendingExecutionResult::NO_TASKS_AVAILABLE) {
      std::this_thread::sleep_for(pause);
      pause = std::min(2 * pause, kPauseMax);
    } else {
      pause = kPauseMin;
    }
  }
}

// The clause that only a lake's table knows; null when there is none.
const char* LakeClauseOf(const StatementOptions& options) {
  if (options.overwrite) {
    return "INSERT OVERWRITE";
  }
  if (options.replace_where) {
    return "REPLACE WHERE";
  }
  if (!options.partition.empty()) {
    return "PARTITION (...)";
  }
  if (options.schema_evolution) {
    return "WITH SCHEMA EVOLUTION";
  }
  if (!options.column_values.empty()) {
    return "GENERATED AS IDENTITY";
  }
  const bool table_clauses =
      options.using_format || options.location || !options.table_properties.empty();
  return table_clauses ? "USING, LOCATION or TBLPROPERTIES" : nullptr;
}

bool IsCommit(const duckdb::SQLStatement& statement) {
  return statement.type == duckdb::StatementType::TRANSACTION_STATEMENT &&
         statement.Cast<duckdb::TransactionStatement>().info->type ==
             duckdb::TransactionType::COMMIT;
}

}  // namespace

Session::State::State(Database& database)
    : instance(database.Acquire()),
      connection(instance->duckdb()),
      front(instance->config().statements, instance->config().extension_directory),
      interrupt(std::make_shared<InterruptFlag>()) {
  // EXPLAIN ANALYZE draws a plan even where nothing in it takes time: a count out of metadata.
  duckdb::ClientConfig::GetConfig(context()).profiling_coverage = duckdb::ProfilingCoverage::ALL;
}

bool Session::State::IsAborted() {
  return context().transaction.HasActiveTransaction() &&
         duckdb::ValidChecker::IsInvalidated(context().ActiveTransaction());
}

// DuckDB would roll back and report success.
void Session::State::RefuseAbortedCommit(const FrontStatement& statement) {
  if (!IsCommit(*statement.statements.back()) || !IsAborted()) {
    return;
  }
  context().transaction.Rollback(nullptr);
  Error error(ErrorKind::kConflict, "sql.transaction_aborted",
              "Nothing was committed: an earlier statement of the transaction failed, and all its "
              "changes were rolled back.");
  if (!first_failure.empty()) {
    error = std::move(error).Hint(fmt::format("The failure was: {}", first_failure));
  }
  throw error;
}

void Session::State::NoteFailure(const Error& error) {
  if (first_failure.empty() && IsAborted()) {
    first_failure = error.sentence();
  }
}

// Only a lake's tables know the clauses the front took out; any other would silently do without.
void Session::State::CheckClausesAreTaken(const duckdb::StatementProperties& properties) {
  const char* clause = LakeClauseOf(StatementOptionsOf(context()));
  if (clause == nullptr) {
    return;
  }
  // Temporary tables are not among the modified databases.
  const auto& modified = properties.modified_databases;
  const bool in_lake = std::any_of(modified.begin(), modified.end(), [&](const auto& database) {
    return duckdb::Catalog::GetCatalog(context(), database.first).GetCatalogType() == kLakeType;
  });
  if (in_lake) {
    return;
  }
  context().CancelTransaction();
  throw Error(ErrorKind::kUnsupported, "sql.lake_tables_only",
              fmt::format("{} works on tables of a lake only.", clause));
}

// A several-statement PRAGMA opens a transaction of its own, which nobody else would close.
void Session::State::EndFailedTransaction() {
  auto& transaction = context().transaction;
  if (transaction.HasActiveTransaction() && transaction.GetAutoRollback()) {
    transaction.Rollback(nullptr);
  }
}

duckdb::unique_ptr<duckdb::QueryResult> Session::State::RunOne(
    duckdb::unique_ptr<duckdb::SQLStatement> statement, const NamedValues& parameters,
    StatementOptions options, duckdb::QueryResultOutputType output) {
  Parameters bound = ParametersOf(parameters);
  // PendingQuery ends what is still open, which would clear the options.
  context().CancelTransaction();
  BeginStatement(context(), std::move(options), *statement, bound);
  const bool prepares = statement->type == duckdb::StatementType::PREPARE_STATEMENT;
  auto pending = connection.PendingQuery(std::move(statement), bound, output);
  if (pending->HasError()) {
    // A rewriter's failure leaves the query open.
    context().CancelTransaction();
    pending->GetErrorObject().Throw();
  }
  // What is prepared is asked when it is executed: only then is it known what it modifies.
  if (!prepares) CheckClausesAreTaken(pending->properties);
  if (interrupt->raised()) {
    connection.Interrupt();
  }
  RunTasks(*pending);
  if (pending->HasError()) {
    pending->GetErrorObject().Throw();
  }
  auto result = pending->Execute();
  if (result->HasError()) {
    result->GetErrorObject().Throw();
  }
  return result;
}

void Session::State::ExplainFailure(const std::exception& failure, const Script& script,
                                    const ScriptStatement& statement,
                                    const NamedValues& parameters) {
  const auto type = duckdb::ErrorData(failure).Type();
  const bool unbound =
      type == duckdb::ExceptionType::BINDER || type == duckdb::ExceptionType::CATALOG;
  if (!unbound || IsAborted()) {
    return;
  }
  FrontStatement front = this->front.Parse(context(), script, statement);
  Parameters bound = ParametersOf(parameters);
  std::optional<Error> better;
  context().RunFunctionInTransaction([&] {
    better = ReadFailure({context(), *front.statements.back(), front.options, bound});
  });
  if (better) {
    throw *better;
  }
}

Result Session::State::RunFront(FrontStatement statement, const NamedValues& parameters,
                                const StatementSource& source) {
  if (!statement.options.stream_relations.empty()) {
    throw source.Placed(
        Error(ErrorKind::kInvalidInput, "sql.stream_outside_pipeline",
              "STREAM reads only what is new, which needs a table that remembers it.")
            .Hint("Put CREATE OR REFRESH STREAMING TABLE ... in pipelines/<zone>/<name>.sql; to "
                  "read all rows here, leave STREAM out."),
        statement.options.stream_relations.front());
  }
  RefuseAbortedCommit(statement);
  using Output = duckdb::QueryResultOutputType;
  // What RETURNING gives is true only once it is committed.
  const duckdb::SQLStatement& last = StatementToRun(context(), *statement.statements.back());
  const bool complete = statement.own || ConflictRerun::IsFor(last);
  const Output output = complete ? Output::FORCE_MATERIALIZED : Output::ALLOW_STREAMING;
  while (statement.statements.size() > 1) {
    RunOne(std::move(statement.statements.front()), {}, statement.options,
           Output::FORCE_MATERIALIZED);
    statement.statements.erase(statement.statements.begin());
  }
  auto result =
      RunOne(std::move(statement.statements.front()), parameters, statement.options, output);
  return Result(
      std::make_unique<Result::Source>(std::move(result), connection.context, source, interrupt));
}

Error Session::State::Failed(Error error, const StatementSource& source,
                             std::optional<size_t> position) {
  NoteFailure(error);
  EndFailedTransaction();
  if (error.kind() == ErrorKind::kCancelled) {
    interrupt->Lower();
  }
  return source.Placed(NamingView(context(), std::move(error), position), position);
}

Session::Session(Database& database) : state_(std::make_unique<State>(database)) {}

Session::~Session() = default;

Result Session::Run(const Script& script, const ScriptStatement& statement,
                    const NamedValues& parameters) {
  const StatementSource source(script, statement);
  return state_->Placing(source, [&] {
    if (!in_transaction()) {
      state_->first_failure.clear();
    }
    state_->context().CancelTransaction();
    const bool may_rerun = !in_transaction();
    ConflictRerun rerun(*state_->interrupt);
    while (true) {
      FrontStatement front = state_->front.Parse(state_->context(), script, statement);
      const duckdb::SQLStatement& last = *front.statements.back();
      const bool inserts = last.type == duckdb::StatementType::INSERT_STATEMENT;
      const duckdb::SQLStatement& to_run = StatementToRun(state_->context(), last);
      const bool reruns = may_rerun && ConflictRerun::IsFor(to_run);
      const bool reads_again = may_rerun && !front.own && ConflictRerun::IsForLostFiles(to_run);
      try {
        return state_->RunFront(std::move(front), parameters, source);
      } catch (const std::exception& failure) {
        if (inserts) {
          state_->ExplainFailure(failure, script, statement, parameters);
        }
        if (reads_again && rerun.MayReadNewer(failure)) {
          continue;
        }
        if (!reruns || !rerun.WaitAfter(failure)) {
          throw;
        }
      }
    }
  });
}

Result Session::RunQuery(const Script& script, const ScriptStatement& query,
                         const QueryPlan& plan) {
  const ScriptStatement cover = CoverOf(script, query, plan);
  const StatementSource source(script, cover);
  return state_->Placing(source, [&] {
    if (!in_transaction()) {
      state_->first_failure.clear();
    }
    state_->context().CancelTransaction();
    FrontStatement front = state_->front.Parse(state_->context(), script, cover);
    ApplyPlan(front, script, cover, plan, state_->context().GetParserOptions());
    if (plan.target) {
      ApplyTarget(front, *plan.target);
    }
    return state_->RunFront(std::move(front), {}, source);
  });
}

Result Session::Run(std::string sql, const NamedValues& parameters) {
  const Script script(std::move(sql), "");
  if (script.statements().empty()) {
    throw Error(ErrorKind::kInvalidInput, "sql.syntax", "There is no statement to run.");
  }
  const auto& statements = script.statements();
  for (size_t i = 0; i + 1 < statements.size(); ++i) {
    Result dropped = Run(script, statements[i], parameters);
    while (dropped.Next() != nullptr) {
    }
  }
  return Run(script, statements.back(), parameters);
}

void Session::LoadExtension(const std::string& name) {
  state_->context().CancelTransaction();
  LoadExtensionFile(*state_->instance->duckdb().instance,
                    state_->instance->config().extension_directory, name);
}

void Session::Interrupt() {
  state_->interrupt->Raise();
  state_->connection.Interrupt();
}

void Session::ClearInterrupt() {
  state_->interrupt->Lower();
}

void Session::TrackProgress() {
  auto& config = duckdb::ClientConfig::GetConfig(state_->context());
  config.enable_progress_bar = true;
  config.print_progress_bar = false;
}

Progress Session::progress() const {
  duckdb::ClientContext& context = *state_->connection.context;
  if (const auto percent = ToldProgress(context)) return {.percent = *percent};
  duckdb::QueryProgress progress = context.GetQueryProgress();
  return {progress.GetPercentage(), progress.GetRowsProcesseed(), progress.GetTotalRowsToProcess()};
}

bool Session::in_transaction() const {
  return !state_->connection.context->transaction.IsAutoCommit();
}

duckdb::Connection& Session::connection() {
  return state_->connection;
}

}  // namespace laguna::engine
