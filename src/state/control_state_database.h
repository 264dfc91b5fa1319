// SPDX-License-Identifier: Apache-2.0
// The inside of ControlState, shared by the .cc files that implement it.
#pragma once

#include <string>

#include "state/control_state.h"
#include "state/readers.h"
#include "state/writer.h"

namespace laguna::state {

struct ControlState::Database {
  explicit Database(const std::string& path) : writer(path), readers(path) {}

  Writer writer;
  Readers readers;
};

}  // namespace laguna::state
