// SPDX-License-Identifier: Apache-2.0
// laguna flow: the flows of a lake, listed and run.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "app/flow_server.h"
#include "app/output/json_text.h"
#include "app/run_display.h"
#include "app/run_listing.h"
#include "app/run_watch.h"
#include "app/stop_on_interrupt.h"
#include "base/defer.h"
#include "engine/value_json.h"
#include "flow/executor.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;
using state::StateType;

constexpr double kMsPerSecond = 1000;

constexpr const char* kFlows =
    R"(SELECT flows.name AS flow, description, array_to_string(tasks, ', ') AS tasks,
              date_trunc('second', last.created) AS "last run", last.state AS state,
              next_due AS next
       FROM laguna.flows LEFT JOIN
            (SELECT flow, max(created) AS created, max_by(state, created) AS state
             FROM laguna.runs GROUP BY flow) AS last ON last.flow = flows.name
       WHERE problem IS NULL ORDER BY flows.name)";

constexpr const char* kFlowsForPrograms =
    R"(SELECT flows.name AS flow, file, description, tasks, parameters, last.id AS last_run,
              last.created AS last_run_created, last.state AS last_run_state, schedules,
              next_due
       FROM laguna.flows LEFT JOIN
            (SELECT flow, max(created) AS created, max_by(state, created) AS state,
                    max_by(id, created) AS id
             FROM laguna.runs GROUP BY flow) AS last ON last.flow = flows.name
       WHERE problem IS NULL ORDER BY flows.name)";

constexpr const char* kTasksOfRun =
    R"(SELECT task, CASE WHEN upper(name) = state THEN state ELSE state || ' ' || name END AS state,
              attempt AS attempts, seconds::DECIMAL(18, 1) AS seconds,
              CASE WHEN length(whole) > 160 THEN whole[:159] || '…' ELSE whole END AS result
       FROM (SELECT *, coalesce(CASE WHEN outputs::VARCHAR = '{}' THEN message ELSE
                    array_to_string([key || ' ' || (outputs ->> key) for key in json_keys(outputs)
                                     if (outputs ->> key) NOT IN ('', '0', '[]')], ', ') END, '')
                AS whole
             FROM laguna.task_runs WHERE run = $run) AS task_runs
       QUALIFY attempt = max(attempt) OVER (PARTITION BY task)
       ORDER BY list_position($tasks, task))";

struct FlowOptions {
  std::string name;
  std::vector<std::string> parameters;
  bool verbose = false;
};

// Blocks that some flow may want, but no flow has to.
void TellBlocks(const connect::Blocks& blocks, Console& console) {
  for (const auto& [name, problem] : blocks.problems()) {
    console.Note(
        fmt::format("Block '{}' is left out, as it has an error: {}", name, problem.sentence()));
  }
}

void TellProblems(const flow::FlowFiles& files, Console& console) {
  for (const Error& problem : files.problems()) console.Report(problem);
}

int List(CommandContext& context) {
  const auto composition = Composition::InLake(context.options, context.end, context.log);
  const flow::FlowFiles files = composition->services().LoadFlows();
  RecoverRuns(*composition, context);
  ListRows(*composition, context, context.options.json ? kFlowsForPrograms : kFlows);
  if (files.flows().empty() && files.problems().empty()) {
    context.console.Note("There are no flows; they are files flows/<name>.yaml.");
  }
  TellBlocks(composition->blocks(), context.console);
  TellProblems(files, context.console);
  return files.problems().empty() ? 0 : base::InfoOf(ErrorKind::kInvalidInput).exit_code;
}

std::map<std::string, std::string> ParametersFrom(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> parameters;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorKind::kInvalidInput, "usage.parameter",
                  fmt::format("'{}' is no parameter.", text))
          .Hint("Write name=value: -p day=2024-01-31.");
    }
    const std::string name = text.substr(0, equals);
    if (!parameters.emplace(name, text.substr(equals + 1)).second) {
      throw Error(ErrorKind::kInvalidInput, "usage.parameter",
                  fmt::format("The parameter '{}' is given twice.", name))
          .Hint("Give it once.");
    }
  }
  return parameters;
}

