// SPDX-License-Identifier: Apache-2.0
// The examination behind `laguna doctor`: small checks of a lake and of this installation, each
// with what to do about it.
//
// A check never changes the lake (the probe file it writes is deleted again) and never throws: a
// failure is a finding. Used by one thread.
#pragma once

#include <string>
#include <vector>

#include "app/command.h"

namespace laguna::app {

enum class Health { kGood, kWarning, kProblem };

struct Finding {
  // "storage", "time zone", ...
  std::string subject{};
  Health health = Health::kGood;
  std::string sentence{};
  // What to do; empty when all is well.
  std::string advice{};
};

// In the order a person would look: installation, lake, storage, engine.
std::vector<Finding> Examine(const GlobalOptions& options);

}  // namespace laguna::app
