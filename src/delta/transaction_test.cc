// SPDX-License-Identifier: Apache-2.0
#include "delta/transaction.h"

#include <gtest/gtest.h>

#include <new>
#include <thread>

#include "base/error.h"
#include "delta/conflict.h"
#include "delta/deletion_vector_file.h"
#include "delta/row_tracking.h"
#include "delta/statistics.h"
#include "delta/table_feature.h"
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
      {"delta.apendOnly", "true", "delta.unknown_property"},
      {"delta.appendOnly", "yes", "delta.property_value"},
      {"delta.logRetentionDuration", "30", "delta.property_value"},
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

// --- Rows of files that stay ---

DeletionVector Rows(std::initializer_list<uint64_t> positions) {
  DeletionVector rows;
  for (const uint64_t position : positions) rows.Add(position);
  return rows;
}

Metadata WithVectors() {
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.enableDeletionVectors"] = "true";
  return metadata;
}

// What a statement hands over that deletes `rows` of a file as `read` has it.
void Delete(Transaction& transaction, const std::string& path, const DeletionVector& rows,
            TestLake& lake) {
  const FileTable& files = transaction.read()->files();
  for (size_t i = 0; i < files.size(); ++i) {
    if (files.at(i).path() != path) continue;
    AddFile file = files.at(i).ToAddFile();
    const std::string old_id = files.at(i).DeletionVectorId();
    DeletionVector all = rows;
    if (file.deletion_vector) {
      all = DeletionVector::Union(
          all, LoadDeletionVector(lake.store, lake.table.root(), *file.deletion_vector));
    }
    file.deletion_vector = InlineDeletionVector(all);
    file.statistics_json = LoosenBounds(file.statistics_json);
    transaction.DeleteRows(std::move(file), old_id, rows);
    return;
  }
  FAIL() << "no file " << path;
}

DeletionVector DeletedRows(TestLake& lake, const std::string& path) {
  const SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
  for (size_t i = 0; i < latest->files().size(); ++i) {
    const FileView file = latest->files().at(i);
    if (file.path() != path || !file.has_deletion_vector()) continue;
    return LoadDeletionVector(lake.store, "bronze/t", *file.deletion_vector());
  }
  return {};
}

TEST(Transaction, DeletesRowsOfFilesThatStay) {
  TestLake lake;
  lake.Create(WithVectors());
  lake.Append("a");
  for (const uint64_t row : {3, 5}) {
    Transaction transaction(lake.table, lake.table.Latest(), lake.clock, lake.random);
    Delete(transaction, "a", Rows({row}), lake);
    EXPECT_FALSE(transaction.IsBlindAppend());
    ASSERT_TRUE(std::holds_alternative<Committed>(transaction.Commit()));
  }
  EXPECT_EQ(DeletedRows(lake, "a"), Rows({3, 5}));
  EXPECT_EQ(Paths(lake.table.Latest()->files()), (PathList{"a"}));
  const auto commit = lake.table.ReadCommit(3);
  const auto& removal = std::get<RemoveFile>(commit->actions.at(1));
  EXPECT_EQ(removal.deletion_vector, InlineDeletionVector(Rows({3})));
}

SnapshotPtr AppendRows(TestLake& lake, const std::string& path, int rows) {
  Transaction transaction(lake.table, lake.table.Latest(), lake.clock, lake.random);
  AddFile file = FileNamed(path);
  file.statistics_json = R"({"numRecords":)" + std::to_string(rows) + "}";
  transaction.Append(std::move(file));
  return std::get<Committed>(transaction.Commit()).snapshot;
}

DeletionVector Range(uint64_t start, uint64_t count) {
  DeletionVector rows;
  for (uint64_t i = 0; i < count; ++i) rows.Add(start + 3 * i);
  return rows;
}

struct OverlapCase {
  std::string what;
  DeletionVector theirs;
  DeletionVector ours;
  bool committed = true;
};

