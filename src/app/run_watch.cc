// SPDX-License-Identifier: Apache-2.0
#include "app/run_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace laguna::app {
namespace {

constexpr int kRedrawMs = 100;

}  // namespace

RunWatch::RunWatch(RunDisplay& display, Interrupts& interrupts)
    : display_(display),
      interrupts_(interrupts),
      catching_(interrupts),
      end_descriptor_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Watch(); }) {}

RunWatch::~RunWatch() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(end_descriptor_, &one, sizeof one);
  thread_.join();
  close(end_descriptor_);
}

void RunWatch::Watch() {
  std::array<pollfd, 2> wakers{pollfd{end_descriptor_, POLLIN, 0},
                               pollfd{interrupts_.descriptor(), POLLIN, 0}};
  nfds_t watched = wakers.size();
  for (;;) {
    const int woken = poll(wakers.data(), watched, kRedrawMs);
    if (wakers[0].revents != 0) return;
    if (woken == 0) display_.Tick();
    if (woken > 0 && watched == wakers.size()) {
      watched = 1;  // it stays readable
      stop_.request_stop();
      display_.Say("Stopping what runs; Ctrl-C once more ends at once.");
    }
  }
}

}  // namespace laguna::app
