// SPDX-License-Identifier: Apache-2.0
// The one thread that keeps up the logs of a lake's tables (delta/log_upkeep.h) behind the commits
// of this process, so that no commit waits for a checkpoint.
//
// What a table leaves to do replaces what it left before and nobody has begun: the newest
// checkpoint makes older ones needless. The thread starts with the first job; a job keeps alive
// what it works on. What goes wrong is a warning in the lake's log. Owned by app/compose.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "delta/log_upkeep.h"
#include "io/object_store.h"

namespace laguna::catalog {

class LogUpkeeper final {
 public:
  struct Job {
    // The table's folder: "bronze/t".
    std::string root;
    // Stops when its Call says so. Throws nothing.
    std::function<delta::UpkeepReport(const io::Call&)> work;
  };
  // Tables that wait; who adds one more waits too.
  static constexpr size_t kWaitingMax = 1'000;

  explicit LogUpkeeper(base::Logger log);
  // As Stop.
  ~LogUpkeeper();
  LogUpkeeper(const LogUpkeeper&) = delete;
  LogUpkeeper& operator=(const LogUpkeeper&) = delete;

  void Add(Job job);
  // The report's warnings, as the lake's log has them.
  void Tell(std::string_view root, const delta::UpkeepReport& report) const;
  // A warning in the same log: what else followed a commit and failed without harm to it.
  void TellFailure(std::string_view message, std::string_view root, const base::Error& error) const;
  // Does all that waits and ends the thread; what is added later is done by who adds it.
  void Stop();

  // While it lives nothing is done below a folder ("bronze/t", "bronze") that is about to go: what
  // waited there is forgotten, what was going on has stopped, and what is added is dropped.
  class KeptOff {
   public:
    KeptOff(LogUpkeeper& upkeeper, std::string folder);
    ~KeptOff();
    KeptOff(const KeptOff&) = delete;
    KeptOff& operator=(const KeptOff&) = delete;

   private:
    LogUpkeeper& upkeeper_;
    std::string folder_;
  };

 private:
  void Run();
  void Do(const Job& job, const std::stop_token& stop) const noexcept;
  void Forget(const std::string& folder);
  [[nodiscard]] bool IsKeptOff(const std::string& root) const;

  const base::Logger log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  // The root of the job that is being done; empty: none.
  std::string running_;
  std::stop_source stop_running_;
  std::multiset<std::string> kept_off_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace laguna::catalog
