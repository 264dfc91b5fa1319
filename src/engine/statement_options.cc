// SPDX-License-Identifier: Apache-2.0
#include "engine/statement_options.h"

#include <utility>
#include <vector>

#include "duckdb/main/valid_checker.hpp"
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
    Guarded([&] {
      for (const TreeRewriter rewriter : rewriters_) {
        rewriter({context, *statement, options_, *parameters});
      }
    });
  }

  // A failed or finished statement leaves nothing for the next. The commit of a statement comes
  // before its end, so commit info still sees them.
  void QueryEnd() override {
    options_ = {};
    statement_ = nullptr;
    parameters_ = nullptr;
  }

  StatementOptions options_;
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