flow::RunOutcome RunWatched(Composition& composition, const flow::FlowDefinition& flow,
                            const FlowOptions& options, CommandContext& context) {
  flow::RunRequest request{.flow = flow, .parameters = ParametersFrom(options.parameters)};
  RunDisplay display(context.console, options.verbose);
  request.observer = {
      .on_run = [&](const state::RunState& state) { display.ShowRun(state); },
      .on_task = [&](const state::TaskRunRecord& task_run) { display.ShowTask(task_run); },
      .on_log = [&](std::string_view task, std::string_view line) { display.ShowLog(task, line); }};
  const RunWatch watch(display, context.interrupts);
  request.stop = watch.stop();
  const base::Defer end([&display] { display.End(); });
  return flow::RunFlow(composition.executor(), request);
}

std::string TaskJson(const flow::RunOutcome& outcome, const state::TaskRunRecord& task_run) {
  std::string seconds = "null";
  if (task_run.started_ms && task_run.ended_ms) {
    const auto ms = static_cast<double>(*task_run.ended_ms - *task_run.started_ms);
    seconds = fmt::format("{}", ms / kMsPerSecond);
  }
  const auto outputs = outcome.outputs.find(task_run.task);
  const auto error = outcome.errors.find(task_run.task);
  return fmt::format(
      R"({{"task": {}, "state": "{}", "name": {}, "message": {}, "error": {}, "attempts": {}, )"
      R"("seconds": {}, "outputs": {}}})",
      JsonString(task_run.task), NameOf(task_run.state.type), JsonString(task_run.state.name),
      JsonString(task_run.state.message),
      error == outcome.errors.end() ? "null" : ErrorFieldsAsJson(error->second), task_run.attempt,
      seconds, outputs == outcome.outputs.end() ? "{}" : engine::ToJsonText(outputs->second));
}

// A task a line.
void TellAsJson(const flow::RunOutcome& outcome, const flow::FlowDefinition& flow,
                Console& console) {
  std::vector<std::string> tasks;
  for (const state::TaskRunRecord& task_run : outcome.tasks) {
    tasks.push_back("    " + TaskJson(outcome, task_run));
  }
  console.out().Write(fmt::format(
      "{{\n  \"run\": {},\n  \"flow\": {},\n  \"state\": \"{}\",\n  \"name\": {},\n"
      "  \"message\": {},\n  \"tasks\": [\n{}\n  ]\n}}\n",
      JsonString(outcome.run_id), JsonString(flow.name), NameOf(outcome.state.type),
      JsonString(outcome.state.name), JsonString(outcome.state.message), fmt::join(tasks, ",\n")));
}

void TellAsTable(Composition& composition, const flow::RunOutcome& outcome,
                 const flow::FlowDefinition& flow, CommandContext& context) {
  if (context.console.silent()) return;
  engine::ValueList tasks;
  for (const flow::TaskDefinition& task : flow.tasks) tasks.emplace_back(task.name);
  ListRows(composition, context, kTasksOfRun, {{"run", outcome.run_id}, {"tasks", tasks}});
}

// How it ended; a failure is said even to those who want no notes.
void TellEnd(const flow::RunOutcome& outcome, const flow::FlowDefinition& flow, Console& console) {
  const std::string& message = outcome.state.message;
  const std::string id = ShortId(outcome.run_id);
  const std::string end =
      fmt::format("Run {} of flow '{}' is {}{}", id, flow.name, NameOf(outcome.state.type),
                  message.empty() ? "." : ": " + message);
  if (outcome.state.type == StateType::kFailed || outcome.state.type == StateType::kCrashed) {
    console.Report(Error(ErrorKind::kViolation, "flow.failed", end)
                       .Hint(fmt::format("'laguna logs {}' shows what its tasks wrote.", id)));
  } else {
    console.Note(fmt::format("{}\nLogs: laguna logs {}", end, id));
  }
}

// A run that 'overlap: skip' skipped is what the flow's file asks for.
int ExitCode(const state::RunState& run_state) {
  const StateType type = run_state.type;
  if (type == StateType::kCompleted || run_state.name == state::state_name::kSkipped) return 0;
  if (type == StateType::kCancelled) return base::InfoOf(ErrorKind::kCancelled).exit_code;
  return 1;
}

