// SPDX-License-Identifier: Apache-2.0
// The `tasks:` part of a flow file. Pure functions; errors are InvalidInput with a place.
#pragma once

#include <span>
#include <vector>

#include "base/yaml.h"
#include "flow/definition.h"

namespace laguna::flow {

// Checks each task by itself: its type, its options, its common keys. What tasks say of each other
// is checked in graph.h.
std::vector<TaskDefinition> ParseTasks(const base::YamlNode& node,
                                       std::span<const TaskType* const> types);

}  // namespace laguna::flow
