// SPDX-License-Identifier: Apache-2.0
// Who works on a run: a lock file that the operating system frees when the process dies, and a
// heartbeat for those who cannot see that lock (another machine).
//
// A RunLease belongs to the thread that runs the flow; it owns the thread that renews.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "io/file_lock.h"
#include "state/control_state.h"

namespace laguna::state {

class RunLease {
 public:
  struct Options {
    std::chrono::milliseconds renewal{5000};
    // Called once, from the renewing thread, when somebody else has ended the run: stop working.
    std::function<void()> on_lost = {};
  };

  // Has to be taken before the run is added, so that nobody takes the new run for lost.
  RunLease(ControlState& state, const base::Clock& clock, std::string run_id, Options options);
  ~RunLease();
  RunLease(const RunLease&) = delete;
  RunLease& operator=(const RunLease&) = delete;

  // Begins to renew; once the run is added.
  void StartRenewing();

 private:
  void Loop();
  bool Renew();

  ControlState& state_;
  const base::Clock& clock_;
  const std::string run_id_;
  const Options options_;
  io::FileLock lock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

// The name of this machine, as run records have it.
std::string HostName();

// Ends the runs that nobody works on any more (their process was killed) as CRASHED and returns
// them. A run of this machine is lost as soon as its lock is free; one of another machine when its
// heartbeat is a minute old as well.
std::vector<RunRecord> RecoverLostRuns(ControlState& state, const base::Clock& clock);

}  // namespace laguna::state
