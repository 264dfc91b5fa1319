// SPDX-License-Identifier: Apache-2.0
#include "state/control_state.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <future>
#include <thread>

#include "base/error.h"
#include "io/temporary_folder.h"
#include "state/connection.h"
#include "state/migration.h"
#include "state/run_lease.h"
#include "state/task_log.h"

namespace laguna::state {
namespace {

class FixedClock final : public base::Clock {
 public:
  [[nodiscard]] int64_t NowMs() const override { return now_ms; }
  void SleepFor(std::chrono::milliseconds duration) const override { now_ms += duration.count(); }
  mutable int64_t now_ms = 1'000'000;
};

const RunState kRunning{StateType::kRunning, "Running", ""};
const RunState kCompleted{StateType::kCompleted, "Completed", "done"};

RunRecord NewRun(const std::string& id, const std::string& flow = "nightly") {
  return {.id = id, .flow = flow, .created_ms = 10, .host = HostName(), .heartbeat_ms = 10};
}

class ControlStateTest : public ::testing::Test {
 protected:
  io::TemporaryFolder folder_{"state"};
  ControlState state_{folder_.path() + "/.laguna"};
};

TEST_F(ControlStateTest, ARunAndItsHistory) {
  state_.AddRun(NewRun("aa1"));
  EXPECT_TRUE(state_.SetRunState("aa1", kRunning, 20));
  EXPECT_TRUE(state_.SetRunState("aa1", kCompleted, 30));
  const RunRecord run = state_.FindRun("aa");
  EXPECT_EQ(run.state, kCompleted);
  EXPECT_EQ(run.started_ms, 20);
  EXPECT_EQ(run.ended_ms, 30);
  const auto history = state_.History("aa1");
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].state.type, StateType::kScheduled);
  EXPECT_EQ(history[2].at_ms, 30);
}

TEST_F(ControlStateTest, ATriggerStartsOneRunAtATime) {
  RunRecord run = NewRun("aa1");
  run.trigger = {"@daily UTC", 1000};
  EXPECT_TRUE(state_.AddRun(run));
  run.id = "aa2";
  EXPECT_FALSE(state_.AddRun(run));
  EXPECT_EQ(state_.Runs().size(), 1U);
  EXPECT_EQ(state_.FindRun("aa1").trigger.due_ms, 1000);
  run.trigger.due_ms = 3000;
  EXPECT_TRUE(state_.AddRun(run));
  EXPECT_EQ(state_.LastDueMs("nightly", "@daily UTC"), 3000);
  EXPECT_EQ(state_.LastDueMs("nightly", "@weekly UTC"), std::nullopt);
  EXPECT_TRUE(state_.AddRun(NewRun("bb1")));
  EXPECT_TRUE(state_.AddRun(NewRun("bb2")));
}

// What the action gives when it is done by somebody who may write nothing into the folder.
int AsReaderOf(const std::string& folder, const std::function<int()>& action) {
  namespace fs = std::filesystem;
  const fs::perms read = fs::perms(0555);
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    fs::permissions(entry, entry.is_directory() ? read : fs::perms(0444));
  }
  fs::permissions(folder, read);
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534) != 0) _exit(99);
    _exit(action());
  }
  int status = 0;
  waitpid(child, &status, 0);
  fs::permissions(folder, fs::perms(0755));
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ControlStateToBeRead, IsReadWhereNothingCanBeWritten) {
  const io::TemporaryFolder folder("state#1?");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const std::string path = folder.path() + "/.laguna";
  ControlState(path).AddRun(NewRun("aa1"));
  const int outcome = AsReaderOf(path, [&] {
    ControlState state(path);
    if (state.writable() || state.FindRun("aa1").flow != "nightly") return 1;
    if (!RecoverLostRuns(state, FixedClock()).empty()) return 2;
    try {
      state.AddRun(NewRun("bb1"));
      return 3;
    } catch (const base::Error& error) {
      return error.kind() == base::ErrorKind::kPermissionDenied ? 0 : 4;
    }
  });
  EXPECT_EQ(outcome, 0);
}

TEST_F(ControlStateTest, WhatHasEndedStaysEnded) {
  state_.AddRun(NewRun("aa1"));
  EXPECT_TRUE(state_.SetRunState("aa1", kCompleted, 30));
  EXPECT_FALSE(state_.SetRunState("aa1", kRunning, 40));
  EXPECT_FALSE(state_.RenewHeartbeat("aa1", 40));
  EXPECT_EQ(state_.History("aa1").size(), 2U);
}

