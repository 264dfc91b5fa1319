// SPDX-License-Identifier: Apache-2.0
// laguna.expectations: what the expectations of each batch counted, as rows.
#pragma once

#include <functional>

#include "engine/row_source.h"
#include "state/control_state.h"

namespace laguna::pipeline {

// Columns: pipeline (the file that defines the table), table, stream (NULL for a materialized
// view), batch (of a view: its version), name, passed, failed, counted (when). `state` gives null
// while there is no control state yet: no rows then; it outlives the database.
engine::RowSource ExpectationsSource(std::function<const state::ControlState*()> state);

}  // namespace laguna::pipeline
