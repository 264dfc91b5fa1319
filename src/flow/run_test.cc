// SPDX-License-Identifier: Apache-2.0
#include "flow/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace laguna::flow {
namespace {

using state::StateType;
// GoogleTest has a Run too.
using Machine = laguna::flow::Run;

std::vector<std::string> Started(const std::vector<Effect>& effects) {
  std::vector<std::string> started;
  for (const Effect& effect : effects) {
    if (const auto* start = std::get_if<StartTask>(&effect)) started.push_back(start->task);
  }
  return started;
}

using Names = std::vector<std::string>;

Machine Chain() {
  return Machine({{{"a", {}, 2}, {"b", {"a"}}, {"c", {"b"}}}});
}

TEST(Run, TasksStartWhenTheirNeedsAreDone) {
  Machine run = Chain();
  EXPECT_EQ(Started(run.Start()), Names{"a"});
  EXPECT_EQ(run.WhyWaiting("b"), "It waits for 'a' (pending).");
  EXPECT_TRUE(Started(run.Apply(TaskBegan{"a"})).empty());
  EXPECT_EQ(run.WhyWaiting("b"), "It waits for 'a' (running).");
  EXPECT_EQ(Started(run.Apply(TaskFinished{"a"})), Names{"b"});
  EXPECT_EQ(Started(run.Apply(TaskFinished{"b"})), Names{"c"});
  run.Apply(TaskFinished{"c"});
  EXPECT_EQ(run.state().type, StateType::kCompleted);
}

TEST(Run, ASkippedTaskCountsAsDone) {
  Machine run = Chain();
  run.Start();
  EXPECT_EQ(Started(run.Apply(TaskSkipped{"a"})), Names{"b"});
  EXPECT_EQ(run.TaskState("a").type, StateType::kCompleted);
  EXPECT_EQ(run.TaskState("a").name, "Skipped");
}

TEST(Run, AFailedTaskMakesThoseThatNeedItUpstreamFailed) {
  Machine run = Chain();
  run.Start();
  run.Apply(TaskFailed{"a", FailureKind::kFailed, "no such file"});
  EXPECT_EQ(run.TaskState("b").name, "UpstreamFailed");
  EXPECT_EQ(run.TaskState("c").name, "UpstreamFailed");
  EXPECT_EQ(run.TaskState("b").message, "It needs 'a', which is failed.");
  EXPECT_EQ(run.TaskState("c").message, "It needs 'b', which is upstream failed.");
  EXPECT_EQ(run.state().type, StateType::kFailed);
  EXPECT_EQ(run.state().message, "Task 'a' failed: no such file");
}

TEST(Run, ManyFailuresAreToldShortly) {
  RunPlan plan;
  plan.parallel_max = 10;
  for (int i = 0; i < 8; ++i) plan.tasks.push_back({.name = "t" + std::to_string(i)});
  Machine run(plan);
  run.Start();
  for (const RunPlan::Task& task : plan.tasks) {
    run.Apply(TaskFailed{task.name, FailureKind::kFailed, "No " + task.name + "."});
  }
  EXPECT_EQ(run.state().message,
            "8 tasks failed: 't0', 't1', 't2', 't3', 't4', 't5' and 2 more. The first: No t0.");
}

TEST(Run, ACrashIsNotAFailure) {
  Machine run = Chain();
  run.Start();
  run.Apply(TaskFailed{"a", FailureKind::kCrashed, "disk full"});
  EXPECT_EQ(run.state().type, StateType::kCrashed);
}

TEST(Run, ATaskIsTriedAgainAtItsTime) {
  Machine run = Chain();
  run.Start();
  const auto effects = run.Apply(TaskFailed{"a", FailureKind::kTimedOut, "too long", 5000});
  const auto* retry = std::get_if<RetryAt>(&effects.back());
  ASSERT_NE(retry, nullptr);
  EXPECT_EQ(retry->at_ms, 5000);
  EXPECT_EQ(run.TaskState("a").name, "AwaitingRetry");
  EXPECT_EQ(run.WhyWaiting("a"),
            "Try 2 of 2 is due at 1970-01-01T00:00:05.000Z; the last one ended with: too long");
  const auto again = run.Apply(RetryDue{"a"});
  EXPECT_EQ(Started(again), Names{"a"});
  run.Apply(TaskBegan{"a"});
  EXPECT_EQ(run.TaskState("a").name, "Retrying");
  run.Apply(TaskFailed{"a", FailureKind::kFailed, "again", 9000});
  EXPECT_EQ(run.state().type, StateType::kFailed);
  EXPECT_TRUE(run.Apply(RetryDue{"a"}).empty());
}

TEST(Run, NoMoreThanSoManyAtATime) {
  Machine run({{{"a"}, {"b"}, {"c"}}, 2});
  EXPECT_EQ(Started(run.Start()), (Names{"a", "b"}));
  EXPECT_EQ(run.TaskState("c").name, "AwaitingConcurrencySlot");
  EXPECT_EQ(run.WhyWaiting("c"), "It waits for a free slot: 2 of 2 are taken by 'a', 'b'.");
  EXPECT_EQ(Started(run.Apply(TaskFinished{"b"})), Names{"c"});
}

TEST(Run, CancellingStopsWhatRunsAndStartsNothing) {
  Machine run = Chain();
  run.Start();
  run.Apply(TaskBegan{"a"});
  const auto effects = run.Apply(CancelAsked{"Ctrl-C"});
  EXPECT_TRUE(std::ranges::any_of(
      effects, [](const Effect& effect) { return std::holds_alternative<StopTask>(effect); }));
  EXPECT_EQ(run.state().type, StateType::kCancelling);
  EXPECT_EQ(run.TaskState("b").type, StateType::kCancelled);
  EXPECT_TRUE(Started(run.Apply(TaskStopped{"a"})).empty());
  EXPECT_EQ(run.state().type, StateType::kCancelled);
  EXPECT_EQ(run.state().message, "Ctrl-C");
}

// Any sequence of events that can happen, on any graph: the run ends, no task starts before all it
// needs are done, none has two attempts at once, none more than it may.
class RandomRun {
 public:
  explicit RandomRun(uint64_t seed) : random_(seed), plan_(MakePlan()), run_(plan_) {}

