// SPDX-License-Identifier: Apache-2.0
#include "state/run_lease.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/error.h"
#include "io/file_error.h"

namespace laguna::state {
namespace {

constexpr int64_t kHeartbeatAgeMsMax = 60'000;

std::string LockFolder(const ControlState& state) {
  return state.folder() + "/locks";
}

std::string LockPath(const ControlState& state, const std::string& run_id) {
  return fmt::format("{}/{}.lock", LockFolder(state), run_id);
}

io::FileLock TakeLock(const ControlState& state, const std::string& run_id) {
  std::error_code failure;
  std::filesystem::create_directories(LockFolder(state), failure);
  if (failure) throw io::FileError(failure.value(), "make the folder", LockFolder(state));
  auto outcome = io::FileLock::TryLock(LockPath(state, run_id), "runs flow " + run_id);
  if (auto* lock = std::get_if<io::FileLock>(&outcome)) return std::move(*lock);
  throw base::Error(base::ErrorKind::kConflict, "run.held",
                    fmt::format("Run '{}' is worked on by process {}.", run_id,
                                std::get<io::LockHolder>(outcome).process_id));
}

// The lock's file goes first, then the lock: run ids are never used again.
void RemoveLockFile(const ControlState& state, const std::string& run_id) noexcept {
  std::error_code ignored;
  std::filesystem::remove(LockPath(state, run_id), ignored);
}

bool IsLost(const ControlState& state, const RunRecord& run, int64_t now_ms) {
  const bool here = run.host == HostName();
  if (!here && now_ms - run.heartbeat_ms < kHeartbeatAgeMsMax) return false;
  const std::string path = LockPath(state, run.id);
  if (!std::filesystem::exists(path)) return true;
  return std::holds_alternative<io::FileLock>(io::FileLock::TryLock(path, "looks for lost runs"));
}

}  // namespace

std::string HostName() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

RunLease::RunLease(ControlState& state, const base::Clock& clock, std::string run_id,
                   Options options)
    : state_(state),
      clock_(clock),
      run_id_(std::move(run_id)),
      options_(std::move(options)),
      lock_(TakeLock(state, run_id_)) {}

RunLease::~RunLease() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  RemoveLockFile(state_, run_id_);
}

void RunLease::StartRenewing() {
  thread_ = std::thread([this] { Loop(); });
}

void RunLease::Loop() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, options_.renewal, [this] { return stopping_; })) {
    lock.unlock();
    const bool held = Renew();
    lock.lock();
    if (held) continue;
    lock.unlock();
    if (options_.on_lost) options_.on_lost();
    return;
  }
}

// One renewal that fails (a full disk) is no reason to stop: the lock still says who works.
bool RunLease::Renew() {
  try {
    return state_.RenewHeartbeat(run_id_, clock_.NowMs());
  } catch (const base::Error&) {
    return true;
  }
}

std::vector<RunRecord> RecoverLostRuns(ControlState& state, const base::Clock& clock) {
  constexpr std::string_view kMessage =
      "The process that ran this ended without a word (killed, or the machine went down).";
  std::vector<RunRecord> lost;
  if (!state.writable()) return lost;
  for (RunRecord& run : state.UnfinishedRuns()) {
    const int64_t now_ms = clock.NowMs();
    if (!IsLost(state, run, now_ms)) continue;
    if (!state.MarkCrashed(run.id, run.heartbeat_ms, std::string(kMessage), now_ms)) continue;
    RemoveLockFile(state, run.id);
    run.state = {StateType::kCrashed, std::string(state_name::kCrashed), std::string(kMessage)};
    run.ended_ms = now_ms;
    lost.push_back(std::move(run));
  }
  return lost;
}

}  // namespace laguna::state
