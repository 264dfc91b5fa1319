// SPDX-License-Identifier: Apache-2.0
// Many writers to one store, one step after the other in an order that a seed decides, and a store
// that goes wrong for each of them: a simulation of processes that share a lake.
//
// Every writer has a thread, but only one thread runs at a time. Before each operation on the store
// (and where a clock would sleep) the turn goes to a writer drawn by chance; so does what befalls
// the operation. The same seed gives the same run. A writer that crashes does no operation any
// more: what the code does while it unwinds reaches nothing.
#pragma once

#include <functional>
#include <memory>
#include <semaphore>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "io/object_store.h"
#include "io/store/memory.h"

namespace laguna::delta {

// What a crashed writer's operations throw. No error of ours, so that nobody takes it for one.
struct Crashed {};

class Simulation {
 public:
  struct Odds {
    // Of one operation to fail with an error, of a put-if-absent to leave its writer without an
    // answer, of the writer to die at it, of somebody to stop the writer's statement.
    double error = 0;
    double no_answer = 0;
    double crash = 0;
    double stop = 0;
  };

  Simulation(uint64_t seed, Odds odds) : odds_(odds), random_(seed) {}

  // Runs all bodies to their ends.
  void Run(std::vector<std::function<void(size_t writer)>> bodies) {
    for (size_t i = 0; i < bodies.size(); ++i) {
      turns_.push_back(std::make_unique<std::binary_semaphore>(0));
      running_.push_back(i);
    }
    std::vector<std::thread> threads;
    for (size_t i = 0; i < bodies.size(); ++i) {
      threads.emplace_back([this, i, body = std::move(bodies[i])] {
        turns_[i]->acquire();
        body(i);
        Leave(i);
      });
    }
    turns_[running_[Draw(running_.size())]]->release();
    for (std::thread& thread : threads) thread.join();
    DeliverAll();
  }

  // Called by the writer whose turn it is.
  void Step(size_t writer) {
    if (!late_puts_.empty() && Happens(0.2)) Deliver(Draw(late_puts_.size()));
    const size_t next = running_[Draw(running_.size())];
    if (next == writer) return;
    turns_[next]->release();
    turns_[writer]->acquire();
  }

  bool Happens(double odds) { return base::NextUnit(random_) < odds; }
  size_t Draw(size_t count) { return random_.NextUint64() % count; }
  [[nodiscard]] const Odds& odds() const { return odds_; }
  base::Random& random() { return random_; }

  // A request that is under way and arrives some time, or never.
  void PutLater(std::string key, std::string bytes) {
    late_puts_.emplace_back(std::move(key), std::move(bytes));
  }

  int64_t now_ms = 1'700'000'000'000;
  // Reached without faults and turns.
  class SimulatedClock final : public base::Clock {
   public:
    explicit SimulatedClock(Simulation& simulation) : simulation_(simulation) {}
    [[nodiscard]] int64_t NowMs() const override { return simulation_.now_ms++; }
    void SleepFor(std::chrono::milliseconds duration) const override {
      simulation_.now_ms += duration.count();
    }

   private:
    Simulation& simulation_;
  };
  SimulatedClock clock{*this};
  io::MemoryObjectStore store{clock};

 private:
  void Leave(size_t writer) {
    std::erase(running_, writer);
    if (!running_.empty()) turns_[running_[Draw(running_.size())]]->release();
  }

  void Deliver(size_t index) {
    const auto [key, bytes] = std::move(late_puts_[index]);
    late_puts_.erase(late_puts_.begin() + static_cast<std::ptrdiff_t>(index));
    (void)store.PutIfAbsent(key, bytes);
  }

  void DeliverAll() {
    while (!late_puts_.empty()) {
      if (Happens(0.5)) {
        Deliver(0);
      } else {
        late_puts_.erase(late_puts_.begin());
      }
    }
  }

  const Odds odds_;
  base::SeededRandom random_;
  std::vector<std::unique_ptr<std::binary_semaphore>> turns_;
  std::vector<size_t> running_;
  std::vector<std::pair<std::string, std::string>> late_puts_;
};

// The store as one writer reaches it.
class SteppedStore final : public io::ObjectStore {
 public:
  SteppedStore(Simulation& simulation, size_t writer) : simulation_(simulation), writer_(writer) {}

