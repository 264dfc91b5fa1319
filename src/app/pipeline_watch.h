// SPDX-License-Identifier: Apache-2.0
// Watches a run of a pipeline from a thread of its own: Ctrl-C stops it, and on a terminal a line
// says which table is being refreshed, for how long, and how much of it is done.
//
// Made and destroyed by the thread that runs the pipeline, which writes its lines through it, so
// that they and the moving one do not mix.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "app/console.h"
#include "app/interrupts.h"
#include "engine/session.h"

namespace laguna::app {

class PipelineWatch {
 public:
  // The session is interrupted by the first Ctrl-C.
  PipelineWatch(engine::Session& session, Console& console, Interrupts& interrupts);
  ~PipelineWatch();
  PipelineWatch(const PipelineWatch&) = delete;
  PipelineWatch& operator=(const PipelineWatch&) = delete;

  // Requested by the first Ctrl-C.
  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

  // So many tables will be refreshed.
  void Plan(size_t tables);
  // This one from now on.
  void Begin(std::string_view table);
  // So much of it is done.
  void Advance(int64_t batches, int64_t rows);
  // It is done; the line goes to stdout, unless nobody wants to read along.
  void End(const std::string& line);
  // A line on stderr.
  void Note(std::string_view line);

 private:
  using Clock = std::chrono::steady_clock;

  void Watch();
  void Stop();
  void Draw();
  void Erase();

  engine::Session& session_;
  Console& console_;
  Interrupts& interrupts_;
  Interrupts::Catching catching_;
  std::stop_source stop_;
  // Guards what is below.
  std::mutex mutex_;
  std::string table_;
  Clock::time_point since_;
  size_t tables_ = 0;
  size_t done_ = 0;
  // Of the table.
  int64_t batches_ = 0;
  int64_t rows_ = 0;
  size_t frame_ = 0;
  bool drawn_ = false;
  // Nobody reads stdout any more.
  bool gone_ = false;
  // Ends the thread's wait.
  int end_descriptor_;
  std::thread thread_;
};

}  // namespace laguna::app
