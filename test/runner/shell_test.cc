// SPDX-License-Identifier: Apache-2.0
#include "runner/shell.h"

#include <gtest/gtest.h>

namespace laguna::test {
namespace {

TEST(Shell, GivesOutputOfBothStreamsAndTheExitCode) {
  const ShellOutcome outcome =
      RunShell({.script = "echo out; echo err >&2; exit 3", .folder = "/"});
  EXPECT_EQ(outcome.output, "out\nerr\n");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_FALSE(outcome.timed_out);
}

TEST(Shell, RunsInTheFolderWithTheEnvironment) {
  EXPECT_EQ(
      RunShell({.script = "pwd; echo $A", .folder = "/usr", .environment = {{"A", "b"}}}).output,
      "/usr\nb\n");
}

TEST(Shell, ReportsSignalsAsTheShellDoes) {
  EXPECT_EQ(RunShell({.script = "kill -9 $$", .folder = "/"}).exit_code, 137);
}

TEST(Shell, EndsWhatTakesTooLong) {
  const ShellOutcome outcome =
      RunShell({.script = "sleep 60 & wait", .folder = "/", .time_limit = std::chrono::seconds(1)});
  EXPECT_TRUE(outcome.timed_out);
}

}  // namespace
}  // namespace laguna::test
