// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <thread>

#include "task/task_for_test.h"

namespace laguna::task {
namespace {

using ShellTask = TaskTest;

TEST_F(ShellTask, LogsBothOutputsAndGivesTheLastLine) {
  const auto outputs = RunTask(
      "shell", "command: 'echo one; echo problem >&2; echo \"two $WHO\"'\nenv: {WHO: me}\n");
  EXPECT_EQ(Output(outputs, "output"), "two me");
  EXPECT_EQ(Output(outputs, "exit_code"), "0");
  for (const char* line : {"one\n", "problem\n", "two me\n"}) {
    EXPECT_NE(log_.find(line), std::string::npos) << log_;
  }
}

TEST_F(ShellTask, GivesTextWhateverTheProgramPrints) {
  EXPECT_EQ(Output(RunTask("shell", R"(command: printf 'a\377b\000c')"), "output"),
            "a\uFFFDb\uFFFDc");
}

TEST_F(ShellTask, RunsInTheLakesFolderOrTheOneGiven) {
  std::filesystem::create_directories(folder_ / "lake/landing");
  const auto here = std::filesystem::canonical(folder_).string();
  EXPECT_EQ(Output(RunTask("shell", "command: pwd -P\n"), "output"), here);
  EXPECT_EQ(Output(RunTask("shell", "command: pwd -P\nfolder: landing\n"), "output"),
            here + "/lake/landing");
}

TEST_F(ShellTask, ArgumentsAreNeverReadByAShell) {
  const auto outputs = RunTask("shell", R"(arguments: [echo, "a; echo b", "$HOME"])");
  EXPECT_EQ(Output(outputs, "output"), "a; echo b $HOME");
}

TEST_F(ShellTask, AnotherExitCodeThanThoseExpectedIsAFailure) {
  const base::Error error = Failure("shell", "command: exit 3\n");
  EXPECT_EQ(error.code(), "task.exit_code");
  EXPECT_EQ(error.kind(), base::ErrorKind::kViolation);
  const auto outputs = RunTask("shell", "command: exit 3\nsuccess_codes: [0, 3]\n");
  EXPECT_EQ(Output(outputs, "exit_code"), "3");
  EXPECT_NE(Failure("shell", "command: kill -9 $$\n").sentence().find("signal 9"),
            std::string::npos);
}

TEST_F(ShellTask, SecretsReachTheProgramAndNothingElse) {
  variables_["LAGUNA_SECRET_MAIL"] = "hunter2";
  const auto outputs = RunTask("shell", R"(
command: 'echo "is $PASSWORD"; echo "again $PASSWORD" >&2; test "$PASSWORD" = hunter2'
secrets: {PASSWORD: MAIL}
)");
  EXPECT_EQ(Output(outputs, "output"), "is ***");
  EXPECT_EQ(log_.find("hunter2"), std::string::npos) << log_;
  const base::Error missing = Failure("shell", "command: 'true'\nsecrets: {PASSWORD: NONE}\n");
  EXPECT_EQ(missing.code(), "secret.missing");
}

TEST_F(ShellTask, MasksEveryLineOfASecret) {
  variables_["LAGUNA_SECRET_KEY"] = "-- begin --\nabcdef\n-- end --\n";
  RunTask("shell", "command: 'printf \"%s\" \"$KEY\"'\nsecrets: {KEY: KEY}\n");
  EXPECT_EQ(log_, "***\n***\n***\n");
}

TEST_F(ShellTask, OwnSecretsAreNotHandedOn) {
  setenv("LAGUNA_SECRET_OF_TEST", "hunter2", 1);
  const auto outputs = RunTask("shell", "command: 'echo \"[$LAGUNA_SECRET_OF_TEST]\"'\n");
  unsetenv("LAGUNA_SECRET_OF_TEST");
  EXPECT_EQ(Output(outputs, "output"), "[]");
}

std::string StatusOf(const std::string& process) {
  std::string status;
  std::getline(std::ifstream("/proc/" + process + "/stat"), status);
  return status;
}

// A killed process is seen until it has ended, and then until somebody asks how it ended.
bool Dies(const std::string& process) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    const std::string status = StatusOf(process);
    if (status.empty() || status.find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST_F(ShellTask, AStopEndsTheProgramAndWhatItStarted) {
  std::stop_source stop;
  std::thread asker([&] {
    while (!std::filesystem::exists(folder_ / "started")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    stop.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const base::Error error = Failure(
      "shell", "command: 'sleep 60 & echo $! > child; touch started; wait'\n", stop.get_token());
  asker.join();
  EXPECT_EQ(error.kind(), base::ErrorKind::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  std::ifstream file(folder_ / "child");
  std::string child;
  file >> child;
  EXPECT_TRUE(Dies(child)) << StatusOf(child);
}

TEST_F(ShellTask, RefusesWhatIsNoTask) {
  const std::pair<std::string, std::string> cases[] = {
      {"env: {A: b}\n", "task.shell"},
      {"command: ls\narguments: [ls]\n", "task.shell"},
      {"command: ls\nsuccess_codes: [many]\n", "task.success_codes"},
      {"arguments: [echo, \"a\\0b\"]\n", "task.nul"},
      {"command: ls\nsecrets: {A: \"no name\"}\n", "secret.name"},
      {"command: ls\nenv: {\"A=B\": c}\n", "task.variable"},
  };
  for (const auto& [yaml, code] : cases) EXPECT_EQ(Failure("shell", yaml).code(), code) << yaml;
}

}  // namespace
}  // namespace laguna::task
