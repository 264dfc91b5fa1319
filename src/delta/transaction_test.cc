// SPDX-License-Identifier: Apache-2.0
#include "delta/transaction.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/conflict.h"
#include "delta/table_feature.h"
#include "delta/table_for_test.h"

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

TEST(Transaction, CreatesATableAtVersionZero) {
  TestLake lake;
  SnapshotPtr created = lake.Create();
  EXPECT_EQ(created->version(), 0);
  EXPECT_EQ(created->metadata().id.size(), 36U);
  EXPECT_EQ(created->protocol(), (Protocol{1, 2, {}, {}}));
  EXPECT_EQ(lake.table.Latest(), created) << "what was committed is not read back";
}

TEST(Transaction, CreatingATableThatIsThereIsLost) {
  TestLake lake;
  lake.Create();
  Transaction second(lake.table, SimpleMetadata(), lake.clock, lake.random);
  auto outcome = second.Commit();
  ASSERT_TRUE(std::holds_alternative<Lost>(outcome));
  EXPECT_EQ(std::get<Lost>(outcome).winner.operation, "CREATE TABLE");
}

TEST(Transaction, ReadersSeeWhatWasAppended) {
  TestLake lake;
  lake.Create();
  lake.Append("a");
  lake.Append("b");
  Table other(lake.store, "bronze/t", lake.clock);
  EXPECT_EQ(Paths(other.Latest()->files()), (PathList{"a", "b"}));
  EXPECT_EQ(Paths(other.AtVersion(1)->files()), (PathList{"a"}));
}

TEST(Transaction, BlindAppendsRebaseOverOneAnother) {
  TestLake lake;
  SnapshotPtr read = lake.Create();
  for (const char* path : {"a", "b", "c"}) {
    Transaction transaction(lake.table, read, lake.clock, lake.random);
    transaction.Append(FileNamed(path));
    ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit())) << path;
  }
  EXPECT_EQ(Paths(lake.table.Latest()->files()), (PathList{"a", "b", "c"}));
}

TEST(Transaction, ReplacingTakesWhatBlindAppendsAddedMeanwhile) {
  TestLake lake;
  lake.Create();
  SnapshotPtr read = lake.Append("old");
  lake.Append("meanwhile");
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  transaction.ReplaceTable();
  transaction.Append(FileNamed("new"));
  ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  Table other(lake.store, "bronze/t", lake.clock);
  EXPECT_EQ(Paths(other.Latest()->files()), (PathList{"new"}));
}

TEST(Transaction, ReplacingWhatWasReadIsLostToAnAppend) {
  TestLake lake;
  lake.Create();
  SnapshotPtr read = lake.Append("old");
  lake.Append("meanwhile");
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  transaction.MarkRead();
  transaction.ReplaceTable();
  EXPECT_TRUE(std::holds_alternative<Lost>(transaction.Commit()));
  EXPECT_EQ(lake.table.Latest()->version(), 2) << "nothing was written";
}

TEST(Transaction, AChangedDefinitionIsSeenByOtherWriters) {
  TestLake lake;
  SnapshotPtr read = lake.Create();
  Metadata wider = read->metadata();
  wider.schema.fields.push_back({"at", Primitive::kTimestampNtz, true, {}});
  Transaction change(lake.table, read, lake.clock, lake.random);
  change.SetMetadata(wider);
  ASSERT_TRUE(std::holds_alternative<Committed>(change.Commit()));
  SnapshotPtr latest = lake.table.Latest();
  EXPECT_EQ(latest->protocol(),
            (Protocol{3, 7, {"timestampNtz"}, {"appendOnly", "invariants", "timestampNtz"}}));
  Transaction append(lake.table, read, lake.clock, lake.random);
  append.Append(FileNamed("a"));
  EXPECT_TRUE(std::holds_alternative<Lost>(append.Commit()));
}

TEST(Transaction, ProgressOfAnApplicationGoesForwardOnce) {
  TestLake lake;
  SnapshotPtr read = lake.Create();
  auto commit = [&](const SnapshotPtr& base, int64_t version) {
    Transaction transaction(lake.table, base, lake.clock, lake.random);
    transaction.Append(FileNamed("f" + std::to_string(version)));
    transaction.SetTransactionVersion("stream", version);
    return transaction.Commit();
  };
  EXPECT_TRUE(std::holds_alternative<Committed>(commit(read, 1)));
  EXPECT_TRUE(std::holds_alternative<Lost>(commit(read, 2))) << "another writer was faster";
  EXPECT_TRUE(std::holds_alternative<Lost>(commit(lake.table.Latest(), 1))) << "done before";
  EXPECT_TRUE(std::holds_alternative<Committed>(commit(lake.table.Latest(), 2)));
  EXPECT_EQ(lake.table.Latest()->TransactionVersion("stream"), 2);
}

