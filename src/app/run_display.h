// SPDX-License-Identifier: Apache-2.0
// A run of a flow while it runs, for the person who started it: a line on stderr for every task
// that begins or ends, on a terminal a spinner below them with what goes on now.
//
// Thread-safe: tasks log from their threads. Nothing is shown when nobody wants to read along, and
// a stderr that cannot be written to stops nothing.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "app/console.h"
#include "state/control_state.h"

namespace laguna::app {

class RunDisplay {
 public:
  // `with_logs`: the tasks' log lines too.
  RunDisplay(Console& console, bool with_logs);

  void ShowRun(const state::RunState& state);
  void ShowTask(const state::TaskRunRecord& task_run);
  void ShowLog(std::string_view task, std::string_view line);
  // A line of its own.
  void Say(std::string_view line);
  // Redraws the spinner; a few times a second.
  void Tick();
  // Takes the spinner off the screen, for good.
  void End();

 private:
  using Clock = std::chrono::steady_clock;

  void WriteLine(std::string_view line);
  void WriteRaw(std::string_view text);
  void EraseSpinner();
  [[nodiscard]] std::string SpinnerText() const;

  Console& console_;
  const bool with_logs_;
  const bool spins_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  // Tasks that run, and since when.
  std::map<std::string, Clock::time_point> running_;
  size_t frame_ = 0;
  bool drawn_ = false;
  bool ended_ = false;
  bool gone_ = false;
};

// "completed in 0.31 s", "failed after 2.0 s: ...", "skipped"; empty for a state that is no news.
std::string TaskNews(const state::TaskRunRecord& task_run);

}  // namespace laguna::app
