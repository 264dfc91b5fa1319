// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/lent_thread.h"

#include <chrono>

#include "duckdb/parallel/task_scheduler.hpp"

namespace laguna::catalog {

LentThread::LentThread(duckdb::ClientContext& context, std::thread::id session_thread)
    : scheduler_(duckdb::TaskScheduler::GetScheduler(context)) {
  if (std::this_thread::get_id() == session_thread) return;
  thread_ = std::thread([this] {
    scheduler_.ExecuteForever(&goes_on_);
    has_ended_ = true;
  });
}

// It may sleep, and a signal may wake another thread instead.
LentThread::~LentThread() {
  if (!thread_.joinable()) return;
  goes_on_ = false;
  while (!has_ended_) {
    scheduler_.Signal(1);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  thread_.join();
}

}  // namespace laguna::catalog