TEST(Transaction, AnEmptyOneCommitsNothing) {
  TestLake lake;
  SnapshotPtr read = lake.Create();
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  EXPECT_EQ(std::get<Committed>(transaction.Commit()).version, 0);
  EXPECT_EQ(lake.table.Latest()->version(), 0);
}

TEST(Transaction, AppendOnlyTablesRefuseRemoval) {
  TestLake lake;
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.appendOnly"] = "true";
  lake.Create(metadata);
  SnapshotPtr read = lake.Append("a");
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  EXPECT_EQ(CodeOf([&] { transaction.ReplaceTable(); }), "delta.append_only");
}

TEST(Transaction, ADroppedTableTakesNoCommit) {
  TestLake lake;
  SnapshotPtr read = lake.Create();
  read = lake.Append("a");
  lake.store.MoveFolder("bronze/t/", "dropped/t/");
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  transaction.Append(FileNamed("b"));
  EXPECT_TRUE(std::holds_alternative<Lost>(transaction.Commit()));
  lake.Create();
  Transaction late(lake.table, read, lake.clock, lake.random);
  late.Append(FileNamed("b"));
  EXPECT_TRUE(std::holds_alternative<Lost>(late.Commit())) << "made anew with fewer versions";
  EXPECT_EQ(lake.table.Latest()->version(), 0);
}

struct RefusedDefinition {
  std::string property;
  std::string value;
  std::string code;
};

TEST(Transaction, DefinitionsThatCannotBeAreRefused) {
  const RefusedDefinition cases[] = {
      {"delta.appendOnly", "yes", "delta.property_value"},
      {"delta.logRetentionDuration", "30", "delta.property_value"},
      // A newer program's, that came with a clone; what users misspell never comes so far.
      {"delta.ofTheFuture", "true", ""},
      {"delta.constraints.positive", "id > 0", ""},
      {"delta.logRetentionDuration", "interval 30 days", ""},
      {"owner", "me", ""},
  };
  for (const RefusedDefinition& test : cases) {
    TestLake lake;
    Metadata metadata = SimpleMetadata();
    metadata.configuration[test.property] = test.value;
    EXPECT_EQ(CodeOf([&] { lake.Create(metadata); }), test.code) << test.property;
    EXPECT_EQ(Table::Exists(lake.store, "bronze/t"), test.code.empty());
  }
}

TEST(Transaction, RemovalsSayWhatWasRemoved) {
  TestLake lake;
  lake.Create();
  SnapshotPtr read = lake.Append("a");
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  transaction.ReplaceTable();
  transaction.SetOperation({"WRITE", {{"mode", "\"Overwrite\""}}, {{"numFiles", "0"}}});
  ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  auto commit = lake.table.ReadCommit(2);
  const auto& info = std::get<CommitInfo>(commit->actions.at(0));
  EXPECT_EQ(info.operation, "WRITE");
  EXPECT_EQ(info.read_version, 1);
  EXPECT_EQ(info.is_blind_append, false);
  EXPECT_EQ(info.operation_metrics.at("numFiles"), "0");
  const auto& removal = std::get<RemoveFile>(commit->actions.at(1));
  EXPECT_TRUE(removal.extended_file_metadata);
  EXPECT_EQ(removal.size_bytes, 10);
  EXPECT_TRUE(removal.deletion_timestamp_ms.has_value());
}

TEST(Transaction, RearrangingDataStandsBesideAppends) {
  TestLake lake;
  lake.Create();
  SnapshotPtr read = lake.Append("a");
  lake.Append("b");
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  transaction.MarkRead();
  RemoveFile removal;
  removal.path = "a";
  removal.data_change = false;
  transaction.Remove(removal);
  AddFile file = FileNamed("c");
  file.data_change = false;
  transaction.Append(file);
  ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  EXPECT_EQ(Paths(lake.table.Latest()->files()), (PathList{"b", "c"}));
  EXPECT_EQ(CommitInfoOf(lake.table.ReadCommit(3)->actions).isolation_level, "SnapshotIsolation");
}

RemoveFile Rearranged(const std::string& path) {
  RemoveFile removal;
  removal.path = path;
  removal.data_change = false;
  return removal;
}

