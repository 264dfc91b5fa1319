// SPDX-License-Identifier: Apache-2.0
#include "flow/scheduler.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace laguna::flow {
namespace {

struct StopAsked {};
struct RunEnded {
  size_t run = 0;
};
using Message = std::variant<StopAsked, RunEnded>;

// The flow's name and the schedule's text.
using TriggerKey = std::pair<std::string, std::string>;

// One cron trigger of the flows as they were loaded last.
struct Entry {
  const FlowDefinition* flow = nullptr;
  CronTrigger trigger;
  int64_t next_ms = 0;

  [[nodiscard]] TriggerKey Key() const { return {flow->name, trigger.schedule.text()}; }
};

class Scheduler {
 public:
  explicit Scheduler(const SchedulerEnvironment& environment)
      : environment_(environment), queue_(environment.clock, environment.wait_until) {}

  void Serve(const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] { queue_.Push(StopAsked{}); });
    while (!stop.stop_requested()) {
      Reload();
      StartDue();
      const auto message = queue_.Pop(WakeMs());
      if (!message) continue;
      if (const auto* ended = std::get_if<RunEnded>(&*message)) runs_.erase(ended->run);
    }
    for (auto& [number, run] : runs_) run.thread.request_stop();
    runs_.clear();
  }

 private:
  struct Run {
    TriggerKey trigger;
    std::jthread thread;
  };

  void Reload() {
    FlowFilesPtr files = environment_.load();
    if (files == nullptr) return;
    std::map<TriggerKey, int64_t> known;
    for (const Entry& entry : entries_) known[entry.Key()] = entry.next_ms;
    entries_.clear();
    for (const FlowDefinition& flow : files->flows()) {
      for (const TriggerDefinition& trigger : flow.triggers) {
        const auto* cron = std::get_if<CronTrigger>(&trigger.what);
        if (cron == nullptr) continue;
        Entry entry{&flow, *cron};
        const auto found = known.find(entry.Key());
        entry.next_ms = found == known.end() ? FirstMs(entry) : found->second;
        entries_.push_back(std::move(entry));
      }
    }
    files_ = std::move(files);
  }

  [[nodiscard]] int64_t FirstMs(const Entry& entry) const {
    const Schedule& schedule = entry.trigger.schedule;
    std::optional<int64_t> last_ms;
    if (entry.trigger.catch_up) {
      last_ms = environment_.last_due_ms(entry.flow->name, schedule.text());
    }
    return schedule.NextMs(last_ms.value_or(environment_.clock.NowMs()));
  }

  void StartDue() {
    const int64_t now_ms = environment_.clock.NowMs();
    for (Entry& entry : entries_) {
      if (!IsDue(entry, now_ms)) continue;
      if (!entry.trigger.catch_up) PassOver(entry, now_ms);
      Start(entry);
      entry.next_ms = entry.trigger.schedule.NextMs(entry.next_ms);
    }
  }

  [[nodiscard]] bool IsDue(const Entry& entry, int64_t now_ms) const {
    if (entry.next_ms > now_ms) return false;
    return !entry.trigger.catch_up || !Runs(entry);
  }

  [[nodiscard]] bool Runs(const Entry& entry) const {
    return std::ranges::any_of(
        runs_, [&](const auto& each) { return each.second.trigger == entry.Key(); });
  }

  // To the last time that is due.
  void PassOver(Entry& entry, int64_t now_ms) const {
    int64_t count = 0;
    for (;;) {
      const int64_t next_ms = entry.trigger.schedule.NextMs(entry.next_ms);
      if (next_ms > now_ms) break;
      entry.next_ms = next_ms;
      ++count;
    }
    if (count > 0 && environment_.on_missed) environment_.on_missed(*entry.flow, count);
  }

  void Start(const Entry& entry) {
    const size_t number = ++started_;
    Run& run = runs_[number];
    run.trigger = entry.Key();
    run.thread = std::jthread([this, number, files = files_, &flow = *entry.flow,
                               trigger = state::RunTrigger{entry.trigger.schedule.text(),
                                                           entry.next_ms}](std::stop_token stop) {
      environment_.run(flow, trigger, std::move(stop));
      queue_.Push(RunEnded{number});
    });
  }

  [[nodiscard]] int64_t WakeMs() const {
    int64_t wake_ms = environment_.clock.NowMs() + environment_.reload.count();
    for (const Entry& entry : entries_) {
      if (!entry.trigger.catch_up || !Runs(entry)) wake_ms = std::min(wake_ms, entry.next_ms);
    }
    return wake_ms;
  }

  const SchedulerEnvironment& environment_;
  MessageQueue<Message> queue_;
  // Of entries_.
  FlowFilesPtr files_;
  std::vector<Entry> entries_;
  size_t started_ = 0;
  // Those that go on, or whose end has not been looked at yet. Last, so that they end first.
  std::map<size_t, Run> runs_;
};

}  // namespace

void Serve(const SchedulerEnvironment& environment, std::stop_token stop) {
  Scheduler(environment).Serve(stop);
}

}  // namespace laguna::flow