TEST(Transaction, RowsOfOneFileAreDeletedSideBySide) {
  const OverlapCase cases[] = {
      {"few rows", Rows({1}), Rows({2}), true},
      {"many rows", Range(0, 1000), Range(1, 1000), true},
      {"the same row", Rows({1, 2}), Rows({2, 3}), false},
      {"many rows, one in both", Range(0, 1000), Range(300, 1), false},
  };
  for (const OverlapCase& test : cases) {
    TestLake lake;
    lake.Create(WithVectors());
    const SnapshotPtr read = AppendRows(lake, "a", 10'000);
    Transaction ours(lake.table, read, lake.clock, lake.random);
    Delete(ours, "a", test.ours, lake);
    Transaction theirs(lake.table, read, lake.clock, lake.random);
    Delete(theirs, "a", test.theirs, lake);
    ASSERT_TRUE(std::holds_alternative<Committed>(theirs.Commit()));
    AppendRows(lake, "b", 5);
    EXPECT_EQ(std::holds_alternative<Committed>(ours.Commit()), test.committed) << test.what;
    EXPECT_EQ(DeletedRows(lake, "a"),
              test.committed ? DeletionVector::Union(test.ours, test.theirs) : test.theirs)
        << test.what;
    const SnapshotPtr latest = Table(lake.store, "bronze/t", lake.clock).Latest();
    EXPECT_EQ(latest->files().size(), 2U) << "the winner's entry went";
    EXPECT_FALSE(latest->files().at(1).HasTightBounds() && test.committed);
  }
}

TEST(Transaction, NoVectorIsLeftThatNobodyNeeds) {
  TestLake lake;
  lake.Create(WithVectors());
  const SnapshotPtr read = AppendRows(lake, "a", 10'000);
  auto vector_files = [&] {
    size_t count = 0;
    for (const io::ObjectInfo& object : io::ListAll(lake.store, "bronze/t/")) {
      if (object.key.find("deletion_vector_") != std::string::npos) ++count;
    }
    return count;
  };
  // Each attempt is overtaken by one more.
  Transaction lost(lake.table, read, lake.clock, lake.random);
  Delete(lost, "a", Rows({2}), lake);
  Transaction won(lake.table, read, lake.clock, lake.random);
  Delete(won, "a", Rows({4}), lake);
  for (const auto& rows : {Range(0, 1000), Rows({2})}) {
    Transaction other(lake.table, lake.table.Latest(), lake.clock, lake.random);
    Delete(other, "a", rows, lake);
    ASSERT_TRUE(std::holds_alternative<Committed>(other.Commit()));
  }
  EXPECT_TRUE(std::holds_alternative<Lost>(lost.Commit()));
  EXPECT_EQ(vector_files(), 0U) << "the test writes its own inline";
  EXPECT_TRUE(std::holds_alternative<Committed>(won.Commit()));
  EXPECT_EQ(vector_files(), 1U);
}

TEST(Transaction, AFileWhoseLastRowsGoIsRemoved) {
  TestLake lake;
  lake.Create(WithVectors());
  const SnapshotPtr read = AppendRows(lake, "a", 2);
  Transaction first(lake.table, read, lake.clock, lake.random);
  Delete(first, "a", Rows({0}), lake);
  Transaction second(lake.table, read, lake.clock, lake.random);
  Delete(second, "a", Rows({1}), lake);
  ASSERT_TRUE(std::holds_alternative<Committed>(first.Commit()));
  ASSERT_TRUE(std::holds_alternative<Committed>(second.Commit()));
  EXPECT_TRUE(Table(lake.store, "bronze/t", lake.clock).Latest()->files().empty());
}

TEST(Transaction, VectorsThatARebaseReplacesAreTold) {
  TestLake lake;
  lake.Create(WithVectors());
  AppendRows(lake, "a", 100);
  const SnapshotPtr read = AppendRows(lake, "b", 100);
  Transaction ours(lake.table, read, lake.clock, lake.random);
  std::vector<std::string> files;
  for (const char* path : {"a", "b"}) {
    DeletionVectorFileBuilder builder(base::MakeUuid(lake.random));
    AddFile file = FileNamed(path);
    file.statistics_json = R"({"numRecords":100,"tightBounds":false})";
    file.deletion_vector = builder.Add(Rows({7}));
    lake.store.Put("bronze/t/" + builder.path(), builder.bytes());
    files.push_back(builder.path());
    ours.DeleteRows(file, "", Rows({7}));
  }
  Transaction theirs(lake.table, read, lake.clock, lake.random);
  Delete(theirs, "b", Rows({8}), lake);
  ASSERT_TRUE(std::holds_alternative<Committed>(theirs.Commit()));
  const CommitOutcome outcome = ours.Commit();
  ASSERT_TRUE(std::holds_alternative<Committed>(outcome));
  EXPECT_EQ(std::get<Committed>(outcome).unused_vector_files, PathList{files[1]});
  EXPECT_EQ(DeletedRows(lake, "a"), Rows({7}));
  EXPECT_EQ(DeletedRows(lake, "b"), Rows({7, 8}));
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

// --- Row tracking, in-commit timestamps ---

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

// --- Faults ---

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
