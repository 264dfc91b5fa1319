// SPDX-License-Identifier: Apache-2.0
#include "delta/table.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/table_for_test.h"
#include "io/store/fault.h"

namespace laguna::delta {
namespace {

using PathList = std::vector<std::string>;

std::string CodeOf(const std::function<void()>& work) {
  try {
    work();
    return "";
  } catch (const base::Error& error) {
    return error.code();
  }
}

TEST(Table, IsNotThereUntilItsFirstCommit) {
  TestLake lake;
  EXPECT_EQ(lake.table.Latest(), nullptr);
  EXPECT_FALSE(Table::Exists(lake.store, "bronze/t"));
  EXPECT_EQ(CodeOf([&] { (void)lake.table.AtVersion(0); }), "delta.no_table");
  lake.Create();
  EXPECT_TRUE(Table::Exists(lake.store, "bronze/t"));
  EXPECT_FALSE(Table::Exists(lake.store, "bronze/t2"));
}

TEST(Table, ATableKnownByItsCheckpointIsThere) {
  TestLake lake;
  lake.store.Put(LogFolder("bronze/t") + "00000000000000000010.checkpoint.parquet", "x");
  EXPECT_TRUE(Table::Exists(lake.store, "bronze/t"));
  EXPECT_EQ(CodeOf([&] { (void)lake.table.Latest(); }), "delta.checkpoint_read");
}

TEST(Table, RefreshReadsOnlyNewCommits) {
  TestLake lake;
  lake.Create();
  for (int i = 0; i < 5; ++i) lake.Append("f" + std::to_string(i));
  io::FaultObjectStore traced(lake.store);
  Table table(traced, "bronze/t", lake.clock);
  SnapshotPtr before = table.Latest();
  size_t opened = traced.Trace().size();
  EXPECT_EQ(table.Latest(), before) << "nothing new, the same snapshot";
  EXPECT_LE(traced.Trace().size() - opened, 2U) << "two looks";
  lake.Append("new");
  opened = traced.Trace().size();
  EXPECT_EQ(table.Latest()->version(), 6);
  auto trace = traced.Trace();
  for (size_t i = opened; i < trace.size(); ++i) {
    EXPECT_NE(trace[i].operation, io::StoreOperation::kList);
    EXPECT_EQ(trace[i].key.find("00000000000000000004"), std::string::npos);
  }
}

TEST(Table, ATableMadeAnewIsNoticed) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  lake.Append("b");
  Table other(lake.store, "bronze/t", lake.clock);
  EXPECT_EQ(other.Latest()->version(), 2);
  lake.store.MoveFolder("bronze/t/", "dropped/t/");
  EXPECT_EQ(other.Latest(), nullptr);
  lake.Create();
  EXPECT_EQ(other.Latest()->version(), 0);
  lake.Append("c");
  lake.Append("d");
  lake.Append("e");
  EXPECT_EQ(Paths(other.Latest()->files()), (PathList{"c", "d", "e"}));
}

TEST(Table, OldVersionsAreThere) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  lake.Append("b");
  EXPECT_EQ(Paths(lake.table.AtVersion(1)->files()), (PathList{"a"}));
  EXPECT_EQ(lake.table.AtVersion(2), lake.table.Latest());
  EXPECT_EQ(CodeOf([&] { (void)lake.table.AtVersion(3); }), "delta.version");
}

TEST(Table, TimeTravelGivesTheVersionOfTheMoment) {
  TestLake lake;
  std::vector<int64_t> times;
  for (int64_t i = 0; i < 4; ++i) {
    lake.clock.Set(2'000'000'000'000 + i * 1000);
    SnapshotPtr made = i == 0 ? lake.Create() : lake.Append("f" + std::to_string(i));
    times.push_back(made->timestamp_ms());
  }
  EXPECT_EQ(CodeOf([&] { (void)lake.table.AtTimestamp(times[0] - 1); }), "delta.timestamp");
  for (size_t i = 0; i < times.size(); ++i) {
    EXPECT_EQ(lake.table.AtTimestamp(times[i])->version(), static_cast<int64_t>(i));
    EXPECT_EQ(lake.table.AtTimestamp(times[i] + 500)->version(), static_cast<int64_t>(i));
  }
  EXPECT_EQ(lake.table.AtTimestamp(times[3] + 1'000'000)->version(), 3);
}

TEST(Table, TimeTravelFollowsInCommitTimestamps) {
  TestLake lake;
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.enableInCommitTimestamps"] = "true";
  auto info = [](int64_t at_ms) {
    CommitInfo made;
    made.in_commit_timestamp_ms = at_ms;
    return made;
  };
  lake.PutCommit(0, {info(1000), Protocol{1, 7, {}, {"inCommitTimestamp"}}, metadata});
  lake.PutCommit(1, {info(2000), FileNamed("a")});
  EXPECT_EQ(lake.table.AtTimestamp(1999)->version(), 0);
  EXPECT_EQ(lake.table.AtTimestamp(2000)->version(), 1);
  EXPECT_EQ(lake.table.History().at(0).timestamp_ms, 2000);
}

