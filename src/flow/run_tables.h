// SPDX-License-Identifier: Apache-2.0
// The rows of the system tables `laguna.runs`, `task_runs`, `run_states` and `flows`.
//
// The functions that are passed in are called when somebody selects rows, from any thread.
#pragma once

#include <functional>
#include <vector>

#include "base/clock.h"
#include "engine/row_source.h"
#include "flow/flow_files.h"
#include "state/control_state.h"

namespace laguna::flow {

// The control state; null while there is none, which makes empty tables.
using StateReader = std::function<const state::ControlState*()>;

// runs: newest first. task_runs: every attempt. run_states: every state of runs and task runs, as
// it happened.
std::vector<engine::RowSource> RunTables(const StateReader& state);
// Every flow file; one that is wrong has its `problem` and no tasks. The clock outlives it.
engine::RowSource FlowsTable(std::function<FlowFiles()> flows, const base::Clock& clock);

}  // namespace laguna::flow
