// SPDX-License-Identifier: Apache-2.0
#include "flow/execution.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/iso_time.h"
#include "engine/value_json.h"
#include "flow/block_value.h"
#include "flow/parameter.h"

namespace laguna::flow {
namespace {

using base::Error;
using base::ErrorKind;
using state::RunState;
using state::StateType;
namespace state_name = state::state_name;

// Slots are freed by other processes, which cannot wake us.
constexpr int64_t kSlotCheckMs = 250;

RunPlan PlanOf(const FlowDefinition& flow, size_t tasks_at_once_max) {
  RunPlan plan{{}, tasks_at_once_max};
  for (const TaskDefinition& task : flow.tasks) {
    plan.tasks.push_back({task.name, task.needs, task.retry.attempts});
  }
  return plan;
}

engine::Value Timestamp(int64_t since_epoch_ms) {
  return engine::Typed{"TIMESTAMP WITH TIME ZONE", base::FormatIsoMs(since_epoch_ms)};
}

// The user's work, or our machine (DESIGN "Flows").
FailureKind FailureOf(ErrorKind kind) {
  const bool machine = kind == ErrorKind::kUnavailable || kind == ErrorKind::kExhausted ||
                       kind == ErrorKind::kInternal;
  return machine ? FailureKind::kCrashed : FailureKind::kFailed;
}

// The sentence, and where the user finds what it is about: "flows/nightly.yaml:7:28: ...".
std::string MessageOf(const Error& error) {
  const auto& place = error.place();
  const bool named = place && error.sentence().find(place->file) != std::string::npos;
  if (!place || place->line == 0 || named) return error.sentence();
  const std::string column = place->column == 0 ? "" : fmt::format("{}:", place->column);
  return fmt::format("{}:{}:{} {}", place->file, place->line, column, error.sentence());
}

// "10m", "1h30m": as a flow's file has it.
std::string DurationText(std::chrono::milliseconds duration) {
  const int64_t ms = duration.count();
  if (ms % 3'600'000 == 0) return fmt::format("{}h", ms / 3'600'000);
  if (ms % 60'000 == 0) return fmt::format("{}m", ms / 60'000);
  if (ms % 1000 == 0) return fmt::format("{}s", ms / 1000);
  return fmt::format("{}ms", ms);
}

// A task that may not run at all is not looked at.
void CheckTask(const TaskDefinition& task, const TaskRunner& runner) {
  if (task.when) return;
  const auto options =
      connect::Options::FromYaml(task.node, task.type->options, kTaskKeys, CheckTemplates());
  TaskPlan plan{.task = task.name, .options = options, .given = {}};
  for (const auto& [key, value] : task.node.Entries()) {
    if (!value.IsNull()) plan.given.push_back(key.text());
  }
  try {
    runner.Check(plan);
  } catch (const Error& error) {
    if (error.place()) throw;
    throw Error(error).At(task.node.place());
  }
}

std::string NewRunId(base::Random& random) {
  return base::MakeUuid(random);
}

}  // namespace

Execution::Execution(const ExecutorEnvironment& environment, const RunRequest& request)
    : environment_(environment),
      request_(request),
      flow_(request.flow),
      run_id_(NewRunId(environment.random)),
      created_ms_(environment.clock.NowMs()),
      blocks_(BlockValues(environment.blocks)),
      parameters_(ResolveParameters(flow_, request.parameters, environment.evaluate, RunValues())),
      queue_(environment.clock, environment.wait_until),
      lease_(environment.state, environment.clock, run_id_,
             {.on_lost =
                  [this] {
                    queue_.Push(StopAsked{"Another process has declared this run crashed."});
                  }}),
      run_(PlanOf(flow_, environment.tasks_at_once_max)) {
  for (const TaskDefinition& task : flow_.tasks) {
    CheckTask(task, RunnerOf(task));
    records_[task.name] = {.run_id = run_id_, .task = task.name};
  }
  Record();
}

Execution::~Execution() = default;

void Execution::Record() {
  const bool added = environment_.state.AddRun({.id = run_id_,
                                                .flow = flow_.name,
                                                .parameters = engine::ToJsonText(parameters_),
                                                .state = state_,
                                                .created_ms = created_ms_,
                                                .host = state::HostName(),
                                                .heartbeat_ms = created_ms_,
                                                .trigger = request_.trigger});
  if (!added) {
    throw Error(ErrorKind::kExists, "run.exists",
                fmt::format("Flow '{}' has been started for {} already.", flow_.name,
                            base::FormatIsoMs(*request_.trigger.due_ms)));
  }
  lease_.StartRenewing();
}

RunOutcome Execution::Run() {
  const std::stop_callback stop(request_.stop,
                                [this] { queue_.Push(StopAsked{"Somebody asked to stop it."}); });
  if (request_.stop.stop_requested()) {
    EndWithoutStart("Somebody asked to stop it before it started.");
  }
  if (state::IsTerminal(state_.type) || !TakeSlot()) return Outcome();
  Drain(run_.Start());
  while (!run_.ended()) {
    if (auto message = queue_.Pop(NextDueMs())) Handle(std::move(*message));
    HandleDue();
  }
  return Outcome();
}

bool Execution::TakeSlot() {
  if (!flow_.concurrency.limit) return true;
  for (;;) {
    const auto in_the_way = environment_.state.TryStartRun(run_id_, *flow_.concurrency.limit,
                                                           environment_.clock.NowMs());
    if (in_the_way.empty()) return true;
    // A process that was killed must not keep its slot.
    if (!RecoverLostRuns(environment_.state, environment_.clock).empty()) continue;
    if (!AwaitSlot(in_the_way)) return false;
  }
}

bool Execution::AwaitSlot(const std::vector<std::string>& in_the_way) {
  const std::string holders =
      fmt::format("{} {} of flow '{}' {} on (limit {})", in_the_way.size() == 1 ? "run" : "runs",
                  fmt::join(in_the_way, ", "), flow_.name, in_the_way.size() == 1 ? "goes" : "go",
                  *flow_.concurrency.limit);
  if (flow_.concurrency.overlap == Overlap::kSkip) {
    return EndWithoutStart(fmt::format("Skipped (overlap: skip), as {}.", holders),
                           state_name::kSkipped);
  }
  const RunState waits{StateType::kScheduled, std::string(state_name::kAwaitingSlot),
                       fmt::format("It waits, as {}.", holders)};
  if (!(state_ == waits)) Do(RunChanged{waits});
  const auto message = queue_.Pop(environment_.clock.NowMs() + kSlotCheckMs);
  if (!message) return true;
  return EndWithoutStart(std::get<StopAsked>(*message).reason);
}

bool Execution::EndWithoutStart(const std::string& message, std::string_view name) {
  Do(RunChanged{{StateType::kCancelled, std::string(name), message}});
  return false;
}

void Execution::Handle(Message message) {
  if (auto* stop = std::get_if<StopAsked>(&message)) {
    Apply(CancelAsked{stop->reason});
  } else {
    HandleEnd(std::move(std::get<AttemptEnded>(message)));
  }
}

void Execution::HandleEnd(AttemptEnded ended) {
  const auto attempt = std::move(attempts_.at(ended.task));
  attempts_.erase(ended.task);
  if (auto* outputs = std::get_if<TaskOutputs>(&ended.result)) {
    if (KeepOutputs(ended.task, *outputs)) {
      errors_.erase(ended.task);
      Apply(TaskFinished{ended.task});
      return;
    }
    ended.result = Error(ErrorKind::kInvalidInput, "task.outputs",
                         "An output of the task holds text that is not UTF-8.");
  }
  const Error& error = std::get<Error>(ended.result);
  Log(ended.task, error.Report());
  errors_.insert_or_assign(ended.task, error);
  Apply(EventOf(ended.task, *attempt, error));
}

bool Execution::KeepOutputs(const std::string& task, TaskOutputs& outputs) {
  try {
    records_[task].outputs = engine::ToJsonText(outputs);
  } catch (const Error&) {
    return false;
  }
  outputs_[task] = std::move(outputs);
  return true;
}

Event Execution::EventOf(const std::string& name, const Attempt& attempt, const Error& error) {
  const TaskDefinition& task = *flow_.FindTask(name);
  const auto retry_at_ms = RetryAtMs(task, attempt.number());
  if (attempt.timed_out()) {
    return TaskFailed{
        name, FailureKind::kTimedOut,
        fmt::format("It took longer than its timeout of {}.", DurationText(*task.timeout)),
        retry_at_ms};
  }
  if (attempt.stop_asked() && error.kind() == ErrorKind::kCancelled) return TaskStopped{name};
  return TaskFailed{name, FailureOf(error.kind()), MessageOf(error), retry_at_ms};
}

std::optional<int64_t> Execution::RetryAtMs(const TaskDefinition& task, int attempt) {
  const auto delay = RetryDelay(task.retry, attempt, environment_.random);
  return environment_.clock.NowMs() + delay.count();
}

std::optional<int64_t> Execution::NextDueMs() const {
  std::optional<int64_t> next;
  const auto consider = [&next](int64_t due_ms) { next = std::min(next.value_or(due_ms), due_ms); };
  for (const auto& [task, due_ms] : retries_) consider(due_ms);
  for (const auto& [task, attempt] : attempts_) {
    if (attempt->deadline_ms()) consider(*attempt->deadline_ms());
  }
  return next;
}

void Execution::HandleDue() {
  const int64_t now_ms = environment_.clock.NowMs();
  for (const auto& [task, attempt] : attempts_) {
    if (attempt->deadline_ms() && *attempt->deadline_ms() <= now_ms) {
      Log(task, "Its time is over; it is asked to stop.");
      attempt->StopForTime();
    }
  }
  std::vector<std::string> due;
  for (const auto& [task, due_ms] : retries_) {
    if (due_ms <= now_ms) due.push_back(task);
  }
  for (const std::string& task : due) {
    retries_.erase(task);
    Apply(RetryDue{task});
  }
}

void Execution::Apply(const Event& event) {
  Drain(run_.Apply(event));
}

// Doing an effect may raise an event at once (a template that cannot be evaluated); it waits in
// events_ until this batch is done.
void Execution::Drain(std::vector<Effect> effects) {
  for (;;) {
    for (const Effect& effect : effects) {
      std::visit([this](const auto& what) { Do(what); }, effect);
    }
    WriteRecords();
    if (events_.empty()) return;
    const Event event = std::move(events_.front());
    events_.pop_front();
    effects = run_.Apply(event);
  }
}

void Execution::Do(const StartTask& effect) {
  const TaskDefinition& task = *flow_.FindTask(effect.task);
  try {
    // A retry was wanted the first time.
    if (effect.attempt > 1 || IsWanted(task)) {
      Begin(task, effect.attempt);
    } else {
      events_.emplace_back(TaskSkipped{task.name});
    }
  } catch (const Error& error) {
    // Trying again with the same values cannot help.
    Log(task.name, error.Report());
    errors_.insert_or_assign(task.name, error);
    events_.emplace_back(TaskFailed{task.name, FailureOf(error.kind()), MessageOf(error)});
  }
}

void Execution::Do(const RetryAt& effect) {
  retries_[effect.task] = effect.at_ms;
}

void Execution::Do(const StopTask& effect) {
  const auto attempt = attempts_.find(effect.task);
  if (attempt != attempts_.end()) attempt->second->Stop();
}

void Execution::Do(const TaskChanged& effect) {
  const int64_t now_ms = environment_.clock.NowMs();
  state::TaskRunRecord& record = records_[effect.task];
  if (record.attempt != effect.attempt) {
    record = {.run_id = run_id_, .task = effect.task, .attempt = effect.attempt};
  }
  record.state = effect.state;
  if (effect.state.type == StateType::kRunning) record.started_ms = now_ms;
  if (state::IsTerminal(effect.state.type)) record.ended_ms = now_ms;
  unwritten_.push_back(record);
  if (request_.observer.on_task) request_.observer.on_task(record);
}

void Execution::WriteRecords() {
  if (unwritten_.empty()) return;
  environment_.state.PutTaskRuns(unwritten_, environment_.clock.NowMs());
  unwritten_.clear();
}

void Execution::Do(const RunChanged& effect) {
  state_ = effect.state;
  WriteRecords();
  // With a limit, taking the slot has recorded it.
  const bool recorded = state_.type == StateType::kRunning && flow_.concurrency.limit;
  if (!recorded) {
    environment_.state.SetRunState(run_id_, state_, environment_.clock.NowMs());
  }
  if (request_.observer.on_run) request_.observer.on_run(state_);
}

bool Execution::IsWanted(const TaskDefinition& task) const {
  if (!task.when) return true;
  const engine::Value value = task.when->Evaluate(environment_.evaluate, Values());
  if (value.IsNull()) return false;
  const bool* wanted = std::get_if<bool>(&value.alternatives());
  if (wanted != nullptr) return *wanted;
  throw task.when->scalar().Problem(
      "flow.when", fmt::format("'when' has to give true or false, not '{}'.", value.ToText()));
}

void Execution::Begin(const TaskDefinition& task, int attempt) {
  const engine::NamedValues values = Values();
  Attempt::Work work{
      .runner = &RunnerOf(task),
      .flow = flow_.name,
      .run_id = run_id_,
      .task = task.name,
      .attempt = attempt,
      .options = connect::Options::FromYaml(task.node, task.type->options, kTaskKeys,
                                            EvaluateTemplates(environment_.evaluate, values)),
      .node = &task.node,
      .log = {},
      .on_end = {}};
  work.log = [this, log = LogOf(task.name), name = task.name](std::string_view line) {
    log->Write(line);
    const std::lock_guard lock(log_mutex_);
    if (request_.observer.on_log) request_.observer.on_log(name, line);
  };
  work.on_end = [this, name = task.name](AttemptResult result) {
    queue_.Push(AttemptEnded{name, std::move(result)});
  };
  Log(task.name, fmt::format("Try {} of {}.", attempt, task.retry.attempts));
  std::optional<int64_t> deadline_ms;
  if (task.timeout) deadline_ms = environment_.clock.NowMs() + task.timeout->count();
  for (const Effect& effect : run_.Apply(TaskBegan{task.name})) {
    std::visit([this](const auto& what) { Do(what); }, effect);
  }
  WriteRecords();
  attempts_[task.name] = std::make_unique<Attempt>(std::move(work), deadline_ms);
}

engine::NamedValues Execution::RunValues() const {
  engine::NamedValues values;
  values["run"] =
      engine::ValueStruct{{"id", run_id_},
                          {"flow", flow_.name},
                          {"started", Timestamp(created_ms_)},
                          {"due", Timestamp(request_.trigger.due_ms.value_or(created_ms_))}};
  if (!blocks_.empty()) values["block"] = blocks_;
  return values;
}

engine::NamedValues Execution::Values() const {
  engine::NamedValues values = RunValues();
  if (!parameters_.empty()) values["params"] = parameters_;
  engine::ValueStruct tasks;
  for (const TaskDefinition& task : flow_.tasks) {
    const RunState& state = run_.TaskState(task.name);
    if (!state::IsTerminal(state.type)) continue;
    tasks.emplace_back(task.name, OutputsOf(task, state.type));
  }
  if (!tasks.empty()) values["tasks"] = std::move(tasks);
  return values;
}

// All that its type may give: NULL when the task was skipped, or has not given it.
engine::ValueStruct Execution::OutputsOf(const TaskDefinition& task, StateType type) const {
  engine::ValueStruct fields{{"state", std::string(NameOf(type))}};
  const auto outputs = outputs_.find(task.name);
  if (outputs != outputs_.end()) std::ranges::copy(outputs->second, std::back_inserter(fields));
  for (const std::string_view name : task.type->outputs) {
    const auto is_it = [&](const auto& field) { return field.first == name; };
    if (std::ranges::none_of(fields, is_it)) {
      fields.emplace_back(std::string(name), engine::Value(engine::Null{}));
    }
  }
  return fields;
}

TaskRunner& Execution::RunnerOf(const TaskDefinition& task) const {
  const auto found = std::ranges::find_if(environment_.runners, [&](const TaskRunner* runner) {
    return runner->type().name == task.type->name;
  });
  LAGUNA_ASSERT(found != environment_.runners.end());
  return **found;
}

std::shared_ptr<state::TaskLog> Execution::LogOf(const std::string& task) {
  auto& log = logs_[task];
  if (log == nullptr) {
    log = std::make_shared<state::TaskLog>(
        environment_.clock, state::TaskLogPath(environment_.state.folder(), run_id_, task));
  }
  return log;
}

// A log that cannot be opened stops nothing here; the task itself needs it and will say so.
void Execution::Log(const std::string& task, const std::string& line) {
  try {
    LogOf(task)->Write(line);
  } catch (const Error&) {
    return;
  }
  const std::lock_guard lock(log_mutex_);
  if (request_.observer.on_log) request_.observer.on_log(task, line);
}

RunOutcome Execution::Outcome() {
  RunOutcome outcome{run_id_, state_, {}, std::move(outputs_), std::move(errors_)};
  for (const TaskDefinition& task : flow_.tasks) outcome.tasks.push_back(records_.at(task.name));
  return outcome;
}

}  // namespace laguna::flow
