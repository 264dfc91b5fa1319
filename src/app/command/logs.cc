// SPDX-License-Identifier: Apache-2.0
// laguna logs: what the tasks of a run wrote.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "app/output/display_width.h"
#include "app/output/json_text.h"
#include "app/run_listing.h"
#include "base/nearest_name.h"
#include "state/task_log.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

constexpr size_t kChunkBytes = size_t{256} * 1024;

struct LogsOptions {
  std::string id;
  std::string task;
};

// Hands on a log line by line, in bounded memory.
template <typename Action>
void EachLine(const std::string& path, const Action& action) {
  std::string pending;
  uint64_t offset = 0;
  for (;;) {
    const std::string chunk = state::ReadTaskLog(path, offset, kChunkBytes);
    offset += chunk.size();
    pending += chunk;
    size_t begin = 0;
    for (size_t end = pending.find('\n'); end != std::string::npos;
         end = pending.find('\n', begin)) {
      action(std::string_view(pending).substr(begin, end - begin));
      begin = end + 1;
    }
    pending.erase(0, begin);
    if (chunk.empty()) break;
  }
  if (!pending.empty()) action(pending);
}

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

void WriteText(const std::string& folder, const std::string& run_id,
               const std::vector<std::string>& tasks, Console& console) {
  bool first = true;
  for (const std::string& task : tasks) {
    if (tasks.size() > 1) {
      const std::string title =
          Painted(fmt::format("--- {}", task), Paint::kBold, console.terminal().colour_out);
      console.out().Write(fmt::format("{}{}\n", first ? "" : "\n", title));
    }
    first = false;
    EachLine(state::TaskLogPath(folder, run_id, task), [&](std::string_view line) {
      console.out().Write(Printable(line));
      console.out().Write("\n");
    });
  }
}

void WriteJson(const std::string& folder, const std::string& run_id,
               const std::vector<std::string>& tasks, Console& console) {
  console.out().Write("[");
  bool first = true;
  for (const std::string& task : tasks) {
    EachLine(state::TaskLogPath(folder, run_id, task), [&](std::string_view line) {
      const size_t blank = std::min(line.find(' '), line.size());
      const std::string_view text = line.substr(std::min(blank + 1, line.size()));
      console.out().Write(fmt::format("{}  {{\"task\": {}, \"time\": {}, \"text\": {}}}",
                                      first ? "\n" : ",\n", JsonString(task),
                                      JsonString(line.substr(0, blank)), JsonString(text)));
      first = false;
    });
  }
  console.out().Write(first ? "]\n" : "\n]\n");
}

int Logs(const LogsOptions& options, CommandContext& context) {
  const auto composition = Composition::InLake(context.options);
  RecoverRuns(*composition, context);
  const state::RunRecord run = RunNamed(*composition, options.id);
  std::vector<std::string> tasks = TasksOf(composition->state(), run.id);
  KeepOnly(tasks, options.task, run.id);
  const std::string& folder = composition->state().folder();
  if (context.options.json) {
    WriteJson(folder, run.id, tasks, context.console);
  } else {
    WriteText(folder, run.id, tasks, context.console);
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
        "is the newest run.",
    .examples = R"(
  laguna logs                     the newest run
  laguna logs 1f8a2c3d            a run by the first letters of its id
  laguna logs 1f8a2c3d fetch      one of its tasks
  laguna logs 1f8a2c3d --json
)",
    .add_options = [](CLI::App& parser) -> CommandAction {
      const auto options = std::make_shared<LogsOptions>();
      parser.add_option("ID", options->id, "a run's id or its first letters");
      parser.add_option("TASK", options->task, "one of its tasks");
      return [options](CommandContext& context) { return Logs(*options, context); };
    },
};

}  // namespace laguna::app
