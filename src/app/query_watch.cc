// SPDX-License-Identifier: Apache-2.0
#include "app/query_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace laguna::app {
namespace {

constexpr int kFirstShownMs = 1000;
constexpr int kRedrawMs = 100;

}  // namespace

QueryWatch::QueryWatch(engine::Session& session, Console& console, Interrupts& interrupts)
    : session_(session),
      interrupts_(interrupts),
      catching_(interrupts),
      shows_progress_(!console.silent()),
      start_(std::chrono::steady_clock::now()),
      display_(console.err(), console.terminal().err),
      end_descriptor_(eventfd(0, EFD_CLOEXEC)) {
  if (shows_progress_) session_.TrackProgress();
  thread_ = std::thread([this] { Watch(); });
}

QueryWatch::~QueryWatch() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(end_descriptor_, &one, sizeof one);
  thread_.join();
  close(end_descriptor_);
  session_.ClearInterrupt();  // one that came too late is not meant for the next statement
  display_.Clear();
}

void QueryWatch::Pause() {
  const std::lock_guard lock(mutex_);
  paused_ = true;
  display_.Clear();
}

void QueryWatch::Resume() {
  const std::lock_guard lock(mutex_);
  paused_ = false;
}

void QueryWatch::Watch() try {
  std::array<pollfd, 2> wakers{pollfd{end_descriptor_, POLLIN, 0},
                               pollfd{interrupts_.descriptor(), POLLIN, 0}};
  nfds_t watched = wakers.size();
  for (int wait_ms = kFirstShownMs;; wait_ms = kRedrawMs) {
    const int woken = poll(wakers.data(), watched, shows_progress_ ? wait_ms : -1);
    if (wakers[0].revents != 0) return;
    if (woken == 0) ShowProgress();
    if (woken > 0 && watched == wakers.size()) {
      session_.Interrupt();
      watched = 1;  // it stays readable
    }
  }
} catch (const base::Error&) {  // stderr is gone: the statement goes on without a display
}

void QueryWatch::ShowProgress() {
  const std::lock_guard lock(mutex_);
  if (paused_) return;
  display_.Show(session_.progress(), std::chrono::steady_clock::now() - start_);
}

}  // namespace laguna::app
