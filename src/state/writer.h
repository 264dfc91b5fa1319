// SPDX-License-Identifier: Apache-2.0
// The one thread that writes the control state.
//
// It owns the process' only read-write connection, so that no connection ever has to turn a read
// into a write, which is what makes SQLite say "database is locked". Writes that wait are committed
// together, in the order they came (one fsync for all). A write that fails is undone alone. Write
// may be called from any thread but the writer's own.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "state/connection.h"

namespace laguna::state {

class Writer {
 public:
  // One write: statements on the connection, inside a transaction. It may run again after it was
  // undone, so it changes nothing else but what it assigns.
  using Change = std::function<void(Connection&)>;

  // Makes the file and its schema if need be.
  explicit Writer(const std::string& path);
  // What was queued is written first.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Returns when the change is committed and on disk; throws what it threw, or why the commit
  // failed.
  void Write(Change change);

 private:
  struct Job {
    Change change;
    std::promise<void> done;
    std::exception_ptr failure;
  };

  void Loop();
  std::deque<Job> TakeJobs();
  void Commit(std::deque<Job>& jobs);
  void TryCommit(std::deque<Job>& jobs);
  void Apply(Job& job);

  std::unique_ptr<Connection> connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace laguna::state
