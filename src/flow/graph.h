// SPDX-License-Identifier: Apache-2.0
// Which task needs which. Pure functions.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "flow/definition.h"

namespace laguna::flow {

// InvalidInput with a place: an unknown task (nearest name), one that needs itself or the same task
// twice, a cycle, told task by task.
void CheckNeeds(const std::vector<TaskDefinition>& tasks);

// All tasks that end before `task` starts: its needs, their needs, ... `tasks` are checked.
std::set<std::string> TasksBefore(const std::vector<TaskDefinition>& tasks,
                                  const TaskDefinition& task);

}  // namespace laguna::flow