TEST_F(ControlStateTest, RunsAreFoundByPrefixOrNamedUnknown) {
  state_.AddRun(NewRun("ab1"));
  state_.AddRun(NewRun("ab2"));
  EXPECT_EQ(state_.FindRun("ab1").id, "ab1");
  EXPECT_THROW((void)state_.FindRun("ab"), base::Error);
  EXPECT_THROW((void)state_.FindRun("*"), base::Error);
  EXPECT_THROW((void)state_.FindRun(""), base::Error);
  EXPECT_EQ(state_.Runs({.flow = "nightly"}).size(), 2U);
  EXPECT_TRUE(state_.Runs({.flow = "other"}).empty());
  EXPECT_TRUE(state_.Runs({.type = StateType::kFailed}).empty());
}

TEST_F(ControlStateTest, AttemptsReplaceTheTaskThatWaits) {
  const TaskRunRecord waiting{.run_id = "aa1", .task = "fetch"};
  const TaskRunRecord first{.run_id = "aa1", .task = "fetch", .attempt = 1, .state = kRunning};
  const TaskRunRecord second{.run_id = "aa1",
                             .task = "fetch",
                             .attempt = 2,
                             .state = kCompleted,
                             .outputs = R"({"rows": 3})"};
  state_.AddRun(NewRun("aa1"));
  state_.PutTaskRuns({waiting}, 11);
  state_.PutTaskRuns({first, first}, 12);
  state_.PutTaskRuns({second}, 14);
  const auto task_runs = state_.TaskRuns("aa1");
  ASSERT_EQ(task_runs.size(), 2U);
  EXPECT_EQ(task_runs[0].attempt, 1);
  EXPECT_EQ(task_runs[1].outputs, R"({"rows": 3})");
  // The repeated record is not a second change.
  EXPECT_EQ(state_.History("aa1").size(), 4U);
}

TEST_F(ControlStateTest, ARunWaitsForASlotOfItsFlow) {
  for (const char* id : {"a1", "a2", "a3"}) state_.AddRun(NewRun(id));
  state_.AddRun(NewRun("b1", "other"));
  EXPECT_TRUE(state_.TryStartRun("a1", 1, 20).empty());
  EXPECT_EQ(state_.TryStartRun("a2", 1, 21), std::vector<std::string>{"a1"});
  EXPECT_TRUE(state_.TryStartRun("b1", 1, 21).empty());
  EXPECT_TRUE(state_.TryStartRun("a3", 2, 21).empty());
  state_.SetRunState("a1", kCompleted, 30);
  state_.SetRunState("a3", kCompleted, 30);
  EXPECT_TRUE(state_.TryStartRun("a2", 1, 31).empty());
  EXPECT_EQ(state_.FindRun("a2").state.type, StateType::kRunning);
}

TEST_F(ControlStateTest, CountingABatchAgainChangesNothing) {
  const std::vector<ExpectationCount> counts{{"sales", "silver.sales", "s1", 4, "positive", 10, 2}};
  state_.PutExpectationCounts(counts, 50);
  state_.PutExpectationCounts(counts, 60);
  const auto stored = state_.ExpectationCounts("silver.sales");
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].passed, 10);
  EXPECT_EQ(stored[0].failed, 2);
  EXPECT_EQ(stored[0].counted_ms, 60);
  EXPECT_TRUE(state_.ExpectationCounts("silver.other").empty());
}

TEST_F(ControlStateTest, CountsOfOtherStreamsGo) {
  state_.PutExpectationCounts({{"p", "silver.sales", "s1", 0, "positive", 10, 2},
                               {"p", "silver.sales", "s2", 0, "positive", 10, 2},
                               {"p", "silver.sales", "s3", 0, "positive", 10, 2},
                               {"p", "silver.other", "s2", 0, "positive", 10, 2}},
                              50);
  state_.KeepExpectationCounts("silver.sales", {"s1", "s3", "s9"});
  std::vector<std::string> streams;
  for (const ExpectationCount& count : state_.ExpectationCounts()) {
    streams.push_back(count.table + " " + count.stream_id);
  }
  EXPECT_EQ(streams,
            (std::vector<std::string>{"silver.other s2", "silver.sales s1", "silver.sales s3"}));
}

