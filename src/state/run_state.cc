// SPDX-License-Identifier: Apache-2.0
#include "state/run_state.h"

#include <algorithm>
#include <array>

namespace laguna::state {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 8> kNames{"SCHEDULED", "PENDING", "RUNNING",    "COMPLETED",
                                                 "FAILED",    "CRASHED", "CANCELLING", "CANCELLED"};

}  // namespace

std::string_view NameOf(StateType type) {
  return kNames.at(static_cast<size_t>(type));
}

std::optional<StateType> StateTypeNamed(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<StateType>(found - kNames.begin());
}

bool IsTerminal(StateType type) {
  return type == StateType::kCompleted || type == StateType::kFailed ||
         type == StateType::kCrashed || type == StateType::kCancelled;
}

}  // namespace laguna::state
