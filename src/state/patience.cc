// SPDX-License-Identifier: Apache-2.0
#include "state/patience.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "state/connection.h"

namespace laguna::state {
namespace {

constexpr std::chrono::seconds kWaitMax{60};
constexpr std::chrono::milliseconds kPauseMax{50};

}  // namespace

void WithPatience(const std::string& path, const std::function<void()>& action) {
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  for (std::chrono::milliseconds pause{1};; pause = std::min(pause * 2, kPauseMax)) {
    try {
      return action();
    } catch (const Busy&) {
      if (std::chrono::steady_clock::now() > deadline) break;
    }
    std::this_thread::sleep_for(pause);
  }
  throw base::Error(base::ErrorKind::kUnavailable, "state.busy",
                    fmt::format("Another process has held the control state '{}' for more than "
                                "{} seconds.",
                                path, kWaitMax.count()))
      .Hint(
          "Look for a program that has the file open, such as a SQLite browser with an open "
          "transaction.");
}

}  // namespace laguna::state
