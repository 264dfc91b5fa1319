// SPDX-License-Identifier: Apache-2.0
// What a stream makes of a lake that is not as its last run left it: killed runs, backups, full
// disks, other machines.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

namespace fs = std::filesystem;

using base::ErrorKind;

constexpr const char* kTable = "bronze.sales";
constexpr const char* kQuery = "SELECT * FROM STREAM read_files('landing/sales/*.csv')";
constexpr const char* kRows = "SELECT id, name, n FROM bronze.sales ORDER BY ALL";
const std::vector<RowCheck> kPositive = {
    {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kQuarantine}};

// Folders of streams.
size_t Streams(const StreamForTest& lake) {
  const fs::path folder = lake.folder() / "lake/_laguna/streams";
  size_t streams = 0;
  if (!fs::exists(folder)) return 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    streams += entry.path().filename() == "tables" ? 0 : 1;
  }
  return streams;
}

StreamUpdateOptions FullRefresh() {
  StreamUpdateOptions options;
  options.full_refresh = true;
  return options;
}

TEST(StreamOfTwoLakes, ChangesNothingWhereAnotherWasFaster) {
  StreamForTest lake;
  StreamForTest other(&lake);
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n2,-20\n");
  lake.Write("landing/sales/b.csv", "id,n\n3,30\n4,-40\nx\n");
  StreamUpdateOptions options;
  options.files_per_batch_max = 1;
  options.before_commit = [&](const BatchReport&) { other.Update(kTable, kQuery, {}, kPositive); };
  const auto error = lake.UpdateFailure(kTable, kQuery, options, kPositive);
  EXPECT_EQ(error.code(), "stream.two_writers");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n3");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales__quarantine ORDER BY id"), "2\n4");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors"), "x");
  EXPECT_EQ(Streams(lake), 1U);
  EXPECT_TRUE(lake.Update(kTable, kQuery, {}, kPositive).batches.empty());
}

// Both are between their side tables and the table at the same time.
TEST(StreamOfTwoLakes, LosesNoRowOfASideTable) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n2,-20\n");
  lake.Write("landing/sales/b.csv", "id,n\n3,30\n4,-40\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:delay=500ms:1");
  std::thread thread([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    StreamForTest other(&lake);
    other.Restart("put_if_absent:sales/_delta_log:before:delay=900ms:1");
    StreamUpdateOptions options;
    options.files_per_batch_max = 1;
    try {
      other.Update(kTable, kQuery, options, kPositive);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConflict) << error.sentence();
    }
  });
  try {
    lake.Update(kTable, kQuery, {}, kPositive);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConflict) << error.sentence();
  }
  thread.join();
  lake.Restart();
  lake.Update(kTable, kQuery, {}, kPositive);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n3");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales__quarantine ORDER BY id"), "2\n4");
  EXPECT_TRUE(lake.Update(kTable, kQuery, {}, kPositive).batches.empty());
  EXPECT_EQ(Streams(lake), 1U);
}

TEST(StreamLog, SaysWhatOfItIsLost) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  const std::string id = lake.Update(kTable, kQuery).batches.at(0).stream_id;
  lake.Write("landing/sales/b.csv", "id,n\n2,20\n");
  lake.Update(kTable, kQuery);
  const fs::path folder = lake.folder() / "lake/_laguna/streams" / id;
  const struct {
    const char* part;
    const char* words;
  } losses[] = {{"offsets/1.json", "ends with batch 0"}, {"sources", "(sources/)"}, {"", "is not"}};
  for (const auto& loss : losses) {
    fs::remove_all(folder / loss.part);
    const auto error = lake.UpdateFailure(kTable, kQuery);
    EXPECT_EQ(error.code(), "stream.log_lost");
    EXPECT_NE(error.sentence().find(loss.words), std::string::npos) << error.sentence();
    EXPECT_NE(error.hint().find("--full-refresh bronze.sales"), std::string::npos);
  }
}

TEST(StreamClaim, IsNotMadeByARunThatFails) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,-10\n");
  const std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kFail}};
  lake.UpdateFailure(kTable, kQuery, {}, checks);
  EXPECT_FALSE(fs::exists(lake.folder() / "lake/_laguna/streams"));
}

TEST(StreamClaim, OfAKilledRunIsFollowedByAnother) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n2,-20\n");
  for (const char* fault : {"put_if_absent:tables/bronze:after:error=Exhausted:1",
                            "put_if_absent:sales__quarantine/_delta_log:before:error=Exhausted:1",
                            "put_if_absent:sales/_delta_log:before:error=Exhausted:1"}) {
    lake.Restart(fault);
    EXPECT_THROW(lake.Update(kTable, kQuery, {}, kPositive), base::Error) << fault;
  }
  lake.Restart();
  lake.Update(kTable, kQuery, {}, kPositive);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales"), "1");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales__quarantine"), "2");
  EXPECT_EQ(Streams(lake), 1U) << "what the killed runs left is removed";
}

