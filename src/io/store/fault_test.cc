// SPDX-License-Identifier: Apache-2.0
#include "io/store/fault.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "io/store/memory.h"

namespace laguna::io {
namespace {

using base::Error;
using base::ErrorKind;

class FaultStore : public testing::Test {
 protected:
  base::SystemClock clock_;
  MemoryObjectStore memory_{clock_};
};

TEST_F(FaultStore, FailsAtTheNthMatchingCallOnly) {
  FaultObjectStore store(memory_, ParseFaultPlan("put:log:before:error=Exhausted:2"));
  store.Put("data/1", "");
  store.Put("log/1", "");
  try {
    store.Put("log/2", "");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kExhausted);
  }
  EXPECT_FALSE(memory_.Head("log/2")) << "before means that nothing was done";
  EXPECT_NO_THROW(store.Put("log/3", ""));
}

TEST_F(FaultStore, LosesRepliesOfWorkDoneAndNotDone) {
  FaultObjectStore store(memory_, ParseFaultPlan("put_if_absent:a:after:lose:1;"
                                                 "put_if_absent:b:before:lose:1;"
                                                 "put:c:after:lose:1"));
  EXPECT_EQ(store.PutIfAbsent("a", "1"), PutOutcome::kUnknown);
  EXPECT_TRUE(memory_.Head("a"));
  EXPECT_EQ(store.PutIfAbsent("b", "1"), PutOutcome::kUnknown);
  EXPECT_FALSE(memory_.Head("b"));
  EXPECT_THROW(store.Put("c", "1"), Error);
  EXPECT_TRUE(memory_.Head("c"));
}

TEST_F(FaultStore, ReachesStreamsToo) {
  FaultObjectStore store(memory_, ParseFaultPlan("append::before:error=Unavailable:2;"
                                                 "read_at::before:error=Corrupt:1"));
  std::string text = "x";
  auto bytes = std::as_bytes(std::span(text));
  std::unique_ptr<ObjectWriter> writer = store.Write("t/1");
  writer->Append(bytes, {});
  EXPECT_THROW(writer->Append(bytes, {}), Error);
  writer.reset();
  EXPECT_FALSE(memory_.Head("t/1"));
  store.Put("t/2", "x");
  EXPECT_THROW(ReadAll(store, "t/2", 10), Error);
}

TEST_F(FaultStore, KillsTheProcess) {
  auto run = [&](const char* spec) {
    FaultObjectStore store(memory_, ParseFaultPlan(spec));
    store.PutIfAbsent("t/_log:1/0", "");
  };
  EXPECT_EXIT(run("put_if_absent:_log:1:after:kill:1"), testing::KilledBySignal(SIGKILL), "");
  EXPECT_EXIT(run("*::before:kill:1"), testing::KilledBySignal(SIGKILL), "");
}

TEST_F(FaultStore, StopsTheProcessUntilItIsTold) {
  const pid_t child = fork();
  if (child == 0) {
    FaultObjectStore store(memory_, ParseFaultPlan("put:log:before:stop:2"));
    store.Put("log/1", "");
    store.Put("log/2", "");
    _exit(memory_.Head("log/2") ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
  ASSERT_TRUE(WIFSTOPPED(status)) << "it ended with " << status;
  kill(child, SIGCONT);
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(FaultStore, TracesEveryOperation) {
  FaultObjectStore store(memory_);
  store.Put("a", "");
  store.Write("b")->Finish({});
  std::vector<std::string> keys{"b"};
  store.Sync(keys);
  store.List("");
  std::string trace;
  for (const TracedOperation& operation : store.Trace()) {
    trace += std::string(NameOf(operation.operation)) + "(" + operation.key + ") ";
  }
  EXPECT_EQ(trace, "put(a) write(b) finish(b) sync(b) list() ");
}

TEST_F(FaultStore, RefusesAPlanItCannotRead) {
  for (const char* spec : {"put", "put:a:after:kill", "pus:a:after:kill:1", "put:a:during:kill:1",
                           "put:a:after:explode:1", "put:a:after:kill:0", "put:a:after:kill:x",
                           "put:a:after:error=Nope:1", "put:a:after:delay=5s:1"}) {
    EXPECT_THROW(ParseFaultPlan(spec), Error) << spec;
  }
  EXPECT_TRUE(ParseFaultPlan("").empty());
  EXPECT_EQ(ParseFaultPlan("list:a:before:delay=250ms:3")[0].delay.count(), 250);
}

TEST_F(FaultStore, MemoryLosesWhatWasNotSynced) {
  memory_.Put("put", "");
  memory_.Write("streamed")->Finish({});
  memory_.Write("synced")->Finish({});
  std::vector<std::string> keys{"synced"};
  memory_.Sync(keys);
  memory_.LosePower();
  EXPECT_TRUE(memory_.Head("put"));
  EXPECT_FALSE(memory_.Head("streamed"));
  EXPECT_TRUE(memory_.Head("synced"));
}

}  // namespace
}  // namespace laguna::io
