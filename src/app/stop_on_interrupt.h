// SPDX-License-Identifier: Apache-2.0
// Ctrl-C as a stop token, for work that waits outside of the engine; beside a QueryWatch, which
// interrupts the engine and says that Ctrl-C is caught.
#pragma once

#include <stop_token>
#include <thread>

#include "app/interrupts.h"

namespace laguna::app {

class StopOnInterrupt {
 public:
  explicit StopOnInterrupt(Interrupts& interrupts);
  ~StopOnInterrupt();
  StopOnInterrupt(const StopOnInterrupt&) = delete;
  StopOnInterrupt& operator=(const StopOnInterrupt&) = delete;

  // Requested by the first Ctrl-C.
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void Watch();

  Interrupts& interrupts_;
  std::stop_source stop_;
  // Ends the thread's wait.
  int end_descriptor_;
  std::thread thread_;
};

}  // namespace laguna::app