TEST(StreamClaim, IsConfirmedByTheNextRun) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Restart("put:tables/bronze:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales"), "1");
  EXPECT_TRUE(lake.notices.empty());
}

TEST(StreamClaim, TellsATableFromABackup) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Update(kTable, kQuery);
  fs::copy(lake.folder() / "lake/bronze/sales", lake.folder() / "backup",
           fs::copy_options::recursive);
  lake.Update(kTable, kQuery, FullRefresh());
  fs::remove_all(lake.folder() / "lake/bronze/sales");
  fs::rename(lake.folder() / "backup", lake.folder() / "lake/bronze/sales");
  lake.Restart();
  const auto error = lake.UpdateFailure(kTable, kQuery);
  EXPECT_EQ(error.code(), "stream.other_stream");
  EXPECT_NE(error.hint().find("backup"), std::string::npos);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales"), "1");
}

TEST(FullRefresh, RemovesTheStreamBeforeIt) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Update(kTable, kQuery);
  lake.Update(kTable, kQuery, FullRefresh());
  lake.Update(kTable, kQuery, FullRefresh());
  EXPECT_EQ(Streams(lake), 1U);
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
}

TEST(FullRefresh, EmptiesATableWhoseFilesAreGone) {
  StreamForTest lake;
  const std::string typed =
      "SELECT * FROM STREAM read_files('landing/sales/*.csv', format => 'csv', columns => {'id': "
      "'BIGINT', 'n': 'BIGINT'}, header => true)";
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Update(kTable, typed);
  lake.Remove("landing/sales/a.csv");
  // Without columns given nothing can be said of what is not there.
  const auto waits = lake.Update(kTable, kQuery, FullRefresh());
  EXPECT_TRUE(waits.waits_for_source);
  EXPECT_EQ(waits.missing, "landing/sales/*.csv");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.sales"), "1");
  EXPECT_EQ(lake.Update(kTable, typed, FullRefresh()).batches.size(), 1U);
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.sales"), "0");
  lake.Write("landing/sales/b.csv", "id,n\n2,20\n");
  EXPECT_EQ(lake.Update(kTable, typed).rows_written(), 1);
}

TEST(FullDisk, IsToldInWordsOfTheUser) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n2,-20\n");
  for (const char* fault : {"put_if_absent:sales__quarantine/_delta_log:before:error=Exhausted:1",
                            "put_if_absent:sales/_delta_log:before:error=Exhausted:1",
                            "finish:bronze/sales:before:error=Exhausted:1"}) {
    lake.Restart(fault);
    const auto error = lake.UpdateFailure(kTable, kQuery, {}, kPositive);
    EXPECT_EQ(error.kind(), ErrorKind::kExhausted);
    EXPECT_FALSE(error.place()) << error.Report();
    EXPECT_EQ(error.Report().find("INSERT"), std::string::npos) << error.Report();
    EXPECT_EQ(error.Report().find("stay"), std::string::npos) << error.Report();
    EXPECT_NE(error.hint().find("Nothing is lost"), std::string::npos) << error.Report();
  }
}

TEST(DroppedBatch, IsAWriteInTheHistory) {
  StreamForTest lake;
  const std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kDropRow}};
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,n\n2,-20\n");
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query("SELECT operation FROM laguna_history('bronze.sales') WHERE version = 1"),
            "WRITE");
}

TEST(Replay, OfACopiedLakeGoesByBytes) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,n\n1,10\n");
  lake.Update(kTable, kQuery, {}, kPositive);
  lake.Write("landing/sales/b.csv", "id,n\n2,-20\n3,30\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery, {}, kPositive), base::Error);
  const fs::path file = lake.folder() / "lake/landing/sales/b.csv";
  fs::copy(file, lake.folder() / "b.csv");
  fs::remove(file);
  fs::rename(lake.folder() / "b.csv", file);
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::hours(1));
  lake.Restart();
  lake.Update(kTable, kQuery, {}, kPositive);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "1\n3");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales__quarantine"), "2");
}

TEST(UpdateStream, RefusesToFinishABatchByOtherChecks) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kQuarantine}};
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,-20\n3,z,5\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery, {}, checks), base::Error);
  lake.Restart();
  checks[0].condition = "n < 0";
  EXPECT_EQ(lake.UpdateFailure(kTable, kQuery, {}, checks).code(), "stream.half_committed");
  checks[0].condition = "n > 0";
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n3|z|5");
}