  void Play() {
    Take(run_.Start());
    for (int step = 0; !run_.ended(); ++step) {
      ASSERT_LT(step, 2000);
      ASSERT_FALSE(active_.empty() && retrying_.empty()) << "nothing can happen any more";
      Take(run_.Apply(NextEvent()));
    }
    EXPECT_TRUE(active_.empty());
    for (const auto& task : plan_.tasks) {
      EXPECT_TRUE(state::IsTerminal(run_.TaskState(task.name).type));
      EXPECT_TRUE(run_.WhyWaiting(task.name).empty());
    }
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }

  RunPlan MakePlan() {
    RunPlan plan{{}, 1 + Below(4)};
    const uint64_t count = 1 + Below(12);
    for (uint64_t i = 0; i < count; ++i) {
      RunPlan::Task task{"t" + std::to_string(i), {}, static_cast<int>(1 + Below(3))};
      for (uint64_t need = 0; need < i; ++need) {
        if (Below(4) == 0) task.needs.push_back("t" + std::to_string(need));
      }
      plan.tasks.push_back(task);
    }
    std::shuffle(plan.tasks.begin(), plan.tasks.end(), random_);
    return plan;
  }

  const RunPlan::Task& Find(const std::string& name) const {
    return *std::ranges::find_if(plan_.tasks, [&](const auto& t) { return t.name == name; });
  }

  void Take(const std::vector<Effect>& effects) {
    for (const Effect& effect : effects) {
      if (const auto* start = std::get_if<StartTask>(&effect)) Start(*start);
      if (const auto* retry = std::get_if<RetryAt>(&effect)) retrying_.insert(retry->task);
    }
  }

  void Start(const StartTask& start) {
    const RunPlan::Task& task = Find(start.task);
    EXPECT_TRUE(active_.insert(start.task).second) << "two attempts at once";
    EXPECT_LE(active_.size(), plan_.parallel_max);
    EXPECT_EQ(start.attempt, ++attempts_[start.task]);
    EXPECT_LE(start.attempt, task.attempts_max);
    EXPECT_FALSE(cancelled_);
    for (const auto& need : task.needs) {
      EXPECT_EQ(run_.TaskState(need).type, StateType::kCompleted);
    }
  }

  std::string TakeAny(std::set<std::string>& names) {
    const auto chosen = std::next(names.begin(), static_cast<int64_t>(Below(names.size())));
    std::string name = *chosen;
    names.erase(chosen);
    return name;
  }

  Event NextEvent() {
    if (Below(60) == 0) {
      cancelled_ = true;
      return CancelAsked{"why not"};
    }
    if (active_.empty() || (!retrying_.empty() && Below(2) == 0)) {
      return RetryDue{TakeAny(retrying_)};
    }
    if (Below(4) == 0) return TaskBegan{*active_.begin()};
    const std::string task = TakeAny(active_);
    switch (Below(6)) {
      case 0:
        return TaskSkipped{task};
      case 1:
        return TaskFailed{task, static_cast<FailureKind>(Below(3)), "bad luck", 1};
      case 2:
        return TaskFailed{task, static_cast<FailureKind>(Below(3)), "for good"};
      case 3:
        if (cancelled_) return TaskStopped{task};
        return TaskFinished{task};
      default:
        return TaskFinished{task};
    }
  }

  std::mt19937_64 random_;
  RunPlan plan_;
  Machine run_;
  std::set<std::string> active_;
  std::set<std::string> retrying_;
  std::map<std::string, int> attempts_;
  bool cancelled_ = false;
};

TEST(Run, AnySequenceOfEventsEndsWell) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    RandomRun(seed).Play();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace laguna::flow
