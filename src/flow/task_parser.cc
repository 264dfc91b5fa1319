// SPDX-License-Identifier: Apache-2.0
#include "flow/task_parser.h"

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "flow/name.h"

namespace laguna::flow {
namespace {

using base::YamlNode;

// YamlMap refuses what it was not asked for; here the type's options are not known to it.
const YamlNode* FindKey(const YamlNode& map, std::string_view name) {
  for (const auto& [key, value] : map.Entries()) {
    if (key.text() == name && !value.IsNull()) return &value;
  }
  return nullptr;
}

const TaskType& TypeNamed(const YamlNode& node, std::span<const TaskType* const> types) {
  std::vector<std::string> names;
  for (const TaskType* type : types) {
    if (type->name == node.AsString()) return *type;
    names.emplace_back(type->name);
  }
  throw node.Problem("flow.task_type", fmt::format("There is no task type '{}'.", node.text()))
      .Hint(base::SuggestName(node.text(), names));
}

const TaskType& TypeOf(const YamlNode& task, const std::string& name,
                       std::span<const TaskType* const> types) {
  const YamlNode* type = FindKey(task, "type");
  if (type != nullptr) return TypeNamed(*type, types);
  std::vector<std::string> names;
  for (const TaskType* known : types) names.emplace_back(known->name);
  throw task.Problem("flow.task_type", fmt::format("Task '{}' does not say its type.", name))
      .Hint(fmt::format("Add 'type:' with one of {}.", fmt::join(names, ", ")));
}

std::vector<std::string> ParseNeeds(const YamlNode& node) {
  if (node.kind() == YamlNode::Kind::kScalar) return {node.AsString()};
  std::vector<std::string> needs;
  for (const YamlNode& element : node.Elements()) needs.push_back(element.AsString());
  return needs;
}

Template ParseWhen(const YamlNode& node) {
  Template when = Template::Parse(node);
  if (when.pieces().size() == 1 && when.pieces()[0].expression) return when;
  throw node.Problem("flow.when", "'when' has to be one expression that gives true or false.")
      .Hint("Write it as \"{{ tasks.fetch.rows > 0 }}\".");
}

std::chrono::milliseconds ParseTimeout(const YamlNode& node) {
  const auto timeout = node.AsDuration();
  if (timeout.count() > 0) return timeout;
  throw node.Problem("flow.timeout", "A 'timeout' of nothing leaves the task no time to run.")
      .Hint("Give a duration such as 30s or 10m, or leave 'timeout' out.");
}

TaskDefinition ParseTask(const YamlNode& name, const YamlNode& node,
                         std::span<const TaskType* const> types) {
  TaskDefinition task;
  task.name = NameFrom(name, "a task");
  task.type = &TypeOf(node, task.name, types);
  if (const YamlNode* text = FindKey(node, "description")) task.description = text->AsString();
  if (const YamlNode* needs = FindKey(node, "needs")) task.needs = ParseNeeds(*needs);
  if (const YamlNode* when = FindKey(node, "when")) task.when = ParseWhen(*when);
  if (const YamlNode* retry = FindKey(node, "retry")) task.retry = ParseRetry(*retry);
  if (const YamlNode* timeout = FindKey(node, "timeout")) task.timeout = ParseTimeout(*timeout);
  connect::Options::FromYaml(node, task.type->options, kTaskKeys, CheckTemplates());
  task.node = node;
  return task;
}

}  // namespace

std::vector<TaskDefinition> ParseTasks(const YamlNode& node,
                                       std::span<const TaskType* const> types) {
  std::vector<TaskDefinition> tasks;
  NameSet names("tasks");
  if (node.Entries().size() > kTasksMax) {
    throw node
        .Problem("flow.too_many_tasks", fmt::format("This flow has {} tasks; {} is the most.",
                                                    node.Entries().size(), kTasksMax))
        .Hint("Split it into several flows.");
  }
  for (const auto& [name, task] : node.Entries()) {
    tasks.push_back(ParseTask(name, task, types));
    names.Add(name);
  }
  if (tasks.empty()) throw node.Problem("flow.no_tasks", "A flow has at least one task.");
  return tasks;
}

}  // namespace laguna::flow
