// SPDX-License-Identifier: Apache-2.0
#include "app/run_display.h"

#include <gtest/gtest.h>

namespace laguna::app {
namespace {

using state::RunState;
using state::StateType;
namespace state_name = state::state_name;

state::TaskRunRecord TaskRun(StateType type, std::string_view name, std::string message = {},
                             int attempt = 1) {
  state::TaskRunRecord task_run{.run_id = "r", .task = "fetch", .attempt = attempt};
  task_run.state = RunState{type, std::string(name), std::move(message)};
  task_run.started_ms = 1000;
  task_run.ended_ms = 3500;
  return task_run;
}

TEST(RunDisplay, TellsWhatIsNewOfATask) {
  const std::pair<state::TaskRunRecord, std::string> cases[] = {
      {TaskRun(StateType::kScheduled, state_name::kScheduled), ""},
      {TaskRun(StateType::kPending, state_name::kPending), ""},
      {TaskRun(StateType::kRunning, state_name::kRunning), "running"},
      {TaskRun(StateType::kRunning, state_name::kRetrying, "", 2), "running, try 2"},
      {TaskRun(StateType::kCompleted, state_name::kCompleted), "completed in 2.50 s"},
      {TaskRun(StateType::kCompleted, state_name::kSkipped, "'when' is false."), "skipped"},
      {TaskRun(StateType::kFailed, state_name::kFailed, "No."), "failed after 2.50 s: No."},
      {TaskRun(StateType::kFailed, state_name::kUpstreamFailed, "It needs 'a'."),
       "not run: It needs 'a'."},
      {TaskRun(StateType::kCrashed, state_name::kCrashed, "Full."), "crashed after 2.50 s: Full."},
      {TaskRun(StateType::kCancelled, state_name::kCancelled), "cancelled after 2.50 s"},
      {TaskRun(StateType::kScheduled, state_name::kAwaitingRetry, "Try 2 of 3."),
       "will be tried again: Try 2 of 3."},
  };
  for (const auto& [task_run, news] : cases) EXPECT_EQ(TaskNews(task_run), news);
}

TEST(RunDisplay, LogLinesShowOnlyWhenAskedForAndCannotSteerTheTerminal) {
  for (const bool with_logs : {false, true}) {
    StringOutput out;
    StringOutput err;
    Console console(out, err, Terminal{}, {});
    RunDisplay display(console, with_logs);
    display.ShowLog("fetch", "a\x1b[2Jb\n  c\n");
    EXPECT_EQ(err.text(), with_logs ? "fetch | a\\x1b[2Jb\nfetch |   c\n" : "");
  }
}

TEST(RunDisplay, TheSpinnerLeavesTheScreenBeforeALineIsWritten) {
  StringOutput out;
  StringOutput err;
  Console console(out, err, Terminal{.err = true}, {});
  RunDisplay display(console, false);
  state::TaskRunRecord task_run = TaskRun(StateType::kRunning, state_name::kRunning);
  display.ShowTask(task_run);
  display.Tick();
  EXPECT_NE(err.text().find("  fetch "), std::string::npos);
  display.Say("news");
  EXPECT_TRUE(err.text().ends_with("\x1b[K\r\x1b[Knews\n")) << err.text();
  display.End();
  const std::string before = err.text();
  display.Tick();
  EXPECT_EQ(err.text(), before);
}

class ClosedOutput final : public Output {
 public:
  void Write(std::string_view) override { Flush(); }
  void Flush() override {
    throw base::Error(base::ErrorKind::kCancelled, "output.closed", "Nobody reads.");
  }
};

TEST(RunDisplay, ARunGoesOnWhenNobodyReadsAnyMore) {
  StringOutput out;
  ClosedOutput err;
  Console console(out, err, Terminal{.err = true}, {});
  RunDisplay display(console, true);
  display.ShowTask(TaskRun(StateType::kRunning, state_name::kRunning));
  display.ShowLog("fetch", "line");
  display.Tick();
  display.End();
}

TEST(RunDisplay, SaysNothingToThoseWhoWantNoNotes) {
  StringOutput out;
  StringOutput err;
  Console console(out, err, Terminal{.err = true}, {.quiet = true});
  RunDisplay display(console, true);
  display.ShowTask(TaskRun(StateType::kRunning, state_name::kRunning));
  display.ShowLog("fetch", "line");
  display.Tick();
  EXPECT_EQ(err.text(), "");
}

}  // namespace
}  // namespace laguna::app