  [[nodiscard]] bool crashed() const { return crashed_; }
  // For the next statement's calls.
  io::Call NewCall() {
    stop_ = std::stop_source();
    return {stop_.get_token(), {}};
  }

  [[nodiscard]] std::string Locate(std::string_view key) const override {
    return Store().Locate(key);
  }
  std::optional<io::ObjectInfo> Head(const std::string& key, const io::Call& call = {}) override {
    return Around([&] { return Store().Head(key, call); });
  }
  std::unique_ptr<io::ObjectReader> Open(const std::string& key,
                                         const io::Call& call = {}) override {
    return Around([&] { return Store().Open(key, call); });
  }
  std::unique_ptr<io::ObjectWriter> Write(const std::string& key,
                                          const io::Call& call = {}) override {
    return Around([&] { return Store().Write(key, call); });
  }
  void Sync(std::span<const std::string> keys, const io::Call& call = {}) override {
    Around([&] { Store().Sync(keys, call); });
  }
  void Put(const std::string& key, std::string_view bytes, const io::Call& call = {}) override {
    Around([&] { Store().Put(key, bytes, call); });
  }
  io::PutOutcome PutIfAbsent(const std::string& key, std::string_view bytes,
                             const io::Call& call = {}) override {
    Begin();
    if (simulation_.Happens(simulation_.odds().no_answer)) {
      // Done, under way or lost.
      const size_t fate = simulation_.Draw(3);
      if (fate == 0) (void)Store().PutIfAbsent(key, bytes, call);
      if (fate == 1) simulation_.PutLater(key, std::string(bytes));
      return io::PutOutcome::kUnknown;
    }
    MayFail();
    const io::PutOutcome outcome = Store().PutIfAbsent(key, bytes, call);
    End();
    return outcome;
  }
  io::ListPage List(const std::string& prefix, const io::ListOptions& options = {},
                    const io::Call& call = {}) override {
    return Around([&] { return Store().List(prefix, options, call); });
  }
  void DeleteMany(std::span<const std::string> keys, const io::Call& call = {}) override {
    Around([&] { Store().DeleteMany(keys, call); });
  }
  void MoveFolder(const std::string& from, const std::string& to,
                  const io::Call& call = {}) override {
    Around([&] { Store().MoveFolder(from, to, call); });
  }

 private:
  [[nodiscard]] io::MemoryObjectStore& Store() const { return simulation_.store; }

  template <class Work>
  std::invoke_result_t<Work> Around(const Work& work) {
    Begin();
    MayFail();
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      work();
      End();
    } else {
      auto result = work();
      End();
      return result;
    }
  }

  void Begin() {
    MayCrash();
    if (simulation_.Happens(simulation_.odds().stop)) stop_.request_stop();
    simulation_.Step(writer_);
  }
  void End() {
    MayCrash();
    MayFail();
  }
  void MayCrash() {
    crashed_ = crashed_ || simulation_.Happens(simulation_.odds().crash);
    if (crashed_) throw Crashed{};
  }
  void MayFail() {
    if (!simulation_.Happens(simulation_.odds().error)) return;
    throw base::Error(base::ErrorKind::kUnavailable, "io.simulated", "The store is out of sorts.");
  }

  Simulation& simulation_;
  const size_t writer_;
  std::stop_source stop_;
  bool crashed_ = false;
};

// Lets others have their turn while it sleeps.
class SteppedClock final : public base::Clock {
 public:
  SteppedClock(Simulation& simulation, size_t writer) : simulation_(simulation), writer_(writer) {}
  [[nodiscard]] int64_t NowMs() const override { return simulation_.now_ms++; }
  void SleepFor(std::chrono::milliseconds duration) const override {
    simulation_.now_ms += duration.count();
    simulation_.Step(writer_);
  }

 private:
  Simulation& simulation_;
  const size_t writer_;
};

}  // namespace laguna::delta
