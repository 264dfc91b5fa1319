// SPDX-License-Identifier: Apache-2.0
// laguna logs: what the tasks of a run wrote.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "app/local_times.h"
#include "app/log_lines.h"
#include "app/output/display_width.h"
#include "app/output/json_text.h"
#include "app/run_listing.h"
#include "base/nearest_name.h"
#include "state/task_log.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

// How often a run that goes on is looked at.
constexpr std::chrono::milliseconds kLook{200};
// How often it is asked whether its process is still there.
constexpr int kLooksPerRecovery = 25;

struct LogsOptions {
  std::string id;
  std::string task;
  bool follow = false;
};

// In the order they started; those that never did come last.
std::vector<std::string> TasksOf(const state::ControlState& state, const std::string& run_id) {
  std::vector<state::TaskRunRecord> task_runs = state.TaskRuns(run_id);
  std::erase_if(task_runs, [](const auto& task_run) { return task_run.attempt > 1; });
  std::ranges::stable_sort(task_runs, [](const auto& a, const auto& b) {
    if (a.started_ms && b.started_ms) return *a.started_ms < *b.started_ms;
    return a.started_ms.has_value() && !b.started_ms.has_value();
  });
  std::vector<std::string> tasks;
  for (const state::TaskRunRecord& task_run : task_runs) tasks.push_back(task_run.task);
  return tasks;
}

state::RunRecord RunNamed(Composition& composition, const std::string& id) {
  if (composition.services().FindState() == nullptr) {
    throw Error(ErrorKind::kNotFound, "run.unknown", "No flow has run in this lake yet.")
        .Hint("'laguna flow list' lists the flows there are.");
  }
  if (!id.empty()) return composition.state().FindRun(id);
  const auto newest = composition.state().Runs({.count_max = 1});
  if (!newest.empty()) return newest.front();
  throw Error(ErrorKind::kNotFound, "run.unknown", "No flow has run in this lake yet.")
      .Hint("'laguna flow list' lists the flows there are.");
}

void KeepOnly(std::vector<std::string>& tasks, const std::string& task, const std::string& run_id) {
  if (task.empty()) return;
  if (std::ranges::count(tasks, task) == 0) {
    throw Error(ErrorKind::kNotFound, "run.task",
                fmt::format("Run {} has no task '{}'.", ShortId(run_id), task))
        .Hint(base::SuggestName(task, tasks));
  }
  tasks = {task};
}

void EachLine(const std::string& path, LocalTimes& times, const LogLines::Action& action) {
  LogLines lines(path);
  const auto local = [&](std::string_view line) { action(times.Line(line)); };
  lines.EachNew(local);
  lines.Rest(local);
}

std::string LineJson(const std::string& task, std::string_view line) {
  const size_t blank = std::min(line.find(' '), line.size());
  const std::string_view text = line.substr(std::min(blank + 1, line.size()));
  return fmt::format(R"({{"task": {}, "time": {}, "text": {}}})", JsonString(task),
                     JsonString(line.substr(0, blank)), JsonString(text));
}

void WriteText(const std::string& folder, const std::string& run_id,
               const std::vector<std::string>& tasks, LocalTimes& times, Console& console) {
  bool first = true;
  for (const std::string& task : tasks) {
    if (tasks.size() > 1) {
      const std::string title =
          Painted(fmt::format("--- {}", task), Paint::kBold, console.terminal().colour_out);
      console.out().Write(fmt::format("{}{}\n", first ? "" : "\n", title));
    }
    first = false;
    EachLine(state::TaskLogPath(folder, run_id, task), times,
             [&](std::string_view line) { console.out().Write(Printable(line) + "\n"); });
  }
}

void WriteJson(const std::string& folder, const std::string& run_id,
               const std::vector<std::string>& tasks, LocalTimes& times, Console& console) {
  console.out().Write("[");
  bool first = true;
  for (const std::string& task : tasks) {
    EachLine(state::TaskLogPath(folder, run_id, task), times, [&](std::string_view line) {
      console.out().Write(fmt::format("{}  {}", first ? "\n" : ",\n", LineJson(task, line)));
      first = false;
    });
  }
  console.out().Write(first ? "]\n" : "\n]\n");
}

