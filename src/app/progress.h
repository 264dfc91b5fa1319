// SPDX-License-Identifier: Apache-2.0
// How far a long query is: a bar that redraws itself on a terminal, a line now and then elsewhere.
//
// ProgressDisplay may be used from one thread at a time (QueryWatch sees to that).
#pragma once

#include <chrono>
#include <string>

#include "app/output/output.h"
#include "engine/session.h"

namespace laguna::app {

// "█████▌     45 %  1,200,000 rows  3.4 s, about 4.1 s left", cut to `width`.
std::string ProgressBar(const engine::Progress& progress, double elapsed_seconds, size_t width);
// The same without the bar, for logs.
std::string ProgressLine(const engine::Progress& progress, double elapsed_seconds);

class ProgressDisplay {
 public:
  // `terminal`: `output` is one.
  ProgressDisplay(Output& output, bool terminal) : output_(output), terminal_(terminal) {}
  void Show(const engine::Progress& progress, std::chrono::steady_clock::duration elapsed);
  // Takes the bar off the screen.
  void Clear();

 private:
  Output& output_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::duration last_line_{0};
};

}  // namespace laguna::app
