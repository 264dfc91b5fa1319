// SPDX-License-Identifier: Apache-2.0
// Runs an action when the scope ends, however it ends, unless it was cancelled. The action must not
// throw.
#pragma once

#include <type_traits>
#include <utility>

namespace laguna::base {

template <typename Action>
class [[nodiscard]] Defer final {
 public:
  explicit Defer(Action action) : action_(std::move(action)) {
    static_assert(std::is_nothrow_move_constructible_v<Action>);
  }
  Defer(const Defer&) = delete;
  Defer& operator=(const Defer&) = delete;
  ~Defer() {
    if (armed_) action_();
  }

  void Cancel() { armed_ = false; }

 private:
  Action action_;
  bool armed_ = true;
};

}  // namespace laguna::base
