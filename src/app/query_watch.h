// SPDX-License-Identifier: Apache-2.0
// Watches one running statement from a thread of its own: Ctrl-C interrupts it, and after a second
// its progress shows.
//
// Made and destroyed by the thread that runs the statement. That thread calls Pause before it
// writes anything (the bar leaves the screen) and Resume before it waits for the engine again.
#pragma once

#include <chrono>
#include <mutex>
#include <thread>

#include "app/console.h"
#include "app/interrupts.h"
#include "app/progress.h"
#include "engine/session.h"

namespace laguna::app {

class QueryWatch {
 public:
  QueryWatch(engine::Session& session, Console& console, Interrupts& interrupts);
  ~QueryWatch();
  QueryWatch(const QueryWatch&) = delete;
  QueryWatch& operator=(const QueryWatch&) = delete;

  void Pause();
  void Resume();
  // Ctrl-C was pressed.
  [[nodiscard]] bool interrupted() const { return interrupts_.pressed(); }

 private:
  void Watch();
  void ShowProgress();

  engine::Session& session_;
  Interrupts& interrupts_;
  Interrupts::Catching catching_;
  const bool shows_progress_;
  const std::chrono::steady_clock::time_point start_;
  // Guards what is below.
  std::mutex mutex_;
  ProgressDisplay display_;
  bool paused_ = false;
  // Ends the thread's wait.
  int end_descriptor_;
  std::thread thread_;
};

}  // namespace laguna::app
