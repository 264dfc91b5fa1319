// SPDX-License-Identifier: Apache-2.0
#include "app/flow_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/output/json_text.h"
#include "app/run_listing.h"
#include "base/iso_time.h"
#include "engine/session.h"
#include "flow/executor.h"

namespace laguna::app {
namespace {

using base::Error;
using state::StateType;

struct Next {
  std::string flow;
  std::string time;
  std::string schedule;
  int64_t at_ms = 0;
};

// Every schedule, the next one first.
std::vector<Next> NextOf(const flow::FlowFiles& files, int64_t now_ms) {
  std::vector<Next> all;
  for (const flow::FlowDefinition& flow : files.flows()) {
    for (const flow::TriggerDefinition& trigger : flow.triggers) {
      const auto* cron = std::get_if<flow::CronTrigger>(&trigger.what);
      if (cron == nullptr) continue;
      const int64_t at_ms = cron->schedule.NextMs(now_ms);
      all.push_back({flow.name, cron->schedule.LocalText(at_ms), cron->schedule.text(), at_ms});
    }
  }
  std::ranges::sort(all, {}, &Next::at_ms);
  return all;
}

std::string DurationOf(const flow::RunOutcome& outcome) {
  std::optional<int64_t> first_ms;
  std::optional<int64_t> last_ms;
  for (const state::TaskRunRecord& task : outcome.tasks) {
    if (task.started_ms) first_ms = std::min(first_ms.value_or(*task.started_ms), *task.started_ms);
    if (task.ended_ms) last_ms = std::max(last_ms.value_or(*task.ended_ms), *task.ended_ms);
  }
  if (!first_ms || !last_ms) return "";
  return fmt::format(" in {:.1f} s", static_cast<double>(*last_ms - *first_ms) / 1000);
}

}  // namespace

FlowServer::FlowServer(Composition& composition, CommandContext& context)
    : composition_(composition), context_(context), executor_(composition.executor()) {}

void FlowServer::Serve(std::stop_token stop) {
  const flow::SchedulerEnvironment environment{
      .clock = composition_.clock(),
      .load = [this] { return Load(); },
      .last_due_ms =
          [this](const std::string& flow, const std::string& trigger) {
            return composition_.state().LastDueMs(flow, trigger);
          },
      .run = [this](const flow::FlowDefinition& flow, const state::RunTrigger& trigger,
                    std::stop_token of_run) { Run(flow, trigger, std::move(of_run)); },
      .on_missed = [this](const flow::FlowDefinition& flow,
                          int64_t count) { TellMissed(flow, count); }};
  flow::Serve(environment, std::move(stop));
}

flow::FlowFilesPtr FlowServer::Load() {
  std::string found = composition_.services().FlowsFingerprint();
  if (found == loaded_) return nullptr;
  auto files = std::make_shared<flow::FlowFiles>(composition_.services().LoadFlows());
  loaded_ = std::move(found);
  TellFlows(*files);
  return files;
}

void FlowServer::TellFlows(const flow::FlowFiles& files) {
  const std::lock_guard lock(mutex_);
  for (const Error& problem : files.problems()) context_.console.Report(problem);
  for (const flow::FlowDefinition& flow : files.flows()) {
    for (const std::string& notice : flow.Notices()) context_.console.Note(notice);
  }
  const std::vector<Next> all = NextOf(files, composition_.clock().NowMs());
  if (all.empty()) {
    context_.console.Note(
        "No flow has a schedule; one is 'triggers: [{cron: \"0 1 * * *\"}]' in its file.");
    return;
  }
  size_t width = 0;
  for (const Next& next : all) width = std::max(width, next.flow.size());
  context_.console.Note("Next:");
  for (const Next& next : all) {
    context_.console.Note(
        fmt::format("  {:{}}  {}  {}", next.flow, width, next.time, next.schedule));
  }
}

void FlowServer::TellMissed(const flow::FlowDefinition& flow, int64_t count) {
  context_.log.Warning("schedule missed",
                       {{"flow", flow.name}, {"times", fmt::format("{}", count)}});
  Say(fmt::format("{}: {} earlier {} left out; 'catchup: true' would make up for {}.", flow.name,
                  count, count == 1 ? "time is" : "times are", count == 1 ? "it" : "them"));
}

void FlowServer::Run(const flow::FlowDefinition& flow, const state::RunTrigger& trigger,
                     std::stop_token stop) {
  try {
    engine::Session templates(composition_.database());
    flow::ExecutorEnvironment executor = executor_;
    executor.evaluate = [&templates](std::string_view expression,
                                     const engine::NamedValues& values) {
      return templates.Evaluate(expression, values);
    };
    const flow::RunOutcome outcome =
        flow::RunFlow(executor, {.flow = flow, .trigger = trigger, .stop = std::move(stop)});
    TellEnd(flow, trigger, outcome);
  } catch (const Error& error) {
    TellFailure(flow, error);
  } catch (const std::exception& exception) {
    TellFailure(flow, Error(base::ErrorKind::kInternal, "flow.internal", exception.what()));
  }
}

void FlowServer::TellEnd(const flow::FlowDefinition& flow, const state::RunTrigger& trigger,
                         const flow::RunOutcome& outcome) {
  const std::string_view state = NameOf(outcome.state.type);
  context_.log.Info("run ended", {{"run", outcome.run_id},
                                  {"flow", flow.name},
                                  {"state", state},
                                  {"name", outcome.state.name},
                                  {"trigger", trigger.name}});
  if (context_.options.json) {
    const std::lock_guard lock(mutex_);
    context_.console.out().Write(fmt::format(
        R"({{"run": {}, "flow": {}, "trigger": {}, "due": "{}", "state": "{}", "name": {}, )"
        R"("message": {}}})"
        "\n",
        JsonString(outcome.run_id), JsonString(flow.name), JsonString(trigger.name),
        base::FormatIsoMs(*trigger.due_ms), state, JsonString(outcome.state.name),
        JsonString(outcome.state.message)));
    context_.console.out().Flush();
    return;
  }
  const std::string message =
      outcome.state.message.empty() ? "." : fmt::format(": {}", outcome.state.message);
  Say(fmt::format("{}: run {} is {}{}{}", flow.name, ShortId(outcome.run_id), state,
                  DurationOf(outcome), message));
}

// That another program was faster is as good.
void FlowServer::TellFailure(const flow::FlowDefinition& flow, const Error& error) {
  if (error.code() == "run.exists") return;
  context_.log.Warning("run not started", {{"flow", flow.name}, {"error", error.sentence()}});
  const std::lock_guard lock(mutex_);
  context_.console.Report(error);
}

void FlowServer::Say(const std::string& line) {
  const std::string now =
      flow::LocalTimeText(composition_.clock().NowMs(), composition_.lake()->time_zone);
  const std::lock_guard lock(mutex_);
  context_.console.Note(fmt::format("{}  {}", now, line));
}

}  // namespace laguna::app
