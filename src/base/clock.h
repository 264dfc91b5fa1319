// SPDX-License-Identifier: Apache-2.0
// Time as an argument. Logic that needs the time takes a Clock; only app/compose makes the
// system's. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>

namespace laguna::base {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since the Unix epoch.
  [[nodiscard]] virtual int64_t NowMs() const = 0;
  // Returns after `duration`, or earlier when the clock is a test's.
  virtual void SleepFor(std::chrono::milliseconds duration) const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] int64_t NowMs() const override;
  void SleepFor(std::chrono::milliseconds duration) const override;
};

}  // namespace laguna::base
