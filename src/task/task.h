// SPDX-License-Identifier: Apache-2.0
// What a flow can do: one file a task type in src/task, found by CMake, that ends with one constant
// `extern const Task <name>_task`: the type's options and documentation, and what makes its runner.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "catalog/lake_environment.h"
#include "connect/block.h"
#include "connect/secret.h"
#include "engine/database.h"
#include "engine/session.h"
#include "flow/task_type.h"
#include "state/control_state.h"

namespace laguna::task {

// What tasks work on; owned by app/compose, outlives every runner.
struct TaskEnvironment {
  const catalog::LakeEnvironment& lake;
  // Each task run makes a Session of its own.
  engine::Database& database;
  const connect::Blocks& blocks;
  // Where secrets come from.
  connect::Environment variables;
  state::ControlState& state;
};

struct Task {
  // Of static storage.
  const flow::TaskType& type;
  std::unique_ptr<flow::TaskRunner> (*make)(const TaskEnvironment& environment);
};

// Every task type, ordered by name.
std::span<const Task* const> Tasks();

// Has the session interrupted as soon as `stop` is requested, while it lives.
class InterruptOnStop {
 public:
  InterruptOnStop(std::stop_token stop, engine::Session& session)
      : callback_(std::move(stop), [&session] { session.Interrupt(); }) {}

 private:
  std::stop_callback<std::function<void()>> callback_;
};

}  // namespace laguna::task