TEST(UpdateStream, FollowsThePatternForABatchThatNeverCame) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/wrong/w.csv", "other\n1\n");
  EXPECT_EQ(
      lake.UpdateFailure(kTable, "SELECT * FROM STREAM read_files('landing/wrong/*.csv')").code(),
      "read_files.header");
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Update(kTable, kQuery);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20");
}

TEST(UpdateStream, ReplaysEveryBatchThatATableFromABackupLacks) {
  StreamForTest lake;
  for (const char* name : {"a", "b", "c"}) {
    lake.Write(std::string("landing/sales/") + name + ".csv", std::string("id\n") + name + "\n");
    lake.Update(kTable, kQuery);
  }
  for (const char* commit : {"1", "2"}) {
    lake.Remove(std::string("bronze/sales/_delta_log/0000000000000000000") + commit + ".json");
  }
  lake.Restart();
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 2);
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales ORDER BY id"), "a\nb\nc");
}

TEST(UpdateStream, FinishesARefreshThatDiedBehindItsSideTables) {
  StreamForTest lake;
  const std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kQuarantine}};
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y,-20\n3\n");
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,name,n\n4,x,-40\n5\n");
  lake.Update(kTable, kQuery, {}, checks);
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  StreamUpdateOptions options;
  options.full_refresh = true;
  EXPECT_THROW(lake.Update(kTable, kQuery, options, checks), base::Error);
  lake.Restart();
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales__quarantine ORDER BY id"), "2\n4");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors ORDER BY content"), "3\n5");
  EXPECT_TRUE(lake.Update(kTable, kQuery, {}, checks).batches.empty());
}

TEST(UpdateStream, RefusesToReadAllAgainWithoutItsLog) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  std::filesystem::remove_all(lake.folder() / "lake/_laguna");
  const auto error = lake.UpdateFailure(kTable, kQuery);
  EXPECT_EQ(error.code(), "stream.log_lost");
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
}

// The program dies between two steps; after a restart, every row is there once.
class Crashes : public testing::TestWithParam<const char*> {};

TEST_P(Crashes, ChangeNothing) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y,20\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n3,z,30\n4,w,bad\n");
  lake.Restart(GetParam());
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  lake.Update(kTable, kQuery);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors"), "4,w,bad");
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Crashes,
    testing::Values("put_if_absent:offsets/:before:error=Exhausted:1",  // before the plan
                    "put_if_absent:offsets/:after:error=Exhausted:1",   // planned
                    "put_if_absent:sales__errors/_delta_log:before:error=Exhausted:1",
                    "put_if_absent:sales/_delta_log:before:error=Exhausted:1"));

TEST(UpdateStream, BeginsAnewAfterACrashInItsFirstBatch) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  lake.Update(kTable, kQuery);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors"), "2,y");
}

TEST(UpdateStream, PlansAnewWhenAFileOfAnUncommittedBatchChanged) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n3,z,30\n");
  const auto report = lake.Update(kTable, kQuery);
  ASSERT_EQ(report.batches.size(), 1U);
  EXPECT_EQ(report.batches[0].batch, 2);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
}

TEST(UpdateStream, RefusesAHalfCommittedBatchWhoseFileChanged) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n3,z\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery), base::Error);
  lake.Restart();
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n3,z,30\n4,w,40\n");
  const auto error = lake.UpdateFailure(kTable, kQuery);
  EXPECT_EQ(error.code(), "stream.half_committed");
  EXPECT_NE(error.hint().find("--full-refresh"), std::string::npos);
  StreamUpdateOptions options;
  options.full_refresh = true;
  lake.Update(kTable, kQuery, options);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30\n4|w|40");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM bronze.sales__errors"), "0");
}

TEST(UpdateStream, KeepsNothingOfAFileThatGrowsWhileItIsRead) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Restart("head:landing/sales/b.csv:before:delay=400ms:1");
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::ofstream(lake.folder() / "lake/landing/sales/b.csv", std::ios::app) << "3,z,30\n";
  });
  const auto error = lake.UpdateFailure(kTable, kQuery);
  writer.join();
  EXPECT_EQ(error.code(), "stream.changed_while_read");
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 2);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");
}

TEST(UpdateStream, QuarantinesOnceAcrossACrash) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  const std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kQuarantine}};
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,-20\n3,z,5\n4,w\n");
  lake.Restart("put_if_absent:sales/_delta_log:before:error=Exhausted:1");
  EXPECT_THROW(lake.Update(kTable, kQuery, {}, checks), base::Error);
  lake.Restart();
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n3|z|5");
  EXPECT_EQ(lake.Query("SELECT id FROM bronze.sales__quarantine"), "2");
  EXPECT_EQ(lake.Query("SELECT content FROM bronze.sales__errors"), "4,w");
}

}  // namespace
}  // namespace laguna::ingest
