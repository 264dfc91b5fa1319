// SPDX-License-Identifier: Apache-2.0
#include "flow/scheduler.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "flow/flow_for_test.h"
#include "io/temporary_folder.h"

namespace laguna::flow {
namespace {

constexpr int64_t kMinuteMs = 60'000;

// A lake's flows, served with a clock that jumps to whatever is waited for.
class SchedulerTest : public testing::Test {
 protected:
  SchedulerTest() { clock_.JumpTo(0); }

  void Write(const std::string& flow, const std::string& trigger) {
    std::ofstream(std::filesystem::path(folder_.path()) / (flow + ".yaml"))
        << "flow: " << flow << "\ntriggers: [" << trigger << "]\ntasks:\n  a: {type: work}\n";
    changed_ = true;
  }

  // Until so many runs have begun; "flow minute ..." in the order of their times.
  std::string Serve(size_t runs) {
    runs_wanted_ = runs;
    flow::Serve({.clock = clock_,
                 .load = [this] { return Load(); },
                 .last_due_ms = [this](const std::string&, const std::string&) { return last_ms_; },
                 .run = [this](const FlowDefinition& flow, const state::RunTrigger& trigger,
                               const std::stop_token& stop) { Run(flow, trigger, stop); },
                 .on_missed = [this](const FlowDefinition&, int64_t count) { missed_ += count; },
                 .reload = std::chrono::hours(24),
                 .wait_until = WaitByJumping(clock_)},
                stop_.get_token());
    std::string text;
    for (const std::string& run : began_) text += (text.empty() ? "" : " ") + run;
    return text;
  }

  FlowFilesPtr Load() {
    if (!changed_) return nullptr;
    changed_ = false;
    return std::make_shared<FlowFiles>(FlowFiles::Load(folder_.path(), {.types = kTaskTypes}));
  }

  void Run(const FlowDefinition& flow, const state::RunTrigger& trigger,
           const std::stop_token& stop) {
    {
      const std::lock_guard lock(mutex_);
      if (began_.size() < runs_wanted_) {
        began_.push_back(fmt::format("{} {}", flow.name, *trigger.due_ms / kMinuteMs));
      }
      if (began_.size() == runs_wanted_) stop_.request_stop();
      most_at_once_ = std::max(++at_once_, most_at_once_);
    }
    if (on_run_) on_run_(stop);
    const std::lock_guard lock(mutex_);
    --at_once_;
  }

  const io::TemporaryFolder folder_{"flows"};
  const JumpingClock clock_;
  std::stop_source stop_;
  bool changed_ = false;
  std::optional<int64_t> last_ms_;
  std::function<void(std::stop_token)> on_run_;
  std::mutex mutex_;
  std::vector<std::string> began_;
  size_t runs_wanted_ = 0;
  int at_once_ = 0;
  int most_at_once_ = 0;
  int64_t missed_ = 0;
};

TEST_F(SchedulerTest, StartsFlowsWhenTheyAreDue) {
  Write("a", "{cron: '*/10 * * * *'}, {cron: '15 0 * * *'}");
  Write("b", "{cron: '5 0 * * *'}, {files: landing/*.csv}");
  EXPECT_EQ(Serve(5), "b 5 a 10 a 15 a 20 a 30");
  EXPECT_EQ(missed_, 0);
}

TEST_F(SchedulerTest, StartsOnceWhatCameDueOftenMeanwhile) {
  Write("a", "{cron: '*/10 * * * *'}");
  on_run_ = [this](const std::stop_token&) {
    if (clock_.NowMs() < 15 * kMinuteMs) clock_.JumpTo(45 * kMinuteMs);
  };
  EXPECT_EQ(Serve(3), "a 10 a 40 a 50");
  EXPECT_EQ(missed_, 2);
}

TEST_F(SchedulerTest, CatchesUpOneAfterTheOther) {
  Write("a", "{cron: '*/10 * * * *', catchup: true}");
  clock_.JumpTo(35 * kMinuteMs);
  last_ms_ = 0;
  EXPECT_EQ(Serve(4), "a 10 a 20 a 30 a 40");
  EXPECT_EQ(most_at_once_, 1);
}

TEST_F(SchedulerTest, SeesFlowsThatChange) {
  Write("a", "{cron: '*/10 * * * *'}");
  on_run_ = [this](const std::stop_token&) {
    const std::lock_guard lock(mutex_);
    if (began_.size() == 1) Write("a", "{cron: '25 * * * *'}");
  };
  EXPECT_EQ(Serve(2), "a 10 a 25");
}

TEST_F(SchedulerTest, StopsItsRuns) {
  Write("a", "{cron: '*/10 * * * *'}");
  bool stopped = false;
  on_run_ = [&](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::yield();
    stopped = true;
  };
  EXPECT_EQ(Serve(1), "a 10");
  EXPECT_TRUE(stopped);
}

}  // namespace
}  // namespace laguna::flow
