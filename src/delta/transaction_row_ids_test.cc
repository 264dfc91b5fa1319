// SPDX-License-Identifier: Apache-2.0
// Row ids that transactions give.
#include <gtest/gtest.h>

#include "delta/row_deletion_for_test.h"
#include "delta/row_tracking.h"
#include "delta/table_feature.h"
#include "delta/transaction.h"

namespace laguna::delta {
namespace {

void CreateTracked(TestLake& lake, bool enabled) {
  Metadata metadata = WithVectors();
  metadata.id = "table";
  if (enabled) metadata.configuration["delta.enableRowTracking"] = "true";
  const Protocol protocol{
      3, 7, {"deletionVectors"}, {"deletionVectors", "domainMetadata", "rowTracking"}};
  lake.PutCommit(0, {protocol, metadata});
}

TEST(Transaction, RowsGetIdsBehindThoseOfOthers) {
  TestLake lake;
  CreateTracked(lake, true);
  const SnapshotPtr read = lake.table.Latest();
  Transaction late(lake.table, read, lake.clock, lake.random);
  late.Append(FileNamed("c"));
  AppendRows(lake, "a", 10);
  AppendRows(lake, "b", 5);
  ASSERT_TRUE(std::holds_alternative<Committed>(late.Commit()));
  const SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
  const FileTable& files = latest->files();
  ASSERT_EQ(files.size(), 3U);
  const int64_t ids[] = {0, 10, 15};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(files.at(i).base_row_id(), ids[i]);
    EXPECT_EQ(files.at(i).default_row_commit_version(), static_cast<int64_t>(i) + 1);
  }
  EXPECT_EQ(lake.table.Latest()->state().domains.at("delta.rowTracking").configuration,
            R"({"rowIdHighWaterMark":15})");
}

TEST(Transaction, RowsKeepTheirIdsWhereAFileStays) {
  TestLake lake;
  CreateTracked(lake, true);
  AppendRows(lake, "a", 10);
  Transaction transaction(lake.table, lake.table.Latest(), lake.clock, lake.random);
  Delete(transaction, "a", Rows({3}), lake);
  ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  const SnapshotPtr latest = lake.table.Latest();
  const FileView file = latest->files().at(0);
  EXPECT_EQ(file.base_row_id(), 0);
  EXPECT_EQ(file.default_row_commit_version(), 1);
}

TEST(Transaction, TrackingBeginsWithIdsForAllRows) {
  TestLake lake;
  lake.Create();
  AppendRows(lake, "a", 10);
  const SnapshotPtr read = lake.table.Latest();
  AppendRows(lake, "b", 5);
  Metadata metadata = read->metadata();
  metadata.configuration["delta.enableRowTracking"] = "true";
  Transaction change(lake.table, read, lake.clock, lake.random);
  change.SetMetadata(metadata);
  ASSERT_TRUE(std::holds_alternative<Committed>(change.Commit()));
  const SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
  ASSERT_EQ(latest->files().size(), 2U);
  const int64_t ids[] = {0, 10};
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(latest->files().at(i).base_row_id(), ids[i]) << "files of others among them";
    EXPECT_EQ(latest->files().at(i).default_row_commit_version(), 3);
  }
  EXPECT_EQ(RowIdHighWaterMark(latest->state()), 14);
  EXPECT_TRUE(Supports(latest->protocol(), "domainMetadata"));
  const Properties& properties = latest->metadata().configuration;
  EXPECT_TRUE(properties.at(kRowIdColumn).starts_with("_row-id-col-"));
  EXPECT_TRUE(properties.at(kRowCommitVersionColumn).starts_with("_row-commit-version-col-"));
}

TEST(Transaction, ATableMayBeginWithRowIds) {
  TestLake lake;
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.enableRowTracking"] = "true";
  Transaction create(lake.table, metadata, lake.clock, lake.random);
  create.Append(FileNamed("a"));
  AddFile copied = FileNamed("copied");
  copied.base_row_id = 100;
  copied.default_row_commit_version = 7;
  create.Append(copied);
  ASSERT_TRUE(std::holds_alternative<Committed>(create.Commit()));
  const SnapshotPtr latest = lake.table.Latest();
  EXPECT_EQ(latest->files().at(0).base_row_id(), 101) << "behind ids that came with their files";
  EXPECT_EQ(latest->files().at(0).default_row_commit_version(), 0);
  EXPECT_EQ(latest->files().at(1).base_row_id(), 100);
  EXPECT_EQ(latest->files().at(1).default_row_commit_version(), 7);
  EXPECT_EQ(RowIdHighWaterMark(latest->state()), 101);
}

}  // namespace
}  // namespace laguna::delta
