// SPDX-License-Identifier: Apache-2.0
#include "app/stop_on_interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace laguna::app {

StopOnInterrupt::StopOnInterrupt(Interrupts& interrupts)
    : interrupts_(interrupts),
      end_descriptor_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Watch(); }) {}

StopOnInterrupt::~StopOnInterrupt() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(end_descriptor_, &one, sizeof one);
  thread_.join();
  close(end_descriptor_);
}

void StopOnInterrupt::Watch() {
  std::array<pollfd, 2> wakers{pollfd{end_descriptor_, POLLIN, 0},
                               pollfd{interrupts_.descriptor(), POLLIN, 0}};
  while (poll(wakers.data(), wakers.size(), -1) < 0) {
  }
  if (wakers[1].revents != 0) stop_.request_stop();
}

}  // namespace laguna::app
