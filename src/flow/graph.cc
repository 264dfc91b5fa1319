// SPDX-License-Identifier: Apache-2.0
#include "flow/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/nearest_name.h"

namespace laguna::flow {
namespace {

using base::YamlNode;

const TaskDefinition* Find(const std::vector<TaskDefinition>& tasks, std::string_view name) {
  const auto found = std::ranges::find(tasks, name, &TaskDefinition::name);
  return found == tasks.end() ? nullptr : &*found;
}

// The scalar that names `need`, for a place.
const YamlNode& NodeOfNeed(const TaskDefinition& task, std::string_view need) {
  for (const auto& [key, value] : task.node.Entries()) {
    if (key.text() != "needs") continue;
    if (value.kind() != YamlNode::Kind::kSequence) return value;
    const auto& elements = value.Elements();
    // The last of equals is the one too many.
    const auto found = std::find_if(elements.rbegin(), elements.rend(),
                                    [&](const YamlNode& node) { return node.text() == need; });
    if (found != elements.rend()) return *found;
  }
  return task.node;
}

void CheckNeed(const std::vector<TaskDefinition>& tasks, const TaskDefinition& task,
               const std::string& need) {
  const YamlNode& node = NodeOfNeed(task, need);
  if (need == task.name) {
    throw node.Problem("flow.needs", fmt::format("Task '{}' needs itself.", task.name));
  }
  if (std::ranges::count(task.needs, need) > 1) {
    throw node.Problem("flow.needs", fmt::format("Task '{}' needs '{}' twice.", task.name, need));
  }
  if (Find(tasks, need) != nullptr) return;
  std::vector<std::string> names;
  for (const TaskDefinition& other : tasks) {
    if (other.name != task.name) names.push_back(other.name);
  }
  throw node
      .Problem("flow.needs",
               fmt::format("Task '{}' needs '{}', but there is no such task.", task.name, need))
      .Hint(base::SuggestName(need, names));
}

// Depth first search that keeps the way it came; a task met again on the way closes a cycle.
class CycleSearch {
 public:
  explicit CycleSearch(const std::vector<TaskDefinition>& tasks) : tasks_(tasks) {}

  void Visit(const TaskDefinition& task) {
    if (done_.contains(task.name)) return;
    if (std::ranges::find(way_, task.name) != way_.end()) throw Cycle(task);
    way_.push_back(task.name);
    for (const std::string& need : task.needs) Visit(*Find(tasks_, need));
    way_.pop_back();
    done_.insert(task.name);
  }

 private:
  [[nodiscard]] base::Error Cycle(const TaskDefinition& task) const {
    const auto start = std::ranges::find(way_, task.name);
    std::string story;
    for (auto name = start; name != way_.end(); ++name) {
      story += fmt::format("'{}' needs ", *name);
    }
    const TaskDefinition& last = *Find(tasks_, way_.back());
    return NodeOfNeed(last, task.name)
        .Problem("flow.cycle", fmt::format("The tasks go in a circle: {}'{}'.", story, task.name))
        .Hint("Take one of these needs away.");
  }

  const std::vector<TaskDefinition>& tasks_;
  std::vector<std::string> way_;
  std::set<std::string> done_;
};

}  // namespace

void CheckNeeds(const std::vector<TaskDefinition>& tasks) {
  for (const TaskDefinition& task : tasks) {
    for (const std::string& need : task.needs) CheckNeed(tasks, task, need);
  }
  CycleSearch search(tasks);
  for (const TaskDefinition& task : tasks) search.Visit(task);
}

std::set<std::string> TasksBefore(const std::vector<TaskDefinition>& tasks,
                                  const TaskDefinition& task) {
  std::map<std::string_view, const TaskDefinition*> by_name;
  for (const TaskDefinition& other : tasks) by_name[other.name] = &other;
  std::set<std::string> before;
  std::vector<const TaskDefinition*> open{&task};
  while (!open.empty()) {
    const TaskDefinition* next = open.back();
    open.pop_back();
    for (const std::string& need : next->needs) {
      if (before.insert(need).second) open.push_back(by_name.at(need));
    }
  }
  return before;
}

}  // namespace laguna::flow
