// SPDX-License-Identifier: Apache-2.0
// Starts flows when their schedules are due, until it is asked to stop.
//
// The loop sleeps until the next schedule is due, a run has ended or it is time to look whether the
// flow files have changed. What comes due twice before it is looked at (the machine slept) is
// started once, for the last time; a trigger with `catchup` is started for every time, one after
// the other, and goes on where the last run of any program began. Serve blocks; runs have threads
// of their own, which end before it returns.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "flow/flow_files.h"
#include "flow/message_queue.h"
#include "state/control_state.h"

namespace laguna::flow {

using FlowFilesPtr = std::shared_ptr<const FlowFiles>;

// What a scheduler works with; references outlive it.
struct SchedulerEnvironment {
  const base::Clock& clock;
  // The flows to be served, if they are others than the last time.
  std::function<FlowFilesPtr()> load;
  // For when the trigger started the flow last (state::ControlState::LastDueMs).
  std::function<std::optional<int64_t>(const std::string& flow, const std::string& trigger)>
      last_due_ms;
  // Runs the flow to its end, on a thread of its own. Throws nothing.
  std::function<void(const FlowDefinition& flow, const state::RunTrigger& trigger,
                     std::stop_token stop)>
      run;
  // So many times were left out before the one that is started now. May be absent.
  std::function<void(const FlowDefinition& flow, int64_t count)> on_missed = {};
  // How long changed files may go unseen.
  std::chrono::milliseconds reload{5000};
  // Absent: waits by `clock`.
  WaitUntil wait_until = {};
};

// Once `stop` is requested the runs are stopped too, and waited for.
void Serve(const SchedulerEnvironment& environment, std::stop_token stop);

}  // namespace laguna::flow
