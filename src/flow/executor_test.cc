// SPDX-License-Identifier: Apache-2.0
#include "flow/executor.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "flow/flow_for_test.h"
#include "io/temporary_folder.h"
#include "state/task_log.h"

namespace laguna::flow {
namespace {

using state::StateType;

// Does what its test says, by the option `say`.
class WorkRunner final : public TaskRunner {
 public:
  using Work = std::function<TaskOutputs(const TaskContext&)>;

  [[nodiscard]] const TaskType& type() const override { return kWorkType; }
  TaskOutputs Run(const TaskContext& context) override {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(context.task);
    }
    return work ? work(context) : TaskOutputs();
  }
  std::vector<std::string> calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  Work work;

 private:
  std::mutex mutex_;
  std::vector<std::string> calls_;
};

base::Error Failure(base::ErrorKind kind, const std::string& sentence = "It went wrong.") {
  return {kind, "test.failure", sentence};
}

void WaitForStop(const TaskContext& context) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait(lock, context.stop, [] { return false; });
  throw Failure(base::ErrorKind::kCancelled, "Stopped.");
}

class ExecutorTest : public ::testing::Test {
 protected:
  RunOutcome Execute(const std::string& tasks, std::stop_token stop = {}) {
    const FlowDefinition flow = ParseFlowText("flow: f\n" + tasks);
    const ExecutorEnvironment environment{.clock = clock_,
                                          .random = random_,
                                          .state = state_,
                                          .evaluate = EvaluatePath,
                                          .runners = {&runner_},
                                          .blocks = blocks_,
                                          .tasks_at_once_max = 2,
                                          .wait_until = WaitByJumping(clock_)};
    return RunFlow(environment, {.flow = flow, .stop = std::move(stop), .observer = observer_});
  }

  [[nodiscard]] std::vector<std::string> StateNames(const std::string& run_id,
                                                    const std::string& task) const {
    std::vector<std::string> names;
    for (const auto& change : state_.History(run_id)) {
      if (change.task == task) names.push_back(change.state.name);
    }
    return names;
  }

  io::TemporaryFolder folder_{"flow"};
  JumpingClock clock_;
  base::SeededRandom random_{7};
  state::ControlState state_{folder_.path()};
  connect::Blocks blocks_;
  WorkRunner runner_;
  RunObserver observer_;
};

using Names = std::vector<std::string>;

TEST_F(ExecutorTest, OutputsReachLaterTemplates) {
  runner_.work = [](const TaskContext& context) -> TaskOutputs {
    context.log("rows: " + std::to_string(context.options.OptionalInteger("rows").value_or(-1)));
    return {{"rows", 12}};
  };
  const RunOutcome outcome = Execute(
      "tasks:\n  a: {type: work}\n  b: {type: work, needs: a, rows: '{{ tasks.a.rows }}'}\n");
  EXPECT_EQ(outcome.state.type, StateType::kCompleted);
  EXPECT_EQ(runner_.calls(), (Names{"a", "b"}));
  const std::string log = state::ReadTaskLog(
      state::TaskLogPath(folder_.path(), outcome.run_id, "b"), 0, size_t{1} << 20);
  EXPECT_NE(log.find("rows: 12"), std::string::npos) << log;
  const auto task_runs = state_.TaskRuns(outcome.run_id);
  ASSERT_EQ(task_runs.size(), 2U);
  EXPECT_EQ(task_runs[0].outputs, R"({"rows":12})");
  EXPECT_EQ(StateNames(outcome.run_id, "a"),
            (Names{"Scheduled", "Pending", "Running", "Completed"}));
  EXPECT_EQ(StateNames(outcome.run_id, ""), (Names{"Scheduled", "Running", "Completed"}));
}

TEST_F(ExecutorTest, TheKindOfAnErrorSaysWhoseFaultItIs) {
  const std::map<base::ErrorKind, StateType> cases{
      {base::ErrorKind::kInvalidInput, StateType::kFailed},
      {base::ErrorKind::kViolation, StateType::kFailed},
      {base::ErrorKind::kConflict, StateType::kFailed},
      {base::ErrorKind::kUnavailable, StateType::kCrashed},
      {base::ErrorKind::kExhausted, StateType::kCrashed},
      {base::ErrorKind::kInternal, StateType::kCrashed},
  };
  for (const auto& [kind, type] : cases) {
    runner_.work = [kind = kind](const TaskContext&) -> TaskOutputs { throw Failure(kind); };
    const RunOutcome outcome = Execute("tasks:\n  a: {type: work}\n  b: {type: work, needs: a}\n");
    EXPECT_EQ(outcome.state.type, type);
    EXPECT_EQ(outcome.tasks[1].state.name, "UpstreamFailed");
  }
}

TEST_F(ExecutorTest, AnythingThrownIsCaught) {
  runner_.work = [](const TaskContext&) -> TaskOutputs { throw std::runtime_error("surprise"); };
  const RunOutcome outcome = Execute("tasks:\n  a: {type: work}\n");
  EXPECT_EQ(outcome.state.type, StateType::kCrashed);
  EXPECT_NE(outcome.state.message.find("surprise"), std::string::npos);
}

TEST_F(ExecutorTest, RetriesComeAfterTheirDelays) {
  std::vector<int64_t> times_ms;
  runner_.work = [&](const TaskContext& context) -> TaskOutputs {
    times_ms.push_back(clock_.NowMs());
    if (context.attempt < 3) throw Failure(base::ErrorKind::kUnavailable);
    return {};
  };
  const RunOutcome outcome = Execute(
      "tasks:\n  a: {type: work, retry: {attempts: 3, delay: 10s, backoff: 2, jitter: 0}}\n");
  EXPECT_EQ(outcome.state.type, StateType::kCompleted);
  EXPECT_EQ(times_ms, (std::vector<int64_t>{1'000'000, 1'010'000, 1'030'000}));
  ASSERT_EQ(state_.TaskRuns(outcome.run_id).size(), 3U);
  EXPECT_EQ(StateNames(outcome.run_id, "a"),
            (Names{"Scheduled", "Pending", "Running", "Crashed", "AwaitingRetry", "Pending",
                   "Retrying", "Crashed", "AwaitingRetry", "Pending", "Retrying", "Completed"}));
}