TEST_F(ControlStateTest, CountsOfBatchesThatWereNeverCommittedGo) {
  state_.PutExpectationCounts({{"p", "silver.sales", "s1", 3, "positive", 10, 2},
                               {"p", "silver.sales", "s1", 4, "positive", 10, 2},
                               {"p", "silver.sales", "s1", 5, "positive", 10, 2},
                               {"p", "silver.sales", "s2", 4, "positive", 10, 2},
                               {"p", "silver.other", "s1", 4, "positive", 10, 2}},
                              50);
  state_.ForgetExpectationCounts("silver.sales", "s1", 4);
  std::vector<std::string> left;
  for (const ExpectationCount& count : state_.ExpectationCounts()) {
    left.push_back(count.table + " " + count.stream_id + " " + std::to_string(count.batch));
  }
  EXPECT_EQ(left, (std::vector<std::string>{"silver.other s1 4", "silver.sales s1 3",
                                            "silver.sales s2 4"}));
}

TEST_F(ControlStateTest, ALostRunAndItsTasksCrash) {
  const FixedClock clock;
  state_.AddRun(NewRun("aa1"));
  state_.SetRunState("aa1", kRunning, 20);
  state_.PutTaskRuns({{.run_id = "aa1", .task = "fetch", .attempt = 1, .state = kRunning}}, 21);
  const auto lost = RecoverLostRuns(state_, clock);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(state_.FindRun("aa1").state.type, StateType::kCrashed);
  EXPECT_EQ(state_.TaskRuns("aa1")[0].state.type, StateType::kCrashed);
  EXPECT_TRUE(RecoverLostRuns(state_, clock).empty());
}

TEST_F(ControlStateTest, AHeldRunIsNotLost) {
  const FixedClock clock;
  const RunLease lease(state_, clock, "aa1", {});
  state_.AddRun(NewRun("aa1"));
  EXPECT_TRUE(RecoverLostRuns(state_, clock).empty());
}

TEST_F(ControlStateTest, ARunOfAnotherMachineIsLostWhenItsHeartbeatIsOld) {
  FixedClock clock;
  RunRecord run = NewRun("aa1");
  run.host = "elsewhere";
  run.heartbeat_ms = clock.now_ms;
  state_.AddRun(run);
  clock.now_ms += 30'000;
  EXPECT_TRUE(RecoverLostRuns(state_, clock).empty());
  clock.now_ms += 31'000;
  EXPECT_EQ(RecoverLostRuns(state_, clock).size(), 1U);
}

TEST_F(ControlStateTest, TheLeaseTellsWhenSomebodyElseEndedTheRun) {
  const FixedClock clock;
  std::promise<void> lost;
  RunLease lease(state_, clock, "aa1",
                 {.renewal = std::chrono::milliseconds(1), .on_lost = [&] { lost.set_value(); }});
  state_.AddRun(NewRun("aa1"));
  lease.StartRenewing();
  EXPECT_TRUE(state_.SetRunState("aa1", kCompleted, 30));
  EXPECT_EQ(lost.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(ControlStateTest, AFailingWriteHurtsNobodyElse) {
  state_.AddRun(NewRun("aa1"));
  EXPECT_THROW(state_.AddRun(NewRun("aa1")), base::Error);
  state_.AddRun(NewRun("aa2"));
  EXPECT_EQ(state_.Runs().size(), 2U);
}

TEST_F(ControlStateTest, AWriteIsUndoneWhole) {
  state_.AddRun(NewRun("aa1"));
  const std::vector<TaskRunRecord> second_has_no_run{{.run_id = "aa1", .task = "a"},
                                                     {.run_id = "none", .task = "b"}};
  EXPECT_THROW(state_.PutTaskRuns(second_has_no_run, 20), base::Error);
  EXPECT_TRUE(state_.TaskRuns("aa1").empty());
  EXPECT_EQ(state_.History("aa1").size(), 1U);
}

TEST_F(ControlStateTest, AWriteWaitsForWhoHoldsTheFile) {
  Connection other(state_.folder() + "/state.db", Connection::Mode::kReadWrite);
  other.Execute("BEGIN IMMEDIATE");
  std::thread holder([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    other.Execute("COMMIT");
  });
  EXPECT_NO_THROW(state_.AddRun(NewRun("aa1")));
  holder.join();
  EXPECT_EQ(state_.FindRun("aa1").id, "aa1");
}

// As the programs before triggers left it.
void MakeVersionOne(const std::string& folder) {
  Connection connection(folder + "/state.db", Connection::Mode::kReadWrite);
  connection.Execute("DROP INDEX runs_by_trigger");
  connection.Execute("ALTER TABLE runs DROP COLUMN trigger");
  connection.Execute("ALTER TABLE runs DROP COLUMN due_ms");
  connection.Execute("PRAGMA user_version = 1");
}

TEST_F(ControlStateTest, AnOlderSchemaIsBroughtUpToDate) {
  const std::string folder = folder_.path() + "/older";
  ControlState(folder).AddRun(NewRun("aa1"));
  MakeVersionOne(folder);
  ControlState again(folder);
  EXPECT_EQ(again.FindRun("aa1").trigger.name, "");
  EXPECT_EQ(again.FindRun("aa1").trigger.due_ms, std::nullopt);
  RunRecord run = NewRun("bb1");
  run.trigger = {"@daily UTC", 1000};
  EXPECT_TRUE(again.AddRun(run));
}

TEST(ControlStateToBeRead, AnOlderSchemaIsRefused) {
  const io::TemporaryFolder folder("state");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const std::string path = folder.path() + "/.laguna";
  ControlState(path).AddRun(NewRun("aa1"));
  MakeVersionOne(path);
  const int outcome = AsReaderOf(path, [&] {
    try {
      const ControlState state(path);
      return 1;
    } catch (const base::Error& error) {
      return error.code() == "state.older" ? 0 : 2;
    }
  });
  EXPECT_EQ(outcome, 0);
}

TEST_F(ControlStateTest, ANewerSchemaIsRefused) {
  {
    Connection connection(state_.folder() + "/state.db", Connection::Mode::kReadWrite);
    connection.Execute("PRAGMA user_version = 999");
  }
  try {
    const ControlState again(state_.folder());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "state.newer");
  }
}

TEST(ControlState, AFileThatIsNoDatabaseIsCorrupt) {
  const io::TemporaryFolder folder("state");
  TaskLog(FixedClock(), folder.path() + "/state.db").Write(std::string(2000, 'x'));
  try {
    const ControlState state(folder.path());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt);
  }
}

