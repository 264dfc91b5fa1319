// SPDX-License-Identifier: Apache-2.0
#include "io/file_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "base/error.h"
#include "io/temporary_folder.h"

namespace laguna::io {
namespace {

using std::chrono::milliseconds;

TEST(FileLock, SaysWhoHoldsIt) {
  TemporaryFolder folder("lock");
  std::string path = folder.path() + "/l";
  {
    auto first = FileLock::TryLock(path, "serving\nthe lake");
    ASSERT_TRUE(std::holds_alternative<FileLock>(first));
    auto second = FileLock::TryLock(path, "other");
    ASSERT_TRUE(std::holds_alternative<LockHolder>(second));
    EXPECT_EQ(std::get<LockHolder>(second).process_id, ::getpid());
    EXPECT_EQ(std::get<LockHolder>(second).purpose, "serving the lake");
  }
  EXPECT_TRUE(std::holds_alternative<FileLock>(FileLock::TryLock(path, "third")));
}

TEST(FileLock, WaitsUntilFreeOrTheDeadline) {
  TemporaryFolder folder("lock");
  std::string path = folder.path() + "/l";
  std::optional<FileLock> held(FileLock::WaitLock(path, "first", {}));
  try {
    FileLock::WaitLock(path, "second",
                       {.deadline = std::chrono::steady_clock::now() + milliseconds(50)});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kUnavailable);
    EXPECT_NE(error.sentence().find("first"), std::string::npos);
  }
  std::jthread releaser([&] {
    std::this_thread::sleep_for(milliseconds(50));
    held.reset();
  });
  EXPECT_NO_THROW(FileLock::WaitLock(path, "third", {}));
}

TEST(FileLock, IsFreeOnceItsHolderDied) {
  TemporaryFolder folder("lock");
  std::string path = folder.path() + "/l";
  pid_t child = ::fork();
  if (child == 0) {
    // Waits: the parent's look at the lock below holds it for a moment.
    auto lock = FileLock::WaitLock(path, "doomed", {});
    ::pause();
    ::_exit(0);
  }
  while (true) {
    auto attempt = FileLock::TryLock(path, "parent");
    auto* holder = std::get_if<LockHolder>(&attempt);
    if (holder != nullptr && holder->process_id == child) break;
    attempt = LockHolder{};
    std::this_thread::sleep_for(milliseconds(2));
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(std::holds_alternative<FileLock>(FileLock::TryLock(path, "parent")));
}

}  // namespace
}  // namespace laguna::io
