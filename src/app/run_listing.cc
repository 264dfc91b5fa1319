// SPDX-License-Identifier: Apache-2.0
#include "app/run_listing.h"

#include <fmt/format.h>

#include "app/listings.h"
#include "app/statement_runner.h"
#include "engine/session.h"
#include "state/run_lease.h"

namespace laguna::app {
namespace {

constexpr size_t kShortIdLength = 8;

}  // namespace

void ListRows(Composition& composition, CommandContext& context, const std::string& query,
              const engine::NamedValues& parameters) {
  const engine::Script script(query, "");
  engine::Session session(composition.database());
  StatementRunner runner(session, context.console, context.interrupts);
  RunSettings settings;
  settings.format = &FindOutputFormat(context.options.json ? "json" : "table");
  settings.types = false;
  settings.rows_max.reset();
  try {
    runner.Run(script, script.statements().front(), settings, parameters);
  } catch (const base::Error& error) {
    throw WithoutPlace(error);
  }
}

void RecoverRuns(Composition& composition, CommandContext& context) {
  if (composition.services().FindState() == nullptr) return;
  for (const state::RunRecord& run :
       state::RecoverLostRuns(composition.state(), composition.clock())) {
    context.log.Warning("lost run found", {{"run", run.id}, {"flow", run.flow}});
    context.console.Note(fmt::format("Run {} of flow '{}' is CRASHED: {}", ShortId(run.id),
                                     run.flow, run.state.message));
  }
}

std::string ShortId(const std::string& run_id) {
  return run_id.substr(0, kShortIdLength);
}

}  // namespace laguna::app
