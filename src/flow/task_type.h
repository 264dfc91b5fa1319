// SPDX-License-Identifier: Apache-2.0
// What a flow can do: one TaskType a kind, one file each in src/task. `flow` runs tasks and does
// not know what they do.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "connect/option.h"
#include "engine/value.h"

namespace laguna::flow {

// What a running task gets. Valid for the call; used on the task's thread, `stop` may be requested
// from any.
struct TaskContext {
  std::string flow;
  std::string run_id;
  std::string task;
  int attempt = 1;
  // Templates are evaluated already.
  const connect::Options& options;
  // The task in its flow's file, for the places of errors.
  const base::YamlNode& node;
  // Requested when the run is cancelled and when the task's time is over. The task should then end
  // soon, by throwing Error(Cancelled); it is waited for.
  std::stop_token stop;
  // One line of the task run's log; thread-safe, valid until Run returns.
  std::function<void(std::string_view line)> log;
};

// What `tasks.<name>` is for later tasks: outputs by name ("rows"). The name "state" is taken: it
// is the task's state, such as 'COMPLETED'.
using TaskOutputs = engine::ValueStruct;

struct TaskType {
  std::string_view name;
  std::string_view summary;
  // Markdown, with an example.
  std::string_view documentation;
  // Names that every task has (flow/definition.h, kTaskKeys) are taken.
  std::span<const connect::OptionSpec> options;
  // What a run of it may give, in lower case; of a task that was skipped, each is NULL. Empty: not
  // known, and not checked in templates.
  std::span<const std::string_view> outputs = {};
};

// What is known of a task before its run.
struct TaskPlan {
  std::string task;
  // Without the values of templates.
  const connect::Options& options;
  // The options that the file gives, by templates too.
  std::vector<std::string> given;
};

// A task type bound to the objects it works on; made by app/compose. Run may be called from several
// threads at once, for different tasks. It throws Error: Unavailable, Exhausted and Internal mean
// our machine (CRASHED), the rest mean the user's work (FAILED).
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;
  [[nodiscard]] virtual const TaskType& type() const = 0;
  // Before a run begins: throws what Run would throw whatever happens until then, such as NotFound
  // for a secret that is not set.
  virtual void Check(const TaskPlan& /*plan*/) const {}
  virtual TaskOutputs Run(const TaskContext& context) = 0;
};

}  // namespace laguna::flow
