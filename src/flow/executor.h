// SPDX-License-Identifier: Apache-2.0
// Runs a flow in this process, from its parameters to its last state.
//
// The run's state machine (run.h) decides; the executor evaluates templates, gives each task a
// thread, keeps the time of retries and timeouts, and writes everything to the control state and
// the task logs as it happens. RunFlow blocks; several may go on at once, each on its own thread.
// `evaluate` and the observer's functions but on_log are called on that thread only.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "connect/block.h"
#include "flow/definition.h"
#include "flow/message_queue.h"
#include "flow/task_type.h"
#include "flow/template.h"
#include "state/control_state.h"

namespace laguna::flow {

// What a run works with. References and runners outlive it.
struct ExecutorEnvironment {
  const base::Clock& clock;
  base::Random& random;
  state::ControlState& state;
  Evaluator evaluate;
  // One per task type.
  std::vector<TaskRunner*> runners;
  const connect::Blocks& blocks;
  size_t tasks_at_once_max = 4;
  // Absent: waits by `clock`.
  WaitUntil wait_until = {};
};

// What a caller may want to show. Each may be absent.
struct RunObserver {
  std::function<void(const state::RunState& state)> on_run = {};
  std::function<void(const state::TaskRunRecord& task_run)> on_task = {};
  // Called from the tasks' threads, one at a time.
  std::function<void(std::string_view task, std::string_view line)> on_log = {};
};

struct RunRequest {
  const FlowDefinition& flow;
  // As the user wrote them.
  std::map<std::string, std::string> parameters = {};
  // Not somebody, but a trigger starts it.
  state::RunTrigger trigger = {};
  // Requested: the run is cancelled and RunFlow returns soon, with CANCELLED.
  std::stop_token stop = {};
  RunObserver observer = {};
};

struct RunOutcome {
  std::string run_id;
  state::RunState state;
  // The last attempt of every task, in the order of the flow's file.
  std::vector<state::TaskRunRecord> tasks;
  // Outputs of the tasks that completed, by task.
  std::map<std::string, TaskOutputs> outputs;
  // Why tasks failed, by task; those that were never tried have none.
  std::map<std::string, base::Error> errors = {};
};

// A run that fails is an outcome. Errors, all before anything runs but the last: InvalidInput
// (parameters, with nothing recorded), Exists "run.exists" (the trigger has started a run for that
// time already), those of state::ControlState (tasks are stopped first).
RunOutcome RunFlow(const ExecutorEnvironment& environment, const RunRequest& request);

}  // namespace laguna::flow
