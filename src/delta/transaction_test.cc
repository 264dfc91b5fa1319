// SPDX-License-Identifier: Apache-2.0
#include "delta/transaction.h"

#include <gtest/gtest.h>

#include <new>
#include <thread>

#include "base/error.h"
#include "delta/conflict.h"
#include "delta/deletion_vector_file.h"
#include "delta/statistics.h"
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
      {"delta.enableRowTracking", "true", "delta.feature"},
      {"delta.constraints.positive", "id > 0", "delta.feature"},
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
