// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"

namespace laguna::app {

#include "app/command_table.inc"

std::span<const Command* const> Commands() {
  return command_table;
}

}  // namespace laguna::app
