// SPDX-License-Identifier: Apache-2.0
// laguna runs: what ran, when, and how it ended.
#include <fmt/format.h>

#include <memory>

#include "app/command.h"
#include "app/compose.h"
#include "app/run_listing.h"
#include "base/nearest_name.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int kLimitDefault = 20;
constexpr int kLimitMax = 1'000'000'000;

constexpr const char* kRuns =
    R"(SELECT id[:8] AS run, flow, state, date_trunc('second', created) AS created,
              seconds::DECIMAL(18, 1) AS seconds, coalesce(message, '') AS message
       FROM laguna.runs
       WHERE flow = coalesce($flow, flow) AND state = coalesce($state, state)
       ORDER BY runs.created DESC, id LIMIT $limit)";

constexpr const char* kRunsForPrograms =
    R"(FROM laguna.runs
       WHERE flow = coalesce($flow, flow) AND state = coalesce($state, state)
       ORDER BY created DESC, id LIMIT $limit)";

constexpr const char* kTasks =
    R"(SELECT task, attempt, CASE WHEN upper(name) = state THEN state ELSE state || ' ' || name END
                AS state,
              strftime(started, '%H:%M:%S%z') AS started, seconds::DECIMAL(18, 1) AS seconds,
              CASE WHEN length(whole) > 160 THEN whole[:159] || '…' ELSE whole END AS result
       FROM (SELECT *, CASE outputs::VARCHAR WHEN '{}' THEN message ELSE outputs::VARCHAR END AS whole
             FROM laguna.task_runs WHERE run = $run) AS task_runs
       ORDER BY task_runs.started NULLS LAST, task, attempt)";

constexpr const char* kStates =
    R"(SELECT strftime("at", '%H:%M:%S.%g%z') AS "at", coalesce(task, '(run)') AS task, attempt,
              state, name, message
       FROM laguna.run_states WHERE run = $run)";

constexpr const char* kRunForPrograms =
    R"(SELECT *,
         (SELECT list({task: task, attempt: attempt, state: state, name: name, message: message,
                       started: started, ended: ended, seconds: seconds, outputs: outputs}
                      ORDER BY started NULLS LAST, task, attempt)
          FROM laguna.task_runs WHERE run = $run) AS tasks,
         (SELECT list({task: task, attempt: attempt, state: state, name: name, message: message,
                       "at": "at"})
          FROM laguna.run_states WHERE run = $run) AS states
       FROM laguna.runs WHERE id = $run)";

struct RunsOptions {
  std::string id;
  std::string flow;
  std::string state;
  int limit = kLimitDefault;
};

engine::Value TextOrNull(const std::string& text) {
  return text.empty() ? engine::Value() : engine::Value(text);
}

std::string StateNamed(const std::string& text) {
  std::string name;
  for (const char c : text) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (text.empty() || state::StateTypeNamed(name)) return name;
  std::vector<std::string> names;
  for (int type = 0; type <= static_cast<int>(state::StateType::kCancelled); ++type) {
    names.emplace_back(NameOf(static_cast<state::StateType>(type)));
  }
  throw Error(ErrorKind::kInvalidInput, "usage.state", fmt::format("There is no state '{}'.", text))
      .Hint(base::SuggestName(name, names));
}

// A flow whose file is gone may still have runs.
void CheckFlow(Composition& composition, const std::string& name) {
  engine::Session session(composition.database());
  const auto runs =
      session.Run("SELECT count(*) > 0 FROM laguna.runs WHERE flow = $flow", {{"flow", name}})
          .Drain();
  if (runs.at(0).at(0) == engine::Value(true)) return;
  (void)composition.services().LoadFlows().Get(name);
}

void ListRuns(Composition& composition, CommandContext& context, const RunsOptions& options) {
  const std::string state = StateNamed(options.state);
  if (!options.flow.empty()) CheckFlow(composition, options.flow);
  ListRows(
      composition, context, context.options.json ? kRunsForPrograms : kRuns,
      {{"flow", TextOrNull(options.flow)}, {"state", TextOrNull(state)}, {"limit", options.limit}});
  if (composition.services().FindState() == nullptr) {
    context.console.Note("No flow has run here yet; 'laguna flow list' lists them.");
  }
}

Error NoRunYet(const std::string& id) {
  return Error(ErrorKind::kNotFound, "run.unknown",
               fmt::format("There is no run whose id begins with '{}'.", id))
      .Hint("No flow has run in this lake yet.");
}

void ShowRun(Composition& composition, CommandContext& context, const std::string& id) {
  if (composition.services().FindState() == nullptr) throw NoRunYet(id);
  const state::RunRecord run = composition.state().FindRun(id);
  const engine::NamedValues parameters{{"run", run.id}};
  if (context.options.json) {
    ListRows(composition, context, kRunForPrograms, parameters);
    return;
  }
  const std::string because = run.state.message.empty() ? "." : ": " + run.state.message;
  context.console.out().Write(fmt::format("Run {} of flow '{}' is {}{}\nParameters: {}\n\n", run.id,
                                          run.flow, NameOf(run.state.type), because,
                                          run.parameters));
  ListRows(composition, context, kTasks, parameters);
  context.console.out().Write("\n");
  ListRows(composition, context, kStates, parameters);
}

int Runs(const RunsOptions& options, CommandContext& context) {
  const auto composition = Composition::InLake(context.options, context.end, context.log);
  RecoverRuns(*composition, context);
  if (options.id.empty()) {
    ListRuns(*composition, context, options);
  } else {
    ShowRun(*composition, context, options.id);
  }
  return 0;
}

}  // namespace

extern const Command runs_command{
    .name = "runs",
    .group = CommandGroup::kWork,
    .summary = "Lists the runs of flows, or shows one with its tasks.",
    .documentation =
        "Newest first. With an id, or its first letters, one run: its tasks, try by try, and\n"
        "every state it went through. A run whose process was killed is shown as CRASHED.\n"
        "The same in SQL: laguna.runs, laguna.task_runs, laguna.run_states.",
    .examples = R"(
  laguna runs
  laguna runs --flow nightly --state failed --limit 5
  laguna runs 1f8a2c3d
  laguna runs --json
)",
    .add_options = [](CLI::App& parser) -> CommandAction {
      const auto options = std::make_shared<RunsOptions>();
      parser.add_option("ID", options->id, "a run's id or its first letters");
      parser.add_option("--flow", options->flow, "only runs of this flow")->type_name("NAME");
      parser.add_option("--state", options->state, "only runs in this state")->type_name("STATE");
      parser.add_option("--limit", options->limit, "at most so many; default: 20")
          ->type_name("N")
          ->check(CLI::Range(1, kLimitMax).description(""));
      return [options](CommandContext& context) { return Runs(*options, context); };
    },
};

}  // namespace laguna::app
