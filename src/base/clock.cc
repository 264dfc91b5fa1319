// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <thread>

namespace laguna::base {

int64_t SystemClock::NowMs() const {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::milliseconds>(now).count();
}

void SystemClock::SleepFor(std::chrono::milliseconds duration) const {
  std::this_thread::sleep_for(duration);
}

}  // namespace laguna::base
