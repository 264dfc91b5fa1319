// SPDX-License-Identifier: Apache-2.0
#include "io/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "io/temporary_folder.h"

namespace laguna::io {
namespace {

using base::Error;
using base::ErrorKind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

ProcessOptions Shell(const std::string& script) {
  return {.arguments = {"sh", "-c", script}, .grace = milliseconds(200)};
}

ErrorKind KindOf(const ProcessOptions& options, const Call& call = {}) {
  try {
    RunProcess(options, call);
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::kInternal;
}

TEST(Process, KeepsOutputAndExitCode) {
  ProcessResult result = RunProcess(Shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.error_output, "err\n");
  EXPECT_EQ(RunProcess(Shell("kill -9 $$")).exit_code, 137);
}

TEST(Process, GivesInputEnvironmentAndFolder) {
  TemporaryFolder folder("process");
  ProcessOptions options = Shell("cat; echo \"$ONLY\"; env | grep -c HOME; pwd");
  options.standard_input = std::string(300'000, 'x');
  options.environment = {{"ONLY", "this one"}, {"PATH", "/usr/bin:/bin"}};
  options.working_folder = folder.path();
  EXPECT_EQ(RunProcess(options).output,
            options.standard_input + "this one\n0\n" + folder.path() + "\n");
}

TEST(Process, SurvivesAChildThatReadsNoInput) {
  ProcessOptions options = Shell("exec 0<&-; sleep 0.1; echo done");
  options.standard_input = std::string(1'000'000, 'x');
  EXPECT_EQ(RunProcess(options).output, "done\n");
}

TEST(Process, StreamsLines) {
  std::vector<std::string> lines;
  ProcessOptions options = Shell("printf 'a\\r\\nb\\n\\nlast'");
  options.on_output_line = [&](std::string_view line) { lines.emplace_back(line); };
  EXPECT_EQ(RunProcess(options).output, "");
  EXPECT_EQ(lines, (std::vector<std::string>{"a", "b", "", "last"}));
}

TEST(Process, CutsWhatIsTooMuch) {
  ProcessOptions options = Shell("head -c 100000 /dev/zero");
  options.output_bytes_max = 1000;
  ProcessResult result = RunProcess(options);
  EXPECT_EQ(result.output.size(), 1000U);
  EXPECT_TRUE(result.output_cut);
}

TEST(Process, EndsAtTheDeadlineWithTheWholeGroup) {
  TemporaryFolder folder("process");
  std::string marker = folder.path() + "/alive";
  auto begin = steady_clock::now();
  // The group ignores SIGTERM, and a grandchild would write the marker.
  ProcessOptions options =
      Shell("trap '' TERM; (sleep 1; touch " + marker + ") & while :; do sleep 0.05; done");
  EXPECT_EQ(KindOf(options, {.deadline = begin + milliseconds(200)}), ErrorKind::kUnavailable);
  EXPECT_LT(steady_clock::now() - begin, milliseconds(900));
  std::this_thread::sleep_for(milliseconds(1100));
  EXPECT_EQ(RunProcess({.arguments = {"test", "-e", marker}}).exit_code, 1);
}

TEST(Process, DiesWithTheProcessThatRanIt) {
  TemporaryFolder folder("process");
  const std::string begun = folder.path() + "/begun";
  const std::string marker = folder.path() + "/alive";
  const pid_t runner = ::fork();
  if (runner == 0) {
    RunProcess(Shell("(sleep 1; touch " + marker + ") & touch " + begun + "; sleep 30"));
    ::_exit(0);
  }
  while (::access(begun.c_str(), F_OK) != 0) std::this_thread::sleep_for(milliseconds(10));
  std::this_thread::sleep_for(milliseconds(200));
  ::kill(runner, SIGKILL);
  ::waitpid(runner, nullptr, 0);
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_NE(::access(marker.c_str(), F_OK), 0) << "a grandchild lived on";
}

TEST(Process, StopsWhenAskedTo) {
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(100));
    source.request_stop();
  });
  auto begin = steady_clock::now();
  EXPECT_EQ(KindOf(Shell("sleep 30"), {.stop = source.get_token()}), ErrorKind::kCancelled);
  EXPECT_LT(steady_clock::now() - begin, milliseconds(3000));
}

TEST(Process, DoesNotWaitForWhatAProgramLeavesBehind) {
  auto begin = steady_clock::now();
  EXPECT_EQ(RunProcess(Shell("sleep 30 & echo started")).output, "started\n");
  EXPECT_EQ(RunProcess(Shell("setsid sleep 3 & echo left the group")).output, "left the group\n");
  EXPECT_LT(steady_clock::now() - begin, milliseconds(2500));
}

TEST(Process, NamesAProgramThatIsNotThere) {
  EXPECT_EQ(KindOf({.arguments = {"no-such-program-here"}}), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf({.arguments = {"true"}, .working_folder = "/no/such"}), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf({.arguments = {"/etc/passwd"}}), ErrorKind::kPermissionDenied);
}

TEST(Process, LetsAFailingLineFunctionEndTheChild) {
  ProcessOptions options = Shell("while :; do echo x; done");
  options.on_output_line = [](std::string_view) {
    throw Error(ErrorKind::kViolation, "x.y", "Enough.");
  };
  EXPECT_EQ(KindOf(options), ErrorKind::kViolation);
}

}  // namespace
}  // namespace laguna::io
