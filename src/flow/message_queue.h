// SPDX-License-Identifier: Apache-2.0
// Messages from many threads to one, which waits for them or for a point in time, whichever comes
// first. Push may be called from any thread, Pop from one.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "base/clock.h"

namespace laguna::flow {

// Waits until it is notified or until `due_ms` by the caller's clock; may return early. A test's
// waits by its own clock.
using WaitUntil = std::function<void(std::condition_variable& wake,
                                     std::unique_lock<std::mutex>& lock, int64_t due_ms)>;

inline WaitUntil WaitBy(const base::Clock& clock) {
  return
      [&clock](std::condition_variable& wake, std::unique_lock<std::mutex>& lock, int64_t due_ms) {
        // Bounded, as the wall clock may be set while we wait.
        constexpr int64_t kWaitMsMax = 60'000;
        const int64_t wait_ms = std::clamp<int64_t>(due_ms - clock.NowMs(), 0, kWaitMsMax);
        wake.wait_for(lock, std::chrono::milliseconds(wait_ms));
      };
}

template <typename Message>
class MessageQueue final {
 public:
  MessageQueue(const base::Clock& clock, WaitUntil wait_until)
      : clock_(clock), wait_until_(wait_until ? std::move(wait_until) : WaitBy(clock)) {}

  void Push(Message message) {
    {
      const std::lock_guard lock(mutex_);
      messages_.push_back(std::move(message));
    }
    wake_.notify_one();
  }

  // The next message; nothing when `due_ms` (never, if absent) has come before it.
  std::optional<Message> Pop(std::optional<int64_t> due_ms) {
    std::unique_lock lock(mutex_);
    while (messages_.empty()) {
      if (!due_ms) {
        wake_.wait(lock);
      } else if (clock_.NowMs() >= *due_ms) {
        return std::nullopt;
      } else {
        wait_until_(wake_, lock, *due_ms);
      }
    }
    std::optional<Message> message(std::move(messages_.front()));
    messages_.pop_front();
    return message;
  }

 private:
  const base::Clock& clock_;
  const WaitUntil wait_until_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Message> messages_;
};

}  // namespace laguna::flow
