// SPDX-License-Identifier: Apache-2.0
#include "flow/run_tables.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/iso_time.h"

namespace laguna::flow {
namespace {

using engine::RowColumn;
using engine::Value;
using engine::ValueList;

constexpr const char* kTimeType = "TIMESTAMP WITH TIME ZONE";
constexpr double kMsPerSecond = 1000;

Value Time(std::optional<int64_t> since_epoch_ms) {
  if (!since_epoch_ms) return {};
  return engine::Typed{kTimeType, base::FormatIsoMs(*since_epoch_ms)};
}

Value Seconds(std::optional<int64_t> started_ms, std::optional<int64_t> ended_ms) {
  if (!started_ms || !ended_ms) return {};
  return static_cast<double>(*ended_ms - *started_ms) / kMsPerSecond;
}

Value TextOrNull(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

ValueList RunRow(const state::RunRecord& run) {
  return {run.id,
          run.flow,
          NameOf(run.state.type),
          run.state.name,
          TextOrNull(run.state.message),
          run.parameters,
          Time(run.created_ms),
          Time(run.started_ms),
          Time(run.ended_ms),
          Seconds(run.started_ms, run.ended_ms),
          run.host,
          TextOrNull(run.trigger.name),
          Time(run.trigger.due_ms)};
}

ValueList TaskRunRow(const state::RunRecord& run, const state::TaskRunRecord& task_run) {
  return {run.id,
          run.flow,
          task_run.task,
          task_run.attempt,
          NameOf(task_run.state.type),
          task_run.state.name,
          TextOrNull(task_run.state.message),
          Time(task_run.started_ms),
          Time(task_run.ended_ms),
          Seconds(task_run.started_ms, task_run.ended_ms),
          task_run.outputs};
}

ValueList StateRow(const state::RunRecord& run, const state::StateChange& change) {
  const bool of_run = change.task.empty();
  return {run.id,
          run.flow,
          TextOrNull(change.task),
          of_run ? Value() : Value(change.attempt),
          NameOf(change.state.type),
          change.state.name,
          TextOrNull(change.state.message),
          Time(change.at_ms)};
}

std::vector<RowColumn> RunColumns() {
  return {{"id", "VARCHAR"},      {"flow", "VARCHAR"},    {"state", "VARCHAR"},
          {"name", "VARCHAR"},    {"message", "VARCHAR"}, {"parameters", "JSON"},
          {"created", kTimeType}, {"started", kTimeType}, {"ended", kTimeType},
          {"seconds", "DOUBLE"},  {"host", "VARCHAR"},    {"trigger", "VARCHAR"},
          {"due", kTimeType}};
}

std::vector<RowColumn> TaskRunColumns() {
  return {{"run", "VARCHAR"},     {"flow", "VARCHAR"},    {"task", "VARCHAR"},
          {"attempt", "INTEGER"}, {"state", "VARCHAR"},   {"name", "VARCHAR"},
          {"message", "VARCHAR"}, {"started", kTimeType}, {"ended", kTimeType},
          {"seconds", "DOUBLE"},  {"outputs", "JSON"}};
}

std::vector<RowColumn> StateColumns() {
  return {{"run", "VARCHAR"},   {"flow", "VARCHAR"}, {"task", "VARCHAR"},    {"attempt", "INTEGER"},
          {"state", "VARCHAR"}, {"name", "VARCHAR"}, {"message", "VARCHAR"}, {"at", kTimeType}};
}

// What a run gives to a table.
using RowsOfRun =
    std::function<std::vector<ValueList>(const state::ControlState&, const state::RunRecord&)>;

// The runs are known from the start; what belongs to them is read run by run.
class RunReader final : public engine::RowReader {
 public:
  RunReader(const state::ControlState* state, RowsOfRun rows_of_run)
      : state_(state), rows_of_run_(std::move(rows_of_run)) {
    constexpr auto kAll = static_cast<size_t>(std::numeric_limits<int64_t>::max());
    if (state_ != nullptr) runs_ = state_->Runs({.count_max = kAll});
  }

  std::vector<ValueList> Next(size_t rows_max) override {
    while (waiting_.size() < rows_max && next_run_ < runs_.size()) {
      std::ranges::move(rows_of_run_(*state_, runs_[next_run_]), std::back_inserter(waiting_));
      ++next_run_;
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(rows_max, waiting_.size()));
    const auto end = waiting_.begin() + count;
    std::vector<ValueList> rows(std::make_move_iterator(waiting_.begin()),
                                std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return rows;
  }

 private:
  const state::ControlState* const state_;
  const RowsOfRun rows_of_run_;
  std::vector<state::RunRecord> runs_;
  size_t next_run_ = 0;
  std::vector<ValueList> waiting_;
};

engine::RowSource RunTable(std::string name, const StateReader& state,
                           std::vector<RowColumn> columns, RowsOfRun rows_of_run) {
  engine::RowSource source;
  source.name = std::move(name);
  source.columns = [columns = std::move(columns)](const engine::NamedValues&) { return columns; };
  source.open = [state, rows_of_run = std::move(rows_of_run)](const engine::NamedValues&) {
    return std::make_unique<RunReader>(state(), rows_of_run);
  };
  return source;
}

// Rows that are all there.
class ListReader final : public engine::RowReader {
 public:
  explicit ListReader(std::vector<ValueList> rows) : rows_(std::move(rows)) {}
  std::vector<ValueList> Next(size_t rows_max) override {
    std::vector<ValueList> rows;
    while (rows.size() < rows_max && next_ < rows_.size()) rows.push_back(rows_[next_++]);
    return rows;
  }

 private:
  const std::vector<ValueList> rows_;
  size_t next_ = 0;
};

// The schedules, and when the first of them is due.
void AddSchedules(const FlowDefinition& flow, int64_t now_ms, ValueList& row) {
  ValueList schedules;
  std::optional<int64_t> next_ms;
  for (const TriggerDefinition& trigger : flow.triggers) {
    const auto* cron = std::get_if<CronTrigger>(&trigger.what);
    if (cron == nullptr) continue;
    schedules.emplace_back(cron->schedule.text());
    const int64_t due_ms = cron->schedule.NextMs(now_ms);
    next_ms = std::min(next_ms.value_or(due_ms), due_ms);
  }
  row.emplace_back(std::move(schedules));
  row.push_back(Time(next_ms));
}

ValueList FlowRow(const FlowDefinition& flow, int64_t now_ms) {
  ValueList tasks;
  for (const TaskDefinition& task : flow.tasks) tasks.emplace_back(task.name);
  ValueList parameters;
  for (const ParameterDefinition& parameter : flow.parameters) {
    parameters.emplace_back(parameter.name);
  }
  ValueList row{flow.name, flow.file, TextOrNull(flow.description), tasks, parameters, Value()};
  AddSchedules(flow, now_ms, row);
  return row;
}

ValueList ProblemRow(const base::Error& problem) {
  const Value file = problem.place() ? Value(problem.place()->file) : Value();
  return {Value(), file, Value(), Value(), Value(), problem.sentence(), Value(), Value()};
}

}  // namespace

std::vector<engine::RowSource> RunTables(const StateReader& state) {
  std::vector<engine::RowSource> tables;
  tables.push_back(RunTable("runs", state, RunColumns(),
                            [](const state::ControlState&, const state::RunRecord& run) {
                              return std::vector<ValueList>{RunRow(run)};
                            }));
  tables.push_back(RunTable("task_runs", state, TaskRunColumns(),
                            [](const state::ControlState& control, const state::RunRecord& run) {
                              std::vector<ValueList> rows;
                              for (const auto& task_run : control.TaskRuns(run.id)) {
                                rows.push_back(TaskRunRow(run, task_run));
                              }
                              return rows;
                            }));
  tables.push_back(RunTable("run_states", state, StateColumns(),
                            [](const state::ControlState& control, const state::RunRecord& run) {
                              std::vector<ValueList> rows;
                              for (const auto& change : control.History(run.id)) {
                                rows.push_back(StateRow(run, change));
                              }
                              return rows;
                            }));
  return tables;
}

engine::RowSource FlowsTable(std::function<FlowFiles()> flows, const base::Clock& clock) {
  engine::RowSource source;
  source.name = "flows";
  source.columns = [](const engine::NamedValues&) {
    return std::vector<RowColumn>{{"name", "VARCHAR"},         {"file", "VARCHAR"},
                                  {"description", "VARCHAR"},  {"tasks", "VARCHAR[]"},
                                  {"parameters", "VARCHAR[]"}, {"problem", "VARCHAR"},
                                  {"schedules", "VARCHAR[]"},  {"next_due", kTimeType}};
  };
  source.open = [flows = std::move(flows), &clock](const engine::NamedValues&) {
    const FlowFiles files = flows();
    std::vector<ValueList> rows;
    for (const FlowDefinition& flow : files.flows()) {
      rows.push_back(FlowRow(flow, clock.NowMs()));
    }
    for (const base::Error& problem : files.problems()) rows.push_back(ProblemRow(problem));
    return std::make_unique<ListReader>(std::move(rows));
  };
  return source;
}

}  // namespace laguna::flow
