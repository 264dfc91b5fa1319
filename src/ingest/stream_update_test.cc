// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_update.h"

#include <gtest/gtest.h>

#include "ingest/stream_for_test.h"

namespace laguna::ingest {
namespace {

using base::ErrorKind;

constexpr const char* kTable = "bronze.sales";
constexpr const char* kQuery = "SELECT * FROM STREAM read_files('landing/sales/*.csv')";
constexpr const char* kRows = "SELECT id, name, n FROM bronze.sales ORDER BY ALL";

TEST(UpdateStream, ReadsNewFilesOnce) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,y,20\n");
  lake.Write("landing/sales/b.csv", "id,name,n\n3,z,30\n");
  const auto first = lake.Update(kTable, kQuery);
  ASSERT_EQ(first.batches.size(), 1U);
  EXPECT_EQ(first.batches[0].files_read, 2);
  EXPECT_EQ(first.batches[0].rows_written, 3);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30");

  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
  lake.Restart();
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());

  lake.Write("landing/sales/c.csv", "id,name,n\n4,w,40\n");
  const auto second = lake.Update(kTable, kQuery);
  ASSERT_EQ(second.batches.size(), 1U);
  EXPECT_EQ(second.batches[0].batch, 1);
  EXPECT_EQ(second.rows_written(), 1);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20\n3|z|30\n4|w|40");
  EXPECT_TRUE(lake.notices.empty());
}

TEST(UpdateStream, WaitsForTheFirstFile) {
  StreamForTest lake;
  EXPECT_TRUE(lake.Update(kTable, kQuery).waits_for_source);
  lake.Write("landing/sales/empty.csv", "");
  EXPECT_TRUE(lake.Update(kTable, kQuery).waits_for_source);
  lake.Write("landing/sales/_hidden.csv", "id,name,n\n1,x,10\n");
  EXPECT_TRUE(lake.Update(kTable, kQuery).waits_for_source);
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  EXPECT_EQ(lake.Update(kTable, kQuery).rows_written(), 1);
}

TEST(UpdateStream, SplitsIntoBatches) {
  StreamForTest lake;
  for (int i = 0; i < 5; ++i) {
    lake.Write("landing/sales/" + std::to_string(i) + ".csv",
               "id,name,n\n" + std::to_string(i) + ",x,1\n");
  }
  StreamUpdateOptions options;
  options.files_per_batch_max = 2;
  const auto report = lake.Update(kTable, kQuery, options);
  ASSERT_EQ(report.batches.size(), 3U);
  EXPECT_EQ(report.batches[2].files_read, 1);
  EXPECT_EQ(lake.Query("SELECT count(*), count(DISTINCT id) FROM bronze.sales"), "5|5");
}

TEST(UpdateStream, LeavesTablesOfOthersAlone) {
  StreamForTest lake;
  lake.Query("CREATE TABLE bronze.sales__errors AS SELECT 1 AS mine");
  lake.Query("CREATE TABLE bronze.sales__quarantine AS SELECT 2 AS mine");
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,x\n");
  EXPECT_EQ(lake.UpdateFailure(kTable, kQuery).code(), "stream.foreign_table");
  EXPECT_EQ(lake.Query("FROM bronze.sales__errors"), "1");
  EXPECT_EQ(lake.Query("FROM bronze.sales__quarantine"), "2");
}

TEST(UpdateStream, RefreshesInOneCommit) {
  StreamForTest lake;
  for (const char* name : {"a", "b", "c"}) {
    lake.Write(std::string("landing/sales/") + name + ".csv", "id,name,n\n1,x,10\n");
  }
  StreamUpdateOptions options;
  options.files_per_batch_max = 1;
  EXPECT_EQ(lake.Update(kTable, kQuery, options).batches.size(), 3U);
  options.full_refresh = true;
  EXPECT_EQ(lake.Update(kTable, kQuery, options).batches.size(), 1U);
}

TEST(UpdateStream, FullRefreshReadsEverythingAgain) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  const auto first = lake.Update(kTable, kQuery);
  lake.Write("landing/sales/a.csv", "id,name,n,colour\n1,x,10,red\n2,y,20,blue\n");
  StreamUpdateOptions options;
  options.full_refresh = true;
  const auto again = lake.Update(kTable, kQuery, options);
  EXPECT_NE(first.batches.at(0).stream_id, again.batches.at(0).stream_id);
  EXPECT_EQ(lake.Query("SELECT id, colour FROM bronze.sales ORDER BY id"), "1|red\n2|blue");
  EXPECT_TRUE(lake.Update(kTable, kQuery).batches.empty());
}

