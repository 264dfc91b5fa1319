// SPDX-License-Identifier: Apache-2.0
// Refreshing the tables of a pipeline: all checked first, then one after the other, sources before
// readers.
//
// A table that fails stops only what reads it. Runs on the session's thread; several processes may
// run one pipeline, each table is refreshed by one at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/lake_environment.h"
#include "engine/session.h"
#include "io/object_store.h"
#include "pipeline/check.h"
#include "pipeline/pipeline.h"
#include "pipeline/refresh_report.h"
#include "state/control_state.h"

namespace laguna::pipeline {

struct RunEnvironment {
  const catalog::LakeEnvironment& lake;
  // Whoever requests `call.stop` also interrupts it.
  engine::Session& session;
  // Where the counts of expectations are kept; null: nowhere.
  state::ControlState* state = nullptr;
};

struct RunOptions {
  // pipeline/selection.h; empty: every table.
  std::vector<std::string> select = {};
  // Streams are read from their beginning, views computed, whatever is known.
  bool full_refresh = false;
  io::Call call = {};
  // Told as it happens: what will be refreshed, in this order; a table is begun; it is done; and
  // sentences for the user in between.
  std::function<void(const std::vector<std::string>&)> on_plan = {};
  std::function<void(const Definition&)> on_start = {};
  std::function<void(const TableReport&)> on_table = {};
  // What is done of the table so far, after each batch.
  std::function<void(const TableReport&)> on_batch = {};
  std::function<void(std::string_view)> on_notice = {};
};

// Errors: InvalidInput "pipeline.selection" and "pipeline.empty". Everything else, a stop included,
// is in the report. What was committed before a failure stays.
RunReport RunPipeline(const RunEnvironment& environment, const RunOptions& options);

}  // namespace laguna::pipeline
