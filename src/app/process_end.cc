// SPDX-License-Identifier: Apache-2.0
#include "app/process_end.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "app/build_info.h"

namespace laguna::app {

void ProcessEnd::Take(std::unique_ptr<engine::Database> database) {
  const bool waits = engines_ == Engines::kAtExit && !kSanitized && database->HoldsMemoryOnly();
  if (waits) kept_.push_back(std::move(database));
}

void ProcessEnd::Exit(int code) {
  if (kept_.empty()) std::exit(code);
  std::fflush(nullptr);  // what libraries wrote by stdio
  _exit(code);
}

}  // namespace laguna::app