// Prints what the tasks of one run write, until the run has ended.
class Following {
 public:
  Following(Composition& composition, CommandContext& context, const LogsOptions& options,
            std::string run_id)
      : composition_(composition),
        context_(context),
        times_(composition),
        only_(options.task),
        run_id_(std::move(run_id)) {}

  state::RunState Run() {
    for (int look = 1;; ++look) {
      // Asked before the lines are read, so that none is missed.
      const state::RunRecord run = composition_.state().FindRun(run_id_);
      WriteNew(run.ended_ms.has_value());
      if (run.ended_ms) return run.state;
      std::this_thread::sleep_for(kLook);
      if (look % kLooksPerRecovery == 0) RecoverRuns(composition_, context_);
    }
  }

 private:
  void WriteNew(bool ended) {
    for (const std::string& task : TasksOf(composition_.state(), run_id_)) {
      if (!only_.empty() && task != only_) continue;
      auto& lines = lines_[task];
      const std::string& folder = composition_.state().folder();
      if (!lines) lines.emplace(state::TaskLogPath(folder, run_id_, task));
      const auto write = [&](std::string_view line) { Write(task, line); };
      lines->EachNew(write);
      if (ended) lines->Rest(write);
    }
    context_.console.out().Flush();
  }

  void Write(const std::string& task, std::string_view written) {
    const std::string line = times_.Line(written);
    std::string text = only_.empty() ? fmt::format("{} | {}", task, Printable(line))
                                     : std::string(Printable(line));
    if (context_.options.json) text = LineJson(task, line);
    context_.console.out().Write(text + "\n");
  }

  Composition& composition_;
  CommandContext& context_;
  LocalTimes times_;
  const std::string only_;
  const std::string run_id_;
  std::map<std::string, std::optional<LogLines>> lines_;
};

int Logs(const LogsOptions& options, CommandContext& context) {
  const auto composition = Composition::InLake(context.options, context.end, context.log);
  RecoverRuns(*composition, context);
  const state::RunRecord run = RunNamed(*composition, options.id);
  std::vector<std::string> tasks = TasksOf(composition->state(), run.id);
  // A run that waits for its slot has no tasks yet.
  if (!options.follow || !tasks.empty()) KeepOnly(tasks, options.task, run.id);
  if (options.follow) {
    const state::RunState end = Following(*composition, context, options, run.id).Run();
    context.console.Note(fmt::format("Run {} is {}.", ShortId(run.id), NameOf(end.type)));
    return 0;
  }
  const std::string& folder = composition->state().folder();
  LocalTimes times(*composition);
  if (context.options.json) {
    WriteJson(folder, run.id, tasks, times, context.console);
  } else {
    WriteText(folder, run.id, tasks, times, context.console);
  }
  return 0;
}

}  // namespace

extern const Command logs_command{
    .name = "logs",
    .group = CommandGroup::kWork,
    .summary = "Shows what the tasks of a run wrote.",
    .documentation =
        "Task by task, in the order they started; tries follow one another. Without an id it\n"
        "is the newest run. Times are those of the lake's time zone.",
    .examples = R"(
  laguna logs                     the newest run
  laguna logs 1f8a2c3d            a run by the first letters of its id
  laguna logs 1f8a2c3d fetch      one of its tasks
  laguna logs 1f8a2c3d --json
  laguna logs --follow            what a run writes, as it goes on
)",
    .add_options = [](CLI::App& parser) -> CommandAction {
      const auto options = std::make_shared<LogsOptions>();
      parser.add_option("ID", options->id, "a run's id or its first letters");
      parser.add_option("TASK", options->task, "one of its tasks");
      parser.add_flag("-f,--follow", options->follow, "goes on until the run has ended");
      return [options](CommandContext& context) { return Logs(*options, context); };
    },
};

}  // namespace laguna::app