TEST_F(ExecutorTest, ATaskThatTakesTooLongIsStopped) {
  runner_.work = [](const TaskContext& context) -> TaskOutputs {
    WaitForStop(context);
    return {};
  };
  const RunOutcome outcome = Execute("tasks:\n  a: {type: work, timeout: 10m}\n");
  EXPECT_EQ(outcome.tasks[0].state.name, "TimedOut");
  EXPECT_EQ(outcome.tasks[0].state.message, "It took longer than its timeout of 10m.");
  EXPECT_EQ(outcome.state.type, StateType::kFailed);
  EXPECT_EQ(clock_.NowMs(), 1'600'000);
}

TEST_F(ExecutorTest, CancellingStopsTheRun) {
  std::stop_source stop;
  runner_.work = [&](const TaskContext& context) -> TaskOutputs {
    stop.request_stop();
    WaitForStop(context);
    return {};
  };
  const RunOutcome outcome =
      Execute("tasks:\n  a: {type: work}\n  b: {type: work, needs: a}\n", stop.get_token());
  EXPECT_EQ(outcome.state.type, StateType::kCancelled);
  EXPECT_EQ(outcome.tasks[0].state.type, StateType::kCancelled);
  EXPECT_EQ(outcome.tasks[1].state.type, StateType::kCancelled);
  EXPECT_EQ(state_.FindRun(outcome.run_id).state.type, StateType::kCancelled);
  EXPECT_EQ(runner_.calls(), Names{"a"});
}

TEST_F(ExecutorTest, WhatIsCancelledBeforeItStartsRunsNothing) {
  std::stop_source stop;
  stop.request_stop();
  const RunOutcome outcome = Execute("tasks:\n  a: {type: work}\n", stop.get_token());
  EXPECT_EQ(outcome.state.type, StateType::kCancelled);
  EXPECT_EQ(state_.FindRun(outcome.run_id).state.type, StateType::kCancelled);
  EXPECT_TRUE(runner_.calls().empty());
}

TEST_F(ExecutorTest, ATaskWhoseConditionIsFalseIsSkipped) {
  const RunOutcome outcome = Execute(
      "tasks:\n  a: {type: work, when: '{{ false }}'}\n  b: {type: work, needs: a}\n"
      "  c: {type: work, when: '{{ run.id }}'}\n");
  EXPECT_EQ(outcome.tasks[0].state.name, "Skipped");
  EXPECT_EQ(outcome.tasks[1].state.name, "Completed");
  EXPECT_EQ(outcome.tasks[2].state.name, "Failed");
  EXPECT_NE(outcome.tasks[2].state.message.find("true or false"), std::string::npos);
  EXPECT_EQ(runner_.calls(), Names{"b"});
}

TEST_F(ExecutorTest, NoMoreThanSoManyTasksAtATime) {
  std::atomic<int> active = 0;
  std::atomic<int> most = 0;
  runner_.work = [&](const TaskContext&) -> TaskOutputs {
    most = std::max(most.load(), ++active);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --active;
    return {};
  };
  std::string tasks = "tasks:\n";
  for (int i = 0; i < 8; ++i) tasks += "  t" + std::to_string(i) + ": {type: work}\n";
  const RunOutcome outcome = Execute(tasks);
  EXPECT_EQ(outcome.state.type, StateType::kCompleted);
  EXPECT_EQ(runner_.calls().size(), 8U);
  EXPECT_LE(most, 2);
}

TEST_F(ExecutorTest, ASecondRunIsSkippedWhenTheFlowSaysSo) {
  const std::string flow = "concurrency: {limit: 1, overlap: skip}\ntasks:\n  a: {type: work}\n";
  std::optional<RunOutcome> second;
  runner_.work = [&](const TaskContext&) -> TaskOutputs {
    if (!second) {
      second.emplace();
      second = Execute(flow);
    }
    return {};
  };
  const RunOutcome first = Execute(flow);
  EXPECT_EQ(first.state.type, StateType::kCompleted);
  EXPECT_EQ(second->state.type, StateType::kCancelled);
  EXPECT_NE(second->state.message.find(first.run_id), std::string::npos);
  EXPECT_EQ(runner_.calls().size(), 1U);
}

TEST_F(ExecutorTest, ASecondRunWaitsItsTurn) {
  const std::string flow = "concurrency: {limit: 1}\ntasks:\n  a: {type: work}\n";
  std::thread second_run;
  RunOutcome second;
  std::promise<void> waits;
  observer_.on_run = [&](const state::RunState& state) {
    if (state.name == "AwaitingConcurrencySlot") waits.set_value();
  };
  runner_.work = [&](const TaskContext&) -> TaskOutputs {
    if (second_run.joinable()) return {};
    second_run = std::thread([&] { second = Execute(flow); });
    waits.get_future().wait();
    return {};
  };
  const RunOutcome first = Execute(flow);
  second_run.join();
  EXPECT_EQ(first.state.type, StateType::kCompleted);
  EXPECT_EQ(second.state.type, StateType::kCompleted);
  EXPECT_EQ(StateNames(second.run_id, ""),
            (Names{"Scheduled", "AwaitingConcurrencySlot", "Running", "Completed"}));
}

}  // namespace
}  // namespace laguna::flow
