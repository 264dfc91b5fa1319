// SPDX-License-Identifier: Apache-2.0
#include "app/interrupts.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>

#include "base/assert.h"

namespace laguna::app {
namespace {

// What shells say of a program that a signal ended.
constexpr int kExitBySignal = 128;

// A signal handler reaches nothing but globals; these are Interrupts' state.
std::atomic<bool> catching = false;
std::atomic<bool> noted = false;
std::atomic<int> wake_descriptor = -1;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

// Only async-signal-safe calls.
extern "C" void OnInterrupt(int signal) {
  if (!catching || noted.exchange(true)) _exit(kExitBySignal + signal);
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_descriptor, &one, sizeof one);
}

}  // namespace

Interrupts::Interrupts() {
  LAGUNA_ASSERT(wake_descriptor == -1);
  wake_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // Who runs us by nohup wants it ignored.
  struct sigaction hang_up {};
  sigaction(SIGHUP, nullptr, &hang_up);
  if (hang_up.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
  // Both are failed writes then, which say of what.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

Interrupts::~Interrupts() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGHUP, SIG_DFL);
  close(wake_descriptor.exchange(-1));
}

Interrupts::Catching::Catching(Interrupts& interrupts) : interrupts_(interrupts) {
  interrupts_.Forget();
  catching = true;
}

Interrupts::Catching::~Catching() {
  catching = false;
  interrupts_.Forget();
}

bool Interrupts::pressed() const {
  return noted;
}

int Interrupts::descriptor() const {
  return wake_descriptor;
}

void Interrupts::Forget() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(wake_descriptor, &count, sizeof count);
  noted = false;
}

}  // namespace laguna::app
