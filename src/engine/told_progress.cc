// SPDX-License-Identifier: Apache-2.0
#include "engine/told_progress.h"

#include <algorithm>
#include <atomic>

#include "duckdb/main/client_context.hpp"
#include "duckdb/main/client_context_state.hpp"

namespace laguna::engine {
namespace {

constexpr double kNothingTold = -1;
constexpr const char* kName = "laguna_told_progress";

struct ToldState final : duckdb::ClientContextState {
  using ClientContextState::QueryEnd;
  void QueryEnd() override { percent = kNothingTold; }

  std::atomic<double> percent = kNothingTold;
};

}  // namespace

void TellProgress(duckdb::ClientContext& context, double percent) {
  std::atomic<double>& told = context.registered_state->GetOrCreate<ToldState>(kName)->percent;
  percent = std::clamp(percent, 0.0, 100.0);
  for (double before = told; before < percent;) {
    if (told.compare_exchange_weak(before, percent)) return;
  }
}

std::optional<double> ToldProgress(duckdb::ClientContext& context) {
  const auto state = context.registered_state->Get<ToldState>(kName);
  if (!state) return std::nullopt;
  const double percent = state->percent;
  if (percent < 0) return std::nullopt;
  return percent;
}

}  // namespace laguna::engine
