// SPDX-License-Identifier: Apache-2.0
// How the process ends: at once, without taking the engine apart.
//
// An engine that is done holds nothing but memory: thousands of catalog entries and the buffers,
// which take milliseconds to free one by one and which the kernel takes back as a whole. So main
// keeps it until the end and then leaves by _exit, which runs no destructor and no exit handler.
// All the rest (sessions, control state, files, threads of ours) is destroyed before, in the usual
// way. Programs built with a sanitizer destroy everything, so that it can tell what leaks. Made in
// main; used by the main thread.
#pragma once

#include <memory>
#include <vector>

#include "engine/database.h"

namespace laguna::app {

class ProcessEnd {
 public:
  // kNow for whoever does not call Exit.
  enum class Engines { kAtExit, kNow };
  explicit ProcessEnd(Engines engines) : engines_(engines) {}

  // Destroys the engine here unless it can wait for Exit. What its setups refer to may be gone once
  // this has returned.
  void Take(std::unique_ptr<engine::Database> database);
  // Ends the process. Call it when everything else is closed and written.
  [[noreturn]] void Exit(int code);

 private:
  const Engines engines_;
  // Never destroyed: Exit comes before.
  std::vector<std::unique_ptr<engine::Database>> kept_;
};

}  // namespace laguna::app
