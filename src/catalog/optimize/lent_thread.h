// SPDX-License-Identifier: Apache-2.0
// A thread for the engine in the place of one that waits for another query.
//
// A function of a statement that runs queries of its own keeps the engine's thread it runs on from
// all other work; with two threads half of the machine would be idle. Unless it runs on the
// session's own thread, which is none of the engine's, it lends the engine one for the time.
#pragma once

#include <atomic>
#include <thread>

#include "engine/duckdb.h"

namespace duckdb {
class TaskScheduler;
}

namespace laguna::catalog {

class LentThread {
 public:
  // Lends none where this is `session_thread`.
  LentThread(duckdb::ClientContext& context, std::thread::id session_thread);
  ~LentThread();
  LentThread(const LentThread&) = delete;
  LentThread& operator=(const LentThread&) = delete;

 private:
  duckdb::TaskScheduler& scheduler_;
  std::atomic<bool> goes_on_ = true;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;
};

}  // namespace laguna::catalog
