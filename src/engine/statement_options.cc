// SPDX-License-Identifier: Apache-2.0
#include "engine/statement_options.h"

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "duckdb/main/client_data.hpp"
#include "duckdb/main/valid_checker.hpp"
#include "duckdb/parser/statement/execute_statement.hpp"
#include "duckdb/parser/statement/prepare_statement.hpp"
#include "engine/guard.h"
#include "engine/statement_options_state.h"
#include "engine/tree_rewriter.h"

namespace laguna::engine {
namespace {

constexpr const char* kStateName = "laguna_statement_options";

class OptionsState final : public duckdb::ClientContextState {
 public:
  void QueryBegin(duckdb::ClientContext& context) override {
    duckdb::SQLStatement* statement = std::exchange(statement_, nullptr);
    StatementParameters* parameters = std::exchange(parameters_, nullptr);
    const bool aborted = context.transaction.HasActiveTransaction() &&
                         duckdb::ValidChecker::IsInvalidated(context.ActiveTransaction());
    if (statement == nullptr || aborted) {
      return;
    }
    TakePreparedOptions(*statement);
    Guarded([&] {
      for (const TreeRewriter rewriter : rewriters_) {
        rewriter({context, *statement, options_, *parameters});
      }
    });
  }

  // A failed or finished statement leaves nothing for the next, but what was prepared keeps its
  // options. The commit of a statement comes before its end, so commit info still sees them.
  void QueryEnd(duckdb::ClientContext& context,
                duckdb::optional_ptr<duckdb::ErrorData> error) override {
    if (!prepares_.empty() && !error) KeepPreparedOptions(context);
    prepares_.clear();
    options_ = {};
    statement_ = nullptr;
    parameters_ = nullptr;
  }

  // An EXECUTE has the options of what it executes, which is planned anew; its text is its own.
  void TakePreparedOptions(const duckdb::SQLStatement& statement) {
    if (statement.type == duckdb::StatementType::PREPARE_STATEMENT) {
      prepares_ = statement.Cast<duckdb::PrepareStatement>().name;
    }
    if (statement.type != duckdb::StatementType::EXECUTE_STATEMENT) return;
    const auto prepared = prepared_.find(statement.Cast<duckdb::ExecuteStatement>().name);
    if (prepared == prepared_.end()) return;
    std::string source = std::move(options_.source);
    options_ = prepared->second;
    options_.source = std::move(source);
  }

  void KeepPreparedOptions(duckdb::ClientContext& context) {
    const auto& known = duckdb::ClientData::Get(context).prepared_statements;
    for (auto entry = prepared_.begin(); entry != prepared_.end();) {
      entry = known.contains(entry->first) ? std::next(entry) : prepared_.erase(entry);
    }
    prepared_[prepares_] = options_;
  }

  StatementOptions options_;
  // The name that the statement prepares; empty: none.
  std::string prepares_;
  // By the names of prepared statements.
  duckdb::case_insensitive_map_t<StatementOptions> prepared_;
  duckdb::SQLStatement* statement_ = nullptr;
  StatementParameters* parameters_ = nullptr;
  std::vector<TreeRewriter> rewriters_;
  std::vector<FailureReader> failure_readers_;
};

OptionsState& StateOf(duckdb::ClientContext& context) {
  return *context.registered_state->GetOrCreate<OptionsState>(kStateName);
}

}  // namespace

const StatementOptions& StatementOptionsOf(duckdb::ClientContext& context) {
  return StateOf(context).options_;
}

void AddTreeRewriter(duckdb::ClientContext& context, TreeRewriter rewriter) {
  StateOf(context).rewriters_.push_back(rewriter);
}

void AddFailureReader(duckdb::ClientContext& context, FailureReader reader) {
  StateOf(context).failure_readers_.push_back(reader);
}

std::optional<base::Error> ReadFailure(const Rewriting& rewriting) {
  for (const FailureReader reader : StateOf(rewriting.context).failure_readers_) {
    if (auto error = reader(rewriting)) {
      return error;
    }
  }
  return std::nullopt;
}

void BeginStatement(duckdb::ClientContext& context, StatementOptions options,
                    duckdb::SQLStatement& statement, StatementParameters& parameters) {
  OptionsState& state = StateOf(context);
  state.options_ = std::move(options);
  state.statement_ = &statement;
  state.parameters_ = &parameters;
}

}  // namespace laguna::engine