// What the user has to know of the files before the run.
void TellNotices(const flow::FlowFiles& files, const flow::FlowDefinition& flow, Console& console) {
  for (const Error& problem : files.problems()) {
    const std::string file = problem.place() ? problem.place()->file : "a flow";
    console.Note(fmt::format("{} is left out, as it has an error: {}", file, problem.sentence()));
  }
  for (const std::string& notice : flow.Notices()) console.Note(notice);
}

int RunNamed(const FlowOptions& options, CommandContext& context) {
  const auto composition = Composition::InLake(context.options, context.end, context.log);
  const flow::FlowFiles files = composition->services().LoadFlows();
  const flow::FlowDefinition& flow = files.Get(options.name);
  TellNotices(files, flow, context.console);
  TellBlocks(composition->blocks(), context.console);
  RecoverRuns(*composition, context);
  const flow::RunOutcome outcome = RunWatched(*composition, flow, options, context);
  context.log.Info("run ended", {{"run", outcome.run_id},
                                 {"flow", flow.name},
                                 {"state", NameOf(outcome.state.type)},
                                 {"name", outcome.state.name}});
  if (context.options.json) {
    TellAsJson(outcome, flow, context.console);
  } else {
    TellAsTable(*composition, outcome, flow, context);
  }
  TellEnd(outcome, flow, context.console);
  return ExitCode(outcome.state);
}

int Serve(CommandContext& context) {
  const auto composition = Composition::InLake(context.options, context.end, context.log);
  TellBlocks(composition->blocks(), context.console);
  RecoverRuns(*composition, context);
  FlowServer server(*composition, context);
  const Interrupts::Catching catching(context.interrupts);
  const StopOnInterrupt stop(context.interrupts);
  server.Serve(stop.token());
  context.console.Note("Ended, as asked.");
  return 0;
}

CommandAction AddOptions(CLI::App& parser) {
  const auto options = std::make_shared<FlowOptions>();
  parser.require_subcommand(1);
  const CLI::App* list =
      parser.add_subcommand("list", "Every flow, its tasks, and how its last run ended.");
  CLI::App* run = parser.add_subcommand("run", "Runs a flow here and now, and waits for it.");
  run->add_option("NAME", options->name, "the flow")->required();
  run->add_option("-p,--param", options->parameters, "a parameter's value; may be repeated")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run->add_flag("-v,--verbose", options->verbose, "shows the tasks' logs as they are written");
  const CLI::App* serve =
      parser.add_subcommand("serve", "Runs flows by their schedules, until it is ended.");
  return [=](CommandContext& context) {
    if (serve->parsed()) return Serve(context);
    return list->parsed() ? List(context) : RunNamed(*options, context);
  };
}

}  // namespace

extern const Command flow_command{
    .name = "flow",
    .group = CommandGroup::kWork,
    .summary = "Lists and runs flows, by hand or by their schedules.",
    .documentation =
        "A flow is a file flows/<name>.yaml: tasks, what needs what, parameters. 'laguna help\n"
        "tasks' lists what tasks can do. A run is recorded with its tasks, their states and\n"
        "logs: see 'laguna runs' and 'laguna logs'.\n"
        "\n"
        "'serve' starts the flows that have 'triggers: [{cron: ...}]' when they are due, and\n"
        "says how each run ends; with --json a line of JSON. It sees changed files, and ends\n"
        "with Ctrl-C or SIGTERM, which cancel what still runs. Any number of programs may\n"
        "serve one lake: each time is run once.\n"
        "\n"
        "'run' ends with 0 when the run is COMPLETED, 130 when it was CANCELLED, else 1.\n"
        "Ctrl-C cancels the run; a second one ends the program at once. 'list' ends with 2\n"
        "when a file has an error, after the flows that have none.",
    .examples = R"(
  laguna flow list
  laguna flow run nightly
  laguna flow run nightly -p day=2024-01-31 -p full=true
  laguna flow run nightly --verbose
  laguna flow run nightly --json | jq .state
  laguna flow serve
)",
    .add_options = AddOptions,
};

}  // namespace laguna::app
