// SPDX-License-Identifier: Apache-2.0
// The state machine of one run: events in, effects out.
//
// It decides what starts when, and nothing else: no I/O, no clock, no threads, no randomness. A
// task starts once all it needs are done and a slot is free. A skipped task (its `when` was false)
// counts as done for those that need it. A task that needs a failed one never starts: it is FAILED
// "UpstreamFailed". A task has one attempt at a time. Whatever happens, the run ends as soon as
// nothing is active and nothing can start. Used by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "state/run_state.h"

namespace laguna::flow {

struct RunPlan {
  struct Task {
    std::string name;
    std::vector<std::string> needs = {};
    // Tries in total.
    int attempts_max = 1;
  };
  // Names are unique, needs name tasks of the plan, without a cycle (graph.h has checked it).
  std::vector<Task> tasks;
  size_t parallel_max = 4;
};

// --- What happens. `task` of the first five is one that was started and has not ended.

// Its templates are evaluated; its work begins.
struct TaskBegan {
  std::string task;
};
struct TaskFinished {
  std::string task;
};
// Its `when` is false.
struct TaskSkipped {
  std::string task;
};
enum class FailureKind { kFailed, kCrashed, kTimedOut };
struct TaskFailed {
  std::string task;
  FailureKind kind = FailureKind::kFailed;
  std::string message;
  // When it may be tried again, if tries are left; nothing when trying again cannot help.
  std::optional<int64_t> retry_at_ms = {};
};
// It stopped because it was asked to.
struct TaskStopped {
  std::string task;
};
// The time of a RetryAt has come. Ignored when it came too late.
struct RetryDue {
  std::string task;
};
struct CancelAsked {
  std::string reason;
};
using Event = std::variant<TaskBegan, TaskFinished, TaskSkipped, TaskFailed, TaskStopped, RetryDue,
                           CancelAsked>;

// --- What is to be done.

// Evaluate its templates, then run it.
struct StartTask {
  std::string task;
  int attempt = 1;
};
// Send RetryDue then.
struct RetryAt {
  std::string task;
  int64_t at_ms = 0;
};
struct StopTask {
  std::string task;
};
// For the record. Attempt 0 is a task that never started.
struct TaskChanged {
  std::string task;
  int attempt = 0;
  state::RunState state;
};
// For the record. The last effect of a run has a terminal state.
struct RunChanged {
  state::RunState state;
};
using Effect = std::variant<StartTask, RetryAt, StopTask, TaskChanged, RunChanged>;

class Run {
 public:
  explicit Run(RunPlan plan);

  // To be called first, once.
  std::vector<Effect> Start();
  std::vector<Effect> Apply(const Event& event);

  [[nodiscard]] const state::RunState& state() const { return state_; }
  [[nodiscard]] bool ended() const { return state::IsTerminal(state_.type); }
  [[nodiscard]] const state::RunState& TaskState(std::string_view task) const;
  // Why a task that is neither active nor at its end does not run; empty for the others.
  [[nodiscard]] std::string WhyWaiting(std::string_view task) const;

 private:
  enum class Phase { kWaiting, kReady, kAwaitingRetry, kActive, kEnded };
  struct Task {
    RunPlan::Task plan;
    Phase phase = Phase::kWaiting;
    int attempt = 0;
    state::RunState state = {};
    std::optional<int64_t> retry_at_ms = {};
    // Of the last try.
    std::string failure = {};
  };

  void Handle(const TaskBegan& event);
  void Handle(const TaskFinished& event);
  void Handle(const TaskSkipped& event);
  void Handle(const TaskFailed& event);
  void Handle(const TaskStopped& event);
  void Handle(const RetryDue& event);
  void Handle(const CancelAsked& event);

  [[nodiscard]] Task& Find(std::string_view name);
  [[nodiscard]] const Task& Find(std::string_view name) const;
  Task& Active(std::string_view name);
  void Change(Task& task, state::StateType type, std::string_view name, std::string message = {});
  void End(Task& task, state::StateType type, std::string_view name, std::string message = {});
  void AwaitRetry(Task& task, const TaskFailed& event);
  // Takes every step that follows from the tasks' states.
  void Advance();
  bool Unblock(Task& task);
  void StartReady();
  void EndRun();
  [[nodiscard]] state::RunState FinalState() const;
  [[nodiscard]] std::string TellFailures() const;
  [[nodiscard]] std::vector<const Task*> InPhase(Phase phase) const;
  [[nodiscard]] std::string TellNeeds(const Task& task) const;

  std::vector<Task> tasks_;
  size_t parallel_max_;
  state::RunState state_;
  bool cancelling_ = false;
  std::string cancel_reason_;
  std::vector<Effect> effects_;
};

}  // namespace laguna::flow
