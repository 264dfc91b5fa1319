// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_log.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "ingest/copy/copies_table.h"
#include "io/store/fault.h"
#include "io/store/memory.h"

namespace laguna::ingest {
namespace {

class CopyLogTest : public testing::Test {
 protected:
  CopyLog Log(io::ObjectStore& store) {
    CopyLog log(store, identity_, clock_, random_, {});
    log.Open();
    return log;
  }

  static CopyIntent IntentFor(const std::string& key) {
    CopyIntent intent;
    intent.files.push_back({.key = key});
    return intent;
  }

  FinishedFile Write(const std::string& key, const std::string& text) {
    store_.Put(key, text);
    return {.key = key, .target = StampOf(*store_.Head(key))};
  }

  base::SystemClock clock_;
  base::SeededRandom random_{1};
  io::MemoryObjectStore store_{clock_};
  const CopyIdentity identity_{.from = "a.csv", .to = "landing/", .mode = "full", .cursor = ""};
};

TEST_F(CopyLogTest, RunsAreNumberedAndKept) {
  CopyLog log = Log(store_);
  EXPECT_FALSE(log.ReadLast());
  for (const std::string key : {"landing/1", "landing/2"}) {
    const CopyRecord record = log.Begin(IntentFor(key));
    log.Finish(record, {Write(key, "x")});
  }
  CopyLog again = Log(store_);
  EXPECT_EQ(again.next_number(), 3);
  EXPECT_EQ(again.ReadFrom(1).size(), 2U);
  EXPECT_EQ(again.ReadLast()->intent.files.front().key, "landing/2");
}

TEST_F(CopyLogTest, ARunKilledAfterItsFileIsFinishedByTheNext) {
  Log(store_).Begin(IntentFor("landing/1"));
  Write("landing/1", "x");
  const auto last = Log(store_).ReadLast();
  ASSERT_TRUE(last);
  EXPECT_TRUE(last->outcome->recovered);
  EXPECT_EQ(last->outcome->files.front().key, "landing/1");
}

TEST_F(CopyLogTest, ARunKilledBeforeItsFileIsForgotten) {
  Log(store_).Begin(IntentFor("landing/1"));
  CopyLog log = Log(store_);
  EXPECT_FALSE(log.ReadLast());
  EXPECT_EQ(log.next_number(), 2);
}

TEST_F(CopyLogTest, ASlowRunThatWasTakenForAKilledOneTakesItsRowsBack) {
  CopyLog slow = Log(store_);
  CopyIntent intent = IntentFor("landing/1");
  intent.cursor = CursorState{};
  const CopyRecord record = slow.Begin(std::move(intent));
  Log(store_);  // on another machine: finds no file
  try {
    slow.Finish(record, {Write("landing/1", "x")});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), "copy.conflict");
  }
  EXPECT_FALSE(store_.Head("landing/1"));
  EXPECT_FALSE(Log(store_).ReadLast());
}

TEST_F(CopyLogTest, ASlowRunWhoseFileWasFoundIsDone) {
  CopyLog slow = Log(store_);
  CopyIntent intent = IntentFor("landing/1");
  intent.cursor = CursorState{};
  const CopyRecord record = slow.Begin(std::move(intent));
  const FinishedFile file = Write("landing/1", "x");
  EXPECT_TRUE(Log(store_).ReadLast());
  slow.Finish(record, {file});
  EXPECT_TRUE(store_.Head("landing/1"));
}

TEST_F(CopyLogTest, AFileThatStoodThereBeforeIsNotOurs) {
  const FinishedFile old = Write("landing/1", "old");
  CopyIntent intent = IntentFor("landing/1");
  intent.files.front().replaced = old.target;
  Log(store_).Begin(intent);
  EXPECT_FALSE(Log(store_).ReadLast());
}

TEST_F(CopyLogTest, OfTwoProcessesOneGetsTheNumber) {
  CopyLog one = Log(store_);
  CopyLog other = Log(store_);
  one.Begin(IntentFor("landing/1"));
  try {
    other.Begin(IntentFor("landing/2"));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kConflict);
    EXPECT_EQ(error.code(), "copy.conflict");
  }
}

TEST_F(CopyLogTest, ARunKnowsThatItIsOvertaken) {
  CopyLog one = Log(store_);
  CopyLog other = Log(store_);
  EXPECT_FALSE(one.IsOvertaken());
  other.Begin(IntentFor("landing/1"));
  EXPECT_TRUE(one.IsOvertaken());
  EXPECT_EQ(one.Conflict().code(), "copy.conflict");
}

TEST_F(CopyLogTest, ALostReplyIsLookedUp) {
  io::FaultObjectStore lossy(store_, io::ParseFaultPlan("put_if_absent:_laguna:after:lose:1"));
  EXPECT_EQ(Log(lossy).Begin(IntentFor("landing/1")).number, 1);
  io::FaultObjectStore deaf(store_, io::ParseFaultPlan("put_if_absent:_laguna:before:lose:1"));
  EXPECT_THROW(Log(deaf).Begin(IntentFor("landing/1")), base::Error);
}

TEST_F(CopyLogTest, FilesAreDurableBeforeTheOutcomeSaysSo) {
  io::FaultObjectStore traced(store_);
  CopyLog log = Log(traced);
  const CopyRecord record = log.Begin(IntentFor("landing/1"));
  log.Finish(record, {Write("landing/1", "x")});
  const auto trace = traced.Trace();
  ASSERT_GE(trace.size(), 2U);
  EXPECT_EQ(trace[trace.size() - 2].operation, io::StoreOperation::kSync);
  EXPECT_EQ(trace.back().operation, io::StoreOperation::kPut);
}

TEST_F(CopyLogTest, TheHistoryShowsWhatWasPublished) {
  EXPECT_TRUE(CopyHistory(store_).empty());
  CopyLog log = Log(store_);
  CopyIntent intent = IntentFor("landing/1");
  intent.files.front().rows = 4;
  intent.files.push_back({.key = "landing/failed"});
  log.Finish(log.Begin(std::move(intent)), {Write("landing/1", "abc")});
  log.Begin(IntentFor("landing/under way"));
  EXPECT_EQ(CopyHistory(store_).size(), 2U);

  const engine::RowSource table = CopiesTable(store_);
  const auto reader = table.open({});
  const auto rows = reader->Next(10);
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_EQ(rows.front().size(), table.columns({}).size());
  EXPECT_EQ(rows.front()[4].ToText(), "landing/1");
  EXPECT_EQ(rows.front()[5].ToText(), "4");
  EXPECT_EQ(rows.front()[6].ToText(), "3");
  EXPECT_TRUE(reader->Next(10).empty());
}

}  // namespace
}  // namespace laguna::ingest
