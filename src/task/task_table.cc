// SPDX-License-Identifier: Apache-2.0
#include "task/task.h"

namespace laguna::task {

#include "task/task_table.inc"

std::span<const Task* const> Tasks() {
  return task_table;
}

}  // namespace laguna::task