TEST(Table, HistoryIsNewestFirst) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  lake.PutText(2,
               "{\"add\":{\"path\":\"b\",\"partitionValues\":{},\"size\":1,"
               "\"modificationTime\":1,\"dataChange\":true}}\n"
               "{\"commitInfo\":{\"operation\":\"LATE\"}}\n");
  std::vector<HistoryEntry> history = lake.table.History();
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].version, 2);
  EXPECT_EQ(history[0].commit.operation, "LATE");
  EXPECT_EQ(history[2].commit.operation, "CREATE TABLE");
  EXPECT_EQ(lake.table.History(1).size(), 1U);
}

struct RefusedLog {
  std::string what;
  std::string protocol;
  std::string line;
  std::string code;
};

TEST(Table, WhatCannotBeReadRightIsRefused) {
  const std::string classic = R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})";
  auto features = [](const std::string& reader, const std::string& writer) {
    return R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":[)" + reader +
           R"(],"writerFeatures":[)" + writer + "]}}";
  };
  const std::string vector_add =
      R"({"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true,)"
      R"("deletionVector":{"storageType":"u","pathOrInlineDv":"ab","offset":1,"sizeInBytes":4,)"
      R"("cardinality":2}}})";
  const RefusedLog cases[] = {
      {"a plain table", classic, "", ""},
      {"actions and fields of the future", classic, R"({"future":{"x":1}})", ""},
      {"an action that is no object", classic, R"({"add":"x"})", "delta.log_line"},
      {"an action that is a number", classic, R"({"remove":5})", "delta.log_line"},
      {"something else that is no object", classic, R"({"future":7})", ""},
      {"an action that is null", classic, R"({"add":null})", ""},
      {"broken JSON", classic, R"({"add":{)", "delta.log_line"},
      {"two objects", classic, R"({"txn":{"appId":"a","version":1}} {"x":{}})", "delta.log_line"},
      {"a missing field", classic, R"({"add":{"path":"a"}})", "delta.log_line"},
      {"a number out of range", classic, R"({"txn":{"appId":"a","version":99999999999999999999}})",
       "delta.log_line"},
      {"an unknown reader feature", features("\"warp\"", "\"warp\""), "", "delta.feature"},
      {"an unknown writer feature", features("", "\"warp\""), "", ""},
      {"a table that a catalog manages", features("\"catalogManaged\"", "\"catalogManaged\""), "",
       "delta.feature"},
      {"vectors allowed, none there", features("\"deletionVectors\"", "\"deletionVectors\""), "",
       ""},
      {"a vector", features("\"deletionVectors\"", "\"deletionVectors\""), vector_add, ""},
      {"column mapping", features("\"columnMapping\"", "\"columnMapping\""), "", ""},
      {"a reader version to come", R"({"protocol":{"minReaderVersion":4,"minWriterVersion":7}})",
       "", "delta.protocol_version"},
  };
  for (const RefusedLog& test : cases) {
    TestLake lake;
    Metadata metadata = SimpleMetadata();
    metadata.id = "id";
    lake.PutText(
        0, test.protocol + "\n" + WriteCommit(std::vector<Action>{metadata}) + test.line + "\n");
    EXPECT_EQ(CodeOf([&] { (void)lake.table.Latest(); }), test.code) << test.what;
  }
}

TEST(Table, BrokenLinesAreNamedWithFileAndLine) {
  TestLake lake;
  lake.Create();
  lake.PutText(1, "\n{\"add\":{\"path\":7}}\n");
  try {
    (void)lake.table.Latest();
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kCorrupt);
    EXPECT_NE(error.sentence().find("00000000000000000001.json, line 2"), std::string::npos)
        << error.sentence();
    EXPECT_NE(error.sentence().find("expected a string at \"add.path\""), std::string::npos)
        << error.sentence();
  }
}

TEST(Table, WritersAreRefusedByFeature) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"minReaderVersion":1,"minWriterVersion":4})", ""},
      {R"({"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["clustering"]})",
       "delta.feature"},
      {R"({"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["warp"]})", "delta.feature"},
      {R"({"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["domainMetadata"]})", ""},
      {R"({"minReaderVersion":1,"minWriterVersion":8})", "delta.protocol_version"},
  };
  for (const auto& [protocol, code] : cases) {
    TestLake lake;
    lake.PutText(0, R"({"protocol":)" + std::string(protocol) + "}\n" +
                        WriteCommit(std::vector<Action>{SimpleMetadata()}));
    SnapshotPtr read = lake.table.Latest();
    EXPECT_EQ(CodeOf([&] { Transaction(lake.table, read, lake.clock, lake.random); }), code)
        << protocol;
  }
}

}  // namespace
}  // namespace laguna::delta
