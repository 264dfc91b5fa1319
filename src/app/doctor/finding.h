// SPDX-License-Identifier: Apache-2.0
// One thing that the examination behind `laguna doctor` has found. A plain value.
#pragma once

#include <string>

#include "base/error.h"

namespace laguna::app {

enum class Health { kGood, kWarning, kProblem };

struct Finding {
  // "storage", "time zone", ...
  std::string subject{};
  Health health = Health::kGood;
  // In one line.
  std::string sentence{};
  // What to do; empty when all is well.
  std::string advice{};
};

// What an error says: its place and sentence, and its hint as the advice.
Finding ProblemOf(const std::string& subject, const base::Error& error);

}  // namespace laguna::app
