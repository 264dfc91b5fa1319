// SPDX-License-Identifier: Apache-2.0
// A flow as its file describes it: flows/<any>.yaml (DESIGN "Flows").
//
// Parsing checks all that can be known before a run: keys, types and options of tasks, needs and
// their cycles, the names inside templates. Every error is InvalidInput with file, line and column.
// Values.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/yaml.h"
#include "connect/block.h"
#include "flow/retry.h"
#include "flow/schedule.h"
#include "flow/task_type.h"
#include "flow/template.h"

namespace laguna::flow {

// A parameter's type and what SQL calls it.
struct ParameterType {
  std::string_view name;
  std::string_view sql_type;
};
std::span<const ParameterType> ParameterTypes();

struct ParameterDefinition {
  std::string name;
  const ParameterType* type = nullptr;
  // May hold a template over `run` and the parameters above it.
  std::optional<base::YamlNode> default_value;
  // Has no default and may not be left out.
  bool required = false;
  std::string description;
};

// What happens to a run that starts while too many others of its flow go on.
enum class Overlap { kQueue, kSkip };

struct Concurrency {
  // Runs at a time; nothing: any number.
  std::optional<int> limit;
  Overlap overlap = Overlap::kQueue;
};

struct CronTrigger {
  Schedule schedule;
  // What came due while nobody was there to start it is started later, one after the other; else
  // it is left out.
  bool catch_up = false;
};
// Read and kept; this version starts nothing by it.
struct FilesTrigger {
  std::string pattern;
};
struct TriggerDefinition {
  std::variant<CronTrigger, FilesTrigger> what;
  base::Place place;
};

struct TaskDefinition {
  std::string name;
  const TaskType* type = nullptr;
  std::string description;
  std::vector<std::string> needs;
  std::optional<Template> when;
  RetryPolicy retry;
  std::optional<std::chrono::milliseconds> timeout;
  // The task's whole map: the options of its type, and kTaskKeys.
  base::YamlNode node;
};

// The keys of every task, whatever its type.
constexpr std::array<std::string_view, 6> kTaskKeys{"type", "description", "needs",
                                                    "when", "retry",       "timeout"};

// More are refused: the graph is walked recursively, and a run looks at every task after each
// event.
constexpr size_t kTasksMax = 1000;

struct FlowDefinition {
  std::string name;
  // As errors show it: "flows/nightly.yaml".
  std::string file;
  std::string description;
  std::vector<ParameterDefinition> parameters;
  Concurrency concurrency;
  // In the order of the file.
  std::vector<TaskDefinition> tasks;
  std::vector<TriggerDefinition> triggers;

  [[nodiscard]] const TaskDefinition* FindTask(std::string_view name) const;
  // What a user has to know although nothing is wrong: triggers that do not start it yet. Full
  // sentences.
  [[nodiscard]] std::vector<std::string> Notices() const;
};

// What a flow file is checked against.
struct FlowContext {
  std::span<const TaskType* const> types;
  // Null: names of blocks in templates are not checked.
  const connect::Blocks* blocks = nullptr;
  // Of schedules that name none.
  std::string_view time_zone = "UTC";
};

FlowDefinition ParseFlow(std::string text, const std::string& file, const FlowContext& context);

}  // namespace laguna::flow
