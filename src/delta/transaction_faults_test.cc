// SPDX-License-Identifier: Apache-2.0
// Transactions over stores that fail, and beside many others.
#include <gtest/gtest.h>

#include <new>
#include <set>
#include <thread>

#include "base/error.h"
#include "delta/table_for_test.h"
#include "delta/transaction.h"
#include "io/store/fault.h"

namespace laguna::delta {
namespace {

using PathList = std::vector<std::string>;

struct FaultCase {
  std::string plan;
  // Alternative of CommitOutcome, or -1 for an Error.
  int outcome = 0;
  bool committed = true;
};

TEST(TransactionFaults, NoCommitIsLostOrDoubled) {
  const FaultCase cases[] = {
      // The reply is lost after, or the request before, it arrived.
      {"put_if_absent:_delta_log:after:lose:1", 0, true},
      {"put_if_absent:_delta_log:before:lose:1", 0, true},
      {"put_if_absent:_delta_log:after:error=Unavailable:1", 0, true},
      {"put_if_absent:_delta_log:before:error=Unavailable:1", 0, true},
      {"put_if_absent:_delta_log:before:lose:1;put_if_absent:_delta_log:after:lose:2", 0, true},
      // The answer and the look at it fail.
      {"put_if_absent:_delta_log:after:lose:1;open:0001.json:before:error=Unavailable:1;"
       "open:0001.json:before:error=Unavailable:2",
       2, true},
      {"put_if_absent:_delta_log:before:error=PermissionDenied:1", -1, false},
      {"put_if_absent:_delta_log:before:error=Exhausted:1", -1, false},
      // Turned down, as it says, and yet it is there.
      {"put_if_absent:_delta_log:after:error=PermissionDenied:1", 0, true},
      {"put_if_absent:_delta_log:after:error=Exhausted:1", 0, true},
      {"put_if_absent:_delta_log:after:error=NotFound:1", 0, true},
      {"put_if_absent:_delta_log:after:error=Unsupported:1", 0, true},
      {"put_if_absent:_delta_log:after:error=InvalidInput:1", 0, true},
      // The same, and nobody can look.
      {"put_if_absent:_delta_log:after:error=PermissionDenied:1;"
       "head:0001.json:before:error=Unavailable:1;open:0001.json:before:error=Unavailable:1",
       2, true},
      {"put_if_absent:_delta_log:before:error=Exhausted:1;"
       "head:0001.json:before:error=Unavailable:1;open:0001.json:before:error=Unavailable:1",
       2, false},
      // After the commit nothing may fail any more.
      {"head:0001.json:before:error=Unavailable:1", 0, true},
      {"head:0001.json:before:error=Unavailable:1;head:0001.json:before:error=Unavailable:2", 0,
       true},
  };
  for (const FaultCase& test : cases) {
    TestLake lake;
    lake.Create();
    io::FaultObjectStore faulty(lake.store, io::ParseFaultPlan(test.plan));
    Table table(faulty, "bronze/t", lake.clock);
    Transaction transaction(table, lake.table.Latest(), lake.clock, lake.random);
    transaction.Append(FileNamed("a"));
    int outcome = -1;
    try {
      outcome = static_cast<int>(transaction.Commit().index());
    } catch (const base::Error&) {
    }
    EXPECT_EQ(outcome, test.outcome) << test.plan;
    SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
    EXPECT_EQ(latest->version(), test.committed ? 1 : 0) << test.plan;
    EXPECT_EQ(Paths(latest->files()), test.committed ? PathList{"a"} : PathList{}) << test.plan;
  }
}

// Runs out of memory, so to speak, when asked for the time once too often.
class FailingClock final : public base::Clock {
 public:
  explicit FailingClock(int calls) : calls_left_(calls) {}
  [[nodiscard]] int64_t NowMs() const override {
    if (calls_left_-- == 0) throw std::bad_alloc();
    return 1;
  }
  void SleepFor(std::chrono::milliseconds /*duration*/) const override {}

 private:
  mutable int calls_left_;
};

TEST(TransactionFaults, NothingIsThrownOnceTheCommitIsIn) {
  for (int calls = 0; calls < 4; ++calls) {
    TestLake lake;
    SnapshotPtr read = lake.Create();
    FailingClock clock(calls);
    Transaction transaction(lake.table, read, clock, lake.random);
    transaction.Append(FileNamed("a"));
    bool committed = false;
    try {
      committed = std::holds_alternative<Committed>(transaction.Commit());
    } catch (const std::bad_alloc&) {
    }
    SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
    EXPECT_EQ(latest->version(), committed ? 1 : 0) << calls;
    EXPECT_EQ(lake.table.Latest()->version(), latest->version()) << calls;
  }
}

TEST(TransactionFaults, AStopBeforeTheCommitIsAnError) {
  TestLake lake;
  SnapshotPtr read = lake.Create();
  std::stop_source stop;
  stop.request_stop();
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  transaction.Append(FileNamed("a"));
  io::Call call;
  call.stop = stop.get_token();
  EXPECT_THROW((void)transaction.Commit(call), base::Error);
  EXPECT_EQ(lake.table.Latest()->version(), 0);
}

TEST(TransactionThreads, EveryAppendOfManyWritersIsThereOnce) {
  TestLake lake;
  lake.Create();
  constexpr int kWriters = 8;
  constexpr int kAppends = 25;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&lake, writer] {
      // Half of them share a handle, half have their own.
      Table own(lake.store, "bronze/t", lake.clock);
      Table& table = writer % 2 == 0 ? lake.table : own;
      for (int i = 0; i < kAppends; ++i) {
        Transaction transaction(table, table.Latest(), lake.clock, lake.random);
        transaction.Append(FileNamed(std::to_string(writer) + "-" + std::to_string(i)));
        EXPECT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
  EXPECT_EQ(latest->version(), kWriters * kAppends);
  PathList paths = Paths(latest->files());
  EXPECT_EQ(paths.size(), static_cast<size_t>(kWriters * kAppends));
  EXPECT_EQ(std::set<std::string>(paths.begin(), paths.end()).size(), paths.size());
  EXPECT_EQ(Paths(lake.table.Latest()->files()), paths);
}

}  // namespace
}  // namespace laguna::delta
