// SPDX-License-Identifier: Apache-2.0
// Watches a run of a flow from a thread of its own: Ctrl-C asks it to stop, and its display moves.
//
// Made and destroyed by the thread that runs the flow.
#pragma once

#include <stop_token>
#include <thread>

#include "app/interrupts.h"
#include "app/run_display.h"

namespace laguna::app {

class RunWatch {
 public:
  RunWatch(RunDisplay& display, Interrupts& interrupts);
  ~RunWatch();
  RunWatch(const RunWatch&) = delete;
  RunWatch& operator=(const RunWatch&) = delete;

  // Requested by the first Ctrl-C.
  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

 private:
  void Watch();

  RunDisplay& display_;
  Interrupts& interrupts_;
  Interrupts::Catching catching_;
  std::stop_source stop_;
  // Ends the thread's wait.
  int end_descriptor_;
  std::thread thread_;
};

}  // namespace laguna::app
