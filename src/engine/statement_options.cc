// SPDX-License-Identifier: Apache-2.0
#include "engine/statement_options.h"

#include <utility>

#include "engine/statement_options_state.h"

namespace laguna::engine {
namespace {

constexpr const char* kStateName = "laguna_statement_options";

class OptionsState final : public duckdb::ClientContextState {
 public:
  // A failed or finished statement leaves nothing for the next. The commit of a statement comes
  // before its end, so commit info still sees them.
  void QueryEnd() override { options_ = {}; }

  StatementOptions options_;
};

OptionsState& StateOf(duckdb::ClientContext& context) {
  return *context.registered_state->GetOrCreate<OptionsState>(kStateName);
}

}  // namespace

const StatementOptions& StatementOptionsOf(duckdb::ClientContext& context) {
  return StateOf(context).options_;
}

void SetStatementOptions(duckdb::ClientContext& context, StatementOptions options) {
  StateOf(context).options_ = std::move(options);
}

}  // namespace laguna::engine