// A transaction that puts the files a and b of a table into partitions, and changes no data.
struct Repartitioning {
  TestLake lake;
  Transaction transaction;

  explicit Repartitioning(const PathList& removed, bool reads = true)
      : transaction(Filled(lake), lake.table.Latest(), lake.clock, lake.random) {
    Metadata metadata = lake.table.Latest()->metadata();
    metadata.partition_columns = {"day"};
    transaction.SetMetadata(metadata);
    if (reads) transaction.MarkRead();
    for (const std::string& path : removed) transaction.Remove(Rearranged(path));
    AddFile file = FileNamed("day=1/c");
    file.partition_values["day"] = "1";
    file.data_change = false;
    transaction.Append(file);
  }
  static Table& Filled(TestLake& lake) {
    Metadata metadata = SimpleMetadata();
    metadata.schema.fields.push_back(StructField{"day", Primitive::kLong, true, {}});
    lake.Create(metadata);
    lake.Append("a");
    lake.Append("b");
    return lake.table;
  }
};

TEST(Transaction, NewPartitionsComeWithAllRowsWrittenAnew) {
  Repartitioning whole({"a", "b"});
  const SnapshotPtr snapshot = std::get<Committed>(whole.transaction.Commit()).snapshot;
  EXPECT_EQ(Paths(snapshot->files()), PathList{"day=1/c"});
  EXPECT_EQ(snapshot->metadata().partition_columns, (PathList{"day"}));

  Repartitioning part({"a"});
  EXPECT_EQ(CodeOf([&] { (void)part.transaction.Commit(); }), "delta.partitioning");
  Repartitioning blind({"a", "b"}, false);
  EXPECT_EQ(CodeOf([&] { (void)blind.transaction.Commit(); }), "delta.partitioning");
}

TEST(Transaction, NewPartitionsAreLostToWhatOthersWriteMeanwhile) {
  Repartitioning beside_append({"a", "b"});
  beside_append.lake.Append("d");
  EXPECT_TRUE(std::holds_alternative<Lost>(beside_append.transaction.Commit()));

  Repartitioning beside_optimize({"a", "b"});
  TestLake& lake = beside_optimize.lake;
  Transaction optimize(lake.table, lake.table.Latest(), lake.clock, lake.random);
  optimize.Remove(Rearranged("a"));
  AddFile file = FileNamed("e");
  file.data_change = false;
  optimize.Append(file);
  ASSERT_TRUE(std::holds_alternative<Committed>(optimize.Commit()));
  EXPECT_TRUE(std::holds_alternative<Lost>(beside_optimize.transaction.Commit()));
}

TEST(Transaction, WritesChangeData) {
  TestLake lake;
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.enableChangeDataFeed"] = "true";
  lake.Create(metadata);
  SnapshotPtr read = lake.Append("a");
  Transaction transaction(lake.table, read, lake.clock, lake.random);
  RemoveFile removal;
  removal.path = "a";
  transaction.Remove(removal);
  AddCdcFile change;
  change.path = "_change_data/c";
  change.size_bytes = 4;
  transaction.AppendChangeData(change);
  ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  const auto commit = lake.table.ReadCommit(2);
  EXPECT_EQ(std::get<AddCdcFile>(commit->actions.back()), change);
}

TEST(Transaction, InCommitTimestampsGoForward) {
  TestLake lake;
  SnapshotPtr read = lake.Create();
  Metadata metadata = read->metadata();
  metadata.configuration["delta.enableInCommitTimestamps"] = "true";
  Transaction change(lake.table, read, lake.clock, lake.random);
  change.SetMetadata(metadata);
  const SnapshotPtr begun = std::get<Committed>(change.Commit()).snapshot;
  EXPECT_EQ(begun->metadata().configuration.at("delta.inCommitTimestampEnablementVersion"), "1");
  EXPECT_EQ(begun->metadata().configuration.at("delta.inCommitTimestampEnablementTimestamp"),
            std::to_string(begun->timestamp_ms()));
  lake.clock.Set(1'000);
  lake.Append("a");
  EXPECT_EQ(CommitInfoOf(lake.table.ReadCommit(2)->actions).in_commit_timestamp_ms,
            begun->timestamp_ms() + 1);
  EXPECT_EQ(Table(lake.store, "bronze/t", lake.clock).Latest()->timestamp_ms(),
            begun->timestamp_ms() + 1);
}

}  // namespace
}  // namespace laguna::delta