constexpr int kProcesses = 4;
constexpr int kRunsEach = 25;

// Runs in a child process: opens the same new file as the others, writes and reads.
int WriteRuns(const std::string& folder, int process) {
  try {
    ControlState state(folder);
    for (int i = 0; i < kRunsEach; ++i) {
      const std::string id = "a" + std::to_string(process) + "b" + std::to_string(i);
      state.AddRun(NewRun(id));
      state.SetRunState(id, kCompleted, 30);
      (void)state.FindRun(id);
    }
    return 0;
  } catch (...) {
    return 1;
  }
}

TEST(ControlState, ManyProcessesNeverFindItLocked) {
  const io::TemporaryFolder folder("state");
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(WriteRuns(folder.path(), process));
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  const ControlState state(folder.path());
  EXPECT_EQ(state.Runs({.count_max = 1000}).size(), size_t{kProcesses} * kRunsEach);
}

// Runs in a child process that is killed while it works on a run.
void WorkAndBeKilled(const std::string& folder) {
  const FixedClock clock;
  ControlState state(folder);
  RunLease lease(state, clock, "aa1", {});
  state.AddRun(NewRun("aa1"));
  lease.StartRenewing();
  state.SetRunState("aa1", kRunning, 20);
  ::raise(SIGKILL);
}

TEST(ControlState, ARunWhoseProcessWasKilledCrashesAtTheNextStart) {
  const io::TemporaryFolder folder("state");
  const pid_t child = ::fork();
  if (child == 0) WorkAndBeKilled(folder.path());
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ControlState state(folder.path());
  EXPECT_EQ(state.FindRun("aa1").state.type, StateType::kRunning);
  const auto lost = RecoverLostRuns(state, FixedClock());
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].id, "aa1");
  EXPECT_EQ(state.FindRun("aa1").state.type, StateType::kCrashed);
}

TEST(TaskLog, LinesHaveTheirTimeAndAreReadOn) {
  const io::TemporaryFolder folder("state");
  const FixedClock clock;
  const std::string path = TaskLogPath(folder.path(), "r1", "fetch");
  EXPECT_EQ(ReadTaskLog(path, 0, 1000), "");
  TaskLog log(clock, path);
  log.Write("one\ntwo");
  const std::string text = ReadTaskLog(path, 0, 1000);
  EXPECT_EQ(text, "1970-01-01T00:16:40.000Z one\n1970-01-01T00:16:40.000Z two\n");
  log.Write("three");
  EXPECT_EQ(ReadTaskLog(path, text.size(), 1000), "1970-01-01T00:16:40.000Z three\n");
}

}  // namespace
}  // namespace laguna::state
