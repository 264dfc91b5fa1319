// SPDX-License-Identifier: Apache-2.0
// Ctrl-C, as a user expects it: the first one stops what runs, the second one ends the program.
//
// Without a Catching, SIGINT ends the program at once (exit code 130); nothing is lost by that,
// since a lake survives a kill at any moment. SIGTERM (143), which `timeout` and service managers
// send, and SIGHUP (129), which a terminal sends when it is closed, are taken the same way. Signal
// handlers are the process's, so there is one Interrupts, made in main. pressed() and descriptor()
// may be used from any thread.
#pragma once

namespace laguna::app {

class Interrupts {
 public:
  // Takes SIGINT, SIGTERM and SIGHUP over and has SIGPIPE and SIGXFSZ ignored, so that a closed
  // pipe and a file that grows beyond the limit are failed writes.
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // While one lives, the first signal is only noted. Not nested.
  class Catching {
   public:
    explicit Catching(Interrupts& interrupts);
    ~Catching();
    Catching(const Catching&) = delete;
    Catching& operator=(const Catching&) = delete;

   private:
    Interrupts& interrupts_;
  };

  // A signal came since the Catching began or since the last Forget.
  [[nodiscard]] bool pressed() const;
  // Readable (poll) while pressed() holds.
  [[nodiscard]] int descriptor() const;
  // As if none had come.
  void Forget();
};

}  // namespace laguna::app