TEST(UpdateStream, ChecksRows) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n2,,20\n3,z,-1\n4,,-2\n5,v,1000\n");
  const std::vector<RowCheck> checks = {
      {.name = "named", .condition = "name IS NOT NULL", .on_violation = OnViolation::kQuarantine},
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kDropRow},
      {.name = "sane", .condition = "n < 500", .on_violation = OnViolation::kKeep}};
  const auto report = lake.Update(kTable, kQuery, {}, checks);
  const auto& batch = report.batches.at(0);
  EXPECT_EQ(batch.rows_read, 5);
  EXPECT_EQ(batch.rows_written, 2);
  EXPECT_EQ(batch.rows_quarantined, 2);
  EXPECT_EQ(batch.rows_dropped, 1);
  ASSERT_EQ(batch.checks.size(), 3U);
  EXPECT_EQ(batch.checks[1].failed, 2);
  EXPECT_EQ(batch.checks[2].passed, 4);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n5|v|1000");
  EXPECT_EQ(lake.Query("SELECT id, _violations, _batch FROM bronze.sales__quarantine ORDER BY id"),
            "2|['named']|0\n4|['named', 'positive']|0");
}

TEST(UpdateStream, CommitsNothingWhenACheckFails) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  const std::vector<RowCheck> checks = {
      {.name = "positive", .condition = "n > 0", .on_violation = OnViolation::kFail}};
  lake.Update(kTable, kQuery, {}, checks);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,-20\n3,z,5\n4,w\n");
  const auto error = lake.UpdateFailure(kTable, kQuery, {}, checks);
  EXPECT_EQ(error.kind(), ErrorKind::kViolation);
  EXPECT_NE(error.sentence().find("\"n\":-20"), std::string::npos) << error.sentence();
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->line, 1);
  EXPECT_EQ(lake.Query(kRows), "1|x|10");
  // The file is corrected, the batch is planned anew.
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Update(kTable, kQuery, {}, checks);
  EXPECT_EQ(lake.Query(kRows), "1|x|10\n2|y|20");
}

TEST(UpdateStream, RefusesWhatItCannotFeed) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Query("CREATE TABLE bronze.other AS SELECT 1 AS id");
  EXPECT_EQ(lake.UpdateFailure("bronze.other", kQuery).code(), "stream.foreign_table");
  EXPECT_EQ(lake.UpdateFailure(kTable, "SELECT 1 AS a").code(), "stream.no_source");
  auto error = lake.UpdateFailure(kTable, "SELECT * FROM STREAM read_file('a')");
  EXPECT_EQ(error.code(), "stream.unknown_source");
  EXPECT_NE(error.hint().find("read_files"), std::string::npos);
  ASSERT_TRUE(error.place());
  EXPECT_EQ(error.place()->column, 22);
  error = lake.UpdateFailure(
      kTable, "SELECT * FROM STREAM read_files('landing/sales/*.csv', formt => 'csv')");
  EXPECT_EQ(error.code(), "read_files.option");
  EXPECT_NE(error.hint().find("format"), std::string::npos);
}

TEST(UpdateStream, RefusesAnotherWayOfReading) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  const auto error = lake.UpdateFailure(
      kTable, "SELECT * FROM STREAM read_files('landing/sales/*.csv', all_varchar => true)");
  EXPECT_EQ(error.code(), "stream.source_changed");
}

TEST(UpdateStream, AddsColumnsOfTheQueryAndRefusesChangedTypes) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name,n\n1,x,10\n");
  lake.Update(kTable, kQuery);
  lake.Write("landing/sales/b.csv", "id,name,n\n2,y,20\n");
  lake.Update(kTable, "SELECT *, n * 1.5 AS more FROM STREAM read_files('landing/sales/*.csv')");
  EXPECT_EQ(lake.Query("SELECT id, more FROM bronze.sales ORDER BY id"), "1|NULL\n2|30.0");
  lake.Write("landing/sales/c.csv", "id,name,n\n3,z,30\n");
  const auto error = lake.UpdateFailure(
      kTable, "SELECT id, name, 'n' || n AS n FROM STREAM read_files('landing/sales/*.csv')");
  EXPECT_EQ(error.code(), "ingest.type_changed");
}

TEST(ReadFiles, WorksWithoutStream) {
  StreamForTest lake;
  lake.Write("landing/sales/a.csv", "id,name\n1,x\n2,y\n");
  lake.Write("landing/sales/b.csv", "id,name,n\n3,z,1\n");
  EXPECT_EQ(lake.Query("SELECT id, name, n FROM read_files('landing/sales/*.csv') ORDER BY id"),
            "1|x|NULL\n2|y|NULL\n3|z|1");
  EXPECT_EQ(lake.Query("SELECT count(*) FROM read_files('landing/sales')"), "3");
  lake.Write("landing/sales/c.csv", "id,name\n4,\"z\n");
  EXPECT_THROW(lake.Query("FROM read_files('landing/sales/*.csv')"), base::Error);
  EXPECT_THROW(lake.Query("FROM read_files('landing/nothing/*.csv')"), base::Error);
}

}  // namespace
}  // namespace laguna::ingest
