// SPDX-License-Identifier: Apache-2.0
// The state of a run or a task run, in Prefect's words: the type drives logic, the name says more,
// the message is for people. FAILED is the user's work, CRASHED is our machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace laguna::state {

enum class StateType {
  kScheduled,
  kPending,
  kRunning,
  kCompleted,
  kFailed,
  kCrashed,
  kCancelling,
  kCancelled,
};

// "COMPLETED".
std::string_view NameOf(StateType type);
std::optional<StateType> StateTypeNamed(std::string_view name);
// COMPLETED, FAILED, CRASHED or CANCELLED.
bool IsTerminal(StateType type);

// Names, by type. What is not listed has the type's own name.
namespace state_name {
constexpr std::string_view kScheduled = "Scheduled";
constexpr std::string_view kAwaitingRetry = "AwaitingRetry";
constexpr std::string_view kAwaitingSlot = "AwaitingConcurrencySlot";
constexpr std::string_view kPending = "Pending";
constexpr std::string_view kRunning = "Running";
constexpr std::string_view kRetrying = "Retrying";
constexpr std::string_view kCompleted = "Completed";
constexpr std::string_view kSkipped = "Skipped";
constexpr std::string_view kFailed = "Failed";
constexpr std::string_view kTimedOut = "TimedOut";
constexpr std::string_view kUpstreamFailed = "UpstreamFailed";
constexpr std::string_view kCrashed = "Crashed";
constexpr std::string_view kCancelling = "Cancelling";
constexpr std::string_view kCancelled = "Cancelled";
}  // namespace state_name

struct RunState {
  StateType type = StateType::kScheduled;
  std::string name = std::string(state_name::kScheduled);
  std::string message = {};
  bool operator==(const RunState&) const = default;
};

}  // namespace laguna::state
