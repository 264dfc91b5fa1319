// SPDX-License-Identifier: Apache-2.0
#include "flow/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/iso_time.h"

namespace laguna::flow {
namespace {

using state::RunState;
using state::StateType;
namespace state_name = state::state_name;

// Tasks named in a sentence before it says "and 3 more".
constexpr size_t kNamesMax = 6;

bool IsBad(const RunState& state) {
  return state::IsTerminal(state.type) && state.type != StateType::kCompleted;
}

// "failed", "crashed", "running": a state inside a sentence.
std::string Word(const RunState& state) {
  if (state.name == state_name::kUpstreamFailed) return "upstream failed";
  if (state.name == state_name::kTimedOut) return "timed out";
  if (state.name == state_name::kAwaitingRetry) return "awaiting its retry";
  if (state.name == state_name::kAwaitingSlot) return "awaiting a slot";
  std::string word(NameOf(state.type));
  for (char& c : word) c = static_cast<char>(c - 'A' + 'a');
  return word;
}

}  // namespace

Run::Run(RunPlan plan) : parallel_max_(std::max<size_t>(plan.parallel_max, 1)) {
  for (RunPlan::Task& task : plan.tasks) tasks_.push_back({std::move(task)});
}

std::vector<Effect> Run::Start() {
  LAGUNA_ASSERT(state_.type == StateType::kScheduled);
  state_ = {StateType::kRunning, std::string(state_name::kRunning), ""};
  effects_.emplace_back(RunChanged{state_});
  for (Task& task : tasks_) {
    std::string why = task.plan.needs.empty() ? std::string() : TellNeeds(task);
    Change(task, StateType::kScheduled, state_name::kScheduled, std::move(why));
  }
  Advance();
  return std::exchange(effects_, {});
}

std::vector<Effect> Run::Apply(const Event& event) {
  LAGUNA_ASSERT(state_.type != StateType::kScheduled);
  if (!ended()) {
    std::visit([this](const auto& what) { Handle(what); }, event);
    Advance();
  }
  return std::exchange(effects_, {});
}

const RunState& Run::TaskState(std::string_view task) const {
  return Find(task).state;
}

void Run::Handle(const TaskBegan& event) {
  Task& task = Active(event.task);
  if (cancelling_) return;
  Change(task, StateType::kRunning,
         task.attempt > 1 ? state_name::kRetrying : state_name::kRunning);
}

void Run::Handle(const TaskFinished& event) {
  End(Active(event.task), StateType::kCompleted, state_name::kCompleted);
}

void Run::Handle(const TaskSkipped& event) {
  End(Active(event.task), StateType::kCompleted, state_name::kSkipped, "Its 'when' is false.");
}

void Run::Handle(const TaskFailed& event) {
  Task& task = Active(event.task);
  const bool crashed = event.kind == FailureKind::kCrashed;
  const auto name = event.kind == FailureKind::kTimedOut ? state_name::kTimedOut
                    : crashed                            ? state_name::kCrashed
                                                         : state_name::kFailed;
  End(task, crashed ? StateType::kCrashed : StateType::kFailed, name, event.message);
  const bool again = event.retry_at_ms && task.attempt < task.plan.attempts_max && !cancelling_;
  if (again) AwaitRetry(task, event);
}

void Run::Handle(const TaskStopped& event) {
  End(Active(event.task), StateType::kCancelled, state_name::kCancelled, cancel_reason_);
}

void Run::Handle(const RetryDue& event) {
  Task& task = Find(event.task);
  if (task.phase == Phase::kAwaitingRetry) task.phase = Phase::kReady;
}

void Run::Handle(const CancelAsked& event) {
  if (cancelling_) return;
  cancelling_ = true;
  cancel_reason_ = event.reason;
  state_ = {StateType::kCancelling, std::string(state_name::kCancelling), event.reason};
  effects_.emplace_back(RunChanged{state_});
  for (Task& task : tasks_) {
    if (task.phase == Phase::kActive) {
      Change(task, StateType::kCancelling, state_name::kCancelling, event.reason);
      effects_.emplace_back(StopTask{task.plan.name});
    } else if (task.phase != Phase::kEnded) {
      End(task, StateType::kCancelled, state_name::kCancelled, event.reason);
    }
  }
}

Run::Task& Run::Find(std::string_view name) {
  const auto found =
      std::ranges::find_if(tasks_, [&](const Task& task) { return task.plan.name == name; });
  LAGUNA_ASSERT(found != tasks_.end());
  return *found;
}

const Run::Task& Run::Find(std::string_view name) const {
  return const_cast<Run*>(this)->Find(name);  // NOLINT: the same search
}

Run::Task& Run::Active(std::string_view name) {
  Task& task = Find(name);
  LAGUNA_ASSERT(task.phase == Phase::kActive);
  return task;
}

void Run::Change(Task& task, StateType type, std::string_view name, std::string message) {
  task.state = {type, std::string(name), std::move(message)};
  effects_.emplace_back(TaskChanged{task.plan.name, task.attempt, task.state});
}

void Run::End(Task& task, StateType type, std::string_view name, std::string message) {
  task.phase = Phase::kEnded;
  Change(task, type, name, std::move(message));
}

void Run::AwaitRetry(Task& task, const TaskFailed& event) {
  task.phase = Phase::kAwaitingRetry;
  task.attempt += 1;
  task.retry_at_ms = event.retry_at_ms;
  task.failure = event.message;
  Change(task, StateType::kScheduled, state_name::kAwaitingRetry, WhyWaiting(task.plan.name));
  effects_.emplace_back(RetryAt{task.plan.name, *event.retry_at_ms});
}

void Run::Advance() {
  for (bool changed = true; changed;) {
    changed = false;
    for (Task& task : tasks_) changed = Unblock(task) || changed;
  }
  StartReady();
  EndRun();
}

// Whether the task's phase changed.
bool Run::Unblock(Task& task) {
  if (task.phase != Phase::kWaiting) return false;
  bool done = true;
  for (const std::string& name : task.plan.needs) {
    const Task& need = Find(name);
    if (need.phase == Phase::kEnded && IsBad(need.state)) {
      End(task, StateType::kFailed, state_name::kUpstreamFailed,
          fmt::format("It needs '{}', which is {}.", name, Word(need.state)));
      return true;
    }
    done = done && need.phase == Phase::kEnded;
  }
  if (done) task.phase = Phase::kReady;
  return done;
}

void Run::StartReady() {
  size_t active = InPhase(Phase::kActive).size();
  for (Task& task : tasks_) {
    if (task.phase != Phase::kReady) continue;
    if (active < parallel_max_) {
      ++active;
      task.phase = Phase::kActive;
      // A retry has its number already.
      task.attempt = std::max(task.attempt, 1);
      Change(task, StateType::kPending, state_name::kPending);
      effects_.emplace_back(StartTask{task.plan.name, task.attempt});
    } else if (task.state.name != state_name::kAwaitingSlot) {
      Change(task, StateType::kScheduled, state_name::kAwaitingSlot, WhyWaiting(task.plan.name));
    }
  }
}

void Run::EndRun() {
  if (InPhase(Phase::kEnded).size() < tasks_.size()) return;
  state_ = FinalState();
  effects_.emplace_back(RunChanged{state_});
}

RunState Run::FinalState() const {
  const bool all_done = std::ranges::all_of(
      tasks_, [](const Task& task) { return task.state.type == StateType::kCompleted; });
  if (cancelling_ && !all_done) {
    return {StateType::kCancelled, std::string(state_name::kCancelled), cancel_reason_};
  }
  const auto any = [this](StateType type) {
    return std::ranges::any_of(tasks_, [type](const Task& task) {
      return task.state.type == type && task.state.name != state_name::kUpstreamFailed;
    });
  };
  if (any(StateType::kFailed)) {
    return {StateType::kFailed, std::string(state_name::kFailed), TellFailures()};
  }
  if (any(StateType::kCrashed)) {
    return {StateType::kCrashed, std::string(state_name::kCrashed), TellFailures()};
  }
  if (any(StateType::kCancelled)) {
    return {StateType::kCancelled, std::string(state_name::kCancelled), ""};
  }
  return {StateType::kCompleted, std::string(state_name::kCompleted), ""};
}

std::string Run::TellFailures() const {
  std::vector<const Task*> failed;
  for (const Task& task : tasks_) {
    if (IsBad(task.state) && task.state.name != state_name::kUpstreamFailed) {
      failed.push_back(&task);
    }
  }
  const Task& first = *failed.front();
  if (failed.size() == 1) {
    return fmt::format("Task '{}' {}: {}", first.plan.name, Word(first.state), first.state.message);
  }
  // Each task has its own message; here one has to do.
  std::vector<std::string> names;
  for (const Task* task : failed) {
    if (names.size() == kNamesMax) break;
    names.push_back(fmt::format("'{}'", task->plan.name));
  }
  const size_t more = failed.size() - names.size();
  const bool crashed = std::ranges::all_of(
      failed, [](const Task* task) { return task->state.type == StateType::kCrashed; });
  return fmt::format("{} tasks {}: {}{}. The first: {}", failed.size(),
                     crashed ? "crashed" : "failed", fmt::join(names, ", "),
                     more == 0 ? "" : fmt::format(" and {} more", more), first.state.message);
}

std::vector<const Run::Task*> Run::InPhase(Phase phase) const {
  std::vector<const Task*> found;
  for (const Task& task : tasks_) {
    if (task.phase == phase) found.push_back(&task);
  }
  return found;
}

std::string Run::TellNeeds(const Task& task) const {
  std::vector<std::string> open;
  for (const std::string& name : task.plan.needs) {
    const Task& need = Find(name);
    if (need.phase == Phase::kEnded) continue;
    open.push_back(fmt::format("'{}' ({})", name, Word(need.state)));
  }
  return fmt::format("It waits for {}.", fmt::join(open, ", "));
}

std::string Run::WhyWaiting(std::string_view name) const {
  const Task& task = Find(name);
  switch (task.phase) {
    case Phase::kWaiting:
      return TellNeeds(task);
    case Phase::kReady: {
      std::vector<std::string> holders;
      for (const Task* holder : InPhase(Phase::kActive)) holders.push_back(holder->plan.name);
      return fmt::format("It waits for a free slot: {} of {} are taken by '{}'.", holders.size(),
                         parallel_max_, fmt::join(holders, "', '"));
    }
    case Phase::kAwaitingRetry:
      return fmt::format("Try {} of {} is due at {}; the last one ended with: {}", task.attempt,
                         task.plan.attempts_max, base::FormatIsoMs(*task.retry_at_ms),
                         task.failure);
    case Phase::kActive:
    case Phase::kEnded:
      return {};
  }
  return {};
}

}  // namespace laguna::flow
