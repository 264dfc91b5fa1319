// SPDX-License-Identifier: Apache-2.0
#include "delta/log_upkeep.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "delta/checkpoint_write.h"
#include "delta/checksum.h"
#include "delta/last_checkpoint.h"
#include "delta/parquet_for_test.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

constexpr char kRoot[] = "bronze/t";

// Calls back before each file it writes.
class InterruptedParquet final : public ParquetPort {
 public:
  InterruptedParquet(ParquetPort& parquet, std::function<void()> interrupt)
      : parquet_(parquet), interrupt_(std::move(interrupt)) {}
  void Read(const ParquetRead& what, const std::function<void(const PortBatch&)>& consume,
            const io::Call& call) override {
    parquet_.Read(what, consume, call);
  }
  uint64_t Write(const std::string& location, std::span<const PortColumn> columns,
                 const std::function<bool(PortBatch&)>& produce, const io::Call& call) override {
    interrupt_();
    return parquet_.Write(location, columns, produce, call);
  }

 private:
  ParquetPort& parquet_;
  std::function<void()> interrupt_;
};

struct UpkeepLake : TestLake {
  FakeParquet parquet{store};
  Table upkept{store, kRoot, clock, &parquet};

  SnapshotPtr MakeVersions(int64_t last, Metadata metadata = SimpleMetadata()) {
    SnapshotPtr snapshot = Create(std::move(metadata));
    while (snapshot->version() < last) snapshot = Append(fmt::format("f{}", snapshot->version()));
    return snapshot;
  }
  void DropTable() { store.MoveFolder("bronze/t/", fmt::format("dropped/{}/", clock.NowMs())); }
  bool Has(const std::string& key) { return store.Head(key).has_value(); }
  bool HasCheckpoint(int64_t version) { return Has(CheckpointKey(kRoot, version)); }
};

TEST(LogUpkeep, IsDueWhereTheTableSays) {
  struct Case {
    std::string interval;
    int64_t version;
    bool due;
  };
  const Case cases[] = {{"", 0, false}, {"", 9, false},  {"", 10, true},
                        {"3", 3, true}, {"3", 4, false}, {"11", 10, false}};
  for (const Case& test : cases) {
    UpkeepLake lake;
    Metadata metadata = SimpleMetadata();
    if (!test.interval.empty()) metadata.configuration["delta.checkpointInterval"] = test.interval;
    const SnapshotPtr snapshot = lake.MakeVersions(test.version, metadata);
    EXPECT_EQ(UpkeepIsDue(lake.upkept, *snapshot), test.due) << test.interval << test.version;
    EXPECT_FALSE(UpkeepIsDue(lake.table, *snapshot)) << "without a Parquet port";
  }
}

TEST(LogUpkeep, OfALargeTableWaitsUntilItsLogIsLong) {
  UpkeepLake lake;
  lake.Create();
  Transaction transaction(lake.table, lake.table.Latest(), lake.clock, lake.random);
  for (int i = 0; i < 10'000; ++i) transaction.Append(FileNamed(fmt::format("large{}", i)));
  SnapshotPtr snapshot = std::get<Committed>(transaction.Commit()).snapshot;
  const auto keep_up_to = [&](int64_t last) {
    std::vector<int64_t> written;
    while (snapshot->version() < last) {
      snapshot = lake.Append(fmt::format("f{}", snapshot->version()));
      if (!UpkeepIsDue(lake.upkept, *snapshot)) continue;
      const UpkeepReport report = KeepUpLog(lake.upkept, snapshot, lake.clock, lake.random);
      EXPECT_EQ(report.warnings, std::vector<std::string>{});
      if (report.checkpoint_version) written.push_back(*report.checkpoint_version);
    }
    return written;
  };
  EXPECT_EQ(keep_up_to(120), (std::vector<int64_t>{10, 110}));
  EXPECT_EQ(CheckpointLog(lake.upkept, snapshot, lake.clock, lake.random).checkpoint_version, 120);
  EXPECT_EQ(keep_up_to(230), (std::vector<int64_t>{220}));
  Table fresh(lake.store, kRoot, lake.clock, &lake.parquet);
  EXPECT_EQ(fresh.Latest()->files().size(), snapshot->files().size());
}

TEST(LogUpkeep, CheckpointsAVersionThatIsNoLongerTheLast) {
  UpkeepLake lake;
  const SnapshotPtr due = lake.MakeVersions(10);
  lake.Append("later");
  const UpkeepReport report = KeepUpLog(lake.upkept, due, lake.clock, lake.random);
  EXPECT_EQ(report.warnings, std::vector<std::string>{});
  EXPECT_EQ(report.checkpoint_version, 10);
  ASSERT_TRUE(ReadLastCheckpoint(lake.store, kRoot));
  EXPECT_EQ(ReadLastCheckpoint(lake.store, kRoot)->version, 10);
  Table fresh(lake.store, kRoot, lake.clock, &lake.parquet);
  EXPECT_EQ(Paths(fresh.Latest()->files()), Paths(lake.table.Latest()->files()));
}

TEST(LogUpkeep, NeverNamesAnOlderCheckpointThanTheLast) {
  UpkeepLake lake;
  const SnapshotPtr older = lake.MakeVersions(10);
  SnapshotPtr newer;
  while (!newer || newer->version() < 20)
    newer = lake.Append(fmt::format("g{}", lake.clock.NowMs()));
  KeepUpLog(lake.upkept, newer, lake.clock, lake.random);
  KeepUpLog(lake.upkept, older, lake.clock, lake.random);
  EXPECT_TRUE(lake.HasCheckpoint(10));
  EXPECT_EQ(ReadLastCheckpoint(lake.store, kRoot)->version, 20);
}

TEST(LogUpkeep, LeavesATableMadeAnewAlone) {
  UpkeepLake lake;
  const SnapshotPtr old = lake.MakeVersions(10);
  lake.DropTable();
  lake.MakeVersions(11);
  const UpkeepReport report = KeepUpLog(lake.upkept, old, lake.clock, lake.random);
  EXPECT_FALSE(report.checkpoint_version);
  EXPECT_FALSE(lake.HasCheckpoint(10));
}

TEST(LogUpkeep, TakesBackTheCheckpointOfATableThatWentMeanwhile) {
  UpkeepLake lake;
  const SnapshotPtr old = lake.MakeVersions(10);
  InterruptedParquet parquet(lake.parquet, [&] {
    lake.DropTable();
    lake.Create();
  });
  Table table(lake.store, kRoot, lake.clock, &parquet);
  const UpkeepReport report = KeepUpLog(table, old, lake.clock, lake.random);
  EXPECT_FALSE(report.checkpoint_version);
  EXPECT_FALSE(lake.HasCheckpoint(10));
  EXPECT_FALSE(lake.Has(LastCheckpointKey(kRoot)));
  EXPECT_EQ(table.Latest()->version(), 0);
}

TEST(LogUpkeep, TellsWhatWentWrong) {
  UpkeepLake lake;
  const SnapshotPtr due = lake.MakeVersions(10);
  InterruptedParquet parquet(lake.parquet, [] {
    throw base::Error(base::ErrorKind::kExhausted, "test.full", "The disk is full.");
  });
  Table table(lake.store, kRoot, lake.clock, &parquet);
  const std::vector<std::string> expected{
      "The checkpoint of the log was not finished. The disk is full."};
  EXPECT_EQ(KeepUpLog(table, due, lake.clock, lake.random).warnings, expected);
}

Metadata V2Metadata() {
  Metadata metadata = SimpleMetadata();
  metadata.configuration["delta.checkpointPolicy"] = "v2";
  metadata.configuration["delta.logRetentionDuration"] = "interval 1 day";
  return metadata;
}

size_t RowsWith(FakeParquet& parquet, const std::string& location, const std::string& column) {
  size_t rows = 0;
  parquet.Read({{location}, {{column, PortType::kLong}}, {column}},
               [&](const PortBatch& batch) { rows += batch.rows; }, {});
  return rows;
}

TEST(LogUpkeep, WritesV2WhereTheTableSays) {
  for (const bool is_v2 : {false, true}) {
    UpkeepLake lake;
    const SnapshotPtr due = lake.MakeVersions(10, is_v2 ? V2Metadata() : SimpleMetadata());
    EXPECT_EQ(KeepUpLog(lake.upkept, due, lake.clock, lake.random).checkpoint_version, 10);
    const std::string location = lake.store.Locate(CheckpointKey(kRoot, 10));
    EXPECT_EQ(RowsWith(lake.parquet, location, "checkpointMetadata.version"), is_v2 ? 1U : 0U);
  }
}

TEST(LogUpkeep, StatisticsStayOutOfCheckpointsWhereTheTableSays) {
  struct Case {
    std::string json;
    std::string as_struct;
  };
  for (const Case& test : {Case{"true", "false"}, {"false", "false"}, {"false", "true"}}) {
    UpkeepLake lake;
    Metadata metadata = SimpleMetadata();
    metadata.configuration["delta.checkpoint.writeStatsAsJson"] = test.json;
    metadata.configuration["delta.checkpoint.writeStatsAsStruct"] = test.as_struct;
    KeepUpLog(lake.upkept, lake.MakeVersions(10, metadata), lake.clock, lake.random);
    const std::string location = lake.store.Locate(CheckpointKey(kRoot, 10));
    EXPECT_EQ(RowsWith(lake.parquet, location, "add.stats") > 0, test.json == "true");
    EXPECT_EQ(RowsWith(lake.parquet, location, "add.stats_parsed.numRecords") > 0,
              test.as_struct == "true");
  }
}

TEST(LogUpkeep, SidecarsGoWithTheCheckpointsThatNameThem) {
  constexpr int64_t kFiveDaysMs = int64_t{5} * 86'400'000;
  UpkeepLake lake;
  SnapshotPtr snapshot = lake.MakeVersions(10, V2Metadata());
  CheckpointJob job;
  job.root = kRoot;
  job.snapshot = snapshot;
  job.is_v2 = true;
  job.file_actions_max = 4;
  const std::vector<std::string> keys =
      WriteCheckpoint(job, lake.store, lake.parquet, lake.random).keys;
  ASSERT_EQ(keys.size(), 4U);
  const std::string orphan = SidecarFolder(kRoot) + "orphan.parquet";
  lake.store.Put(orphan, "rows");
  const auto after_five_days = [&](int64_t last) {
    lake.clock.SleepFor(std::chrono::milliseconds(kFiveDaysMs));
    lake.store.Put(SidecarFolder(kRoot) + "young.parquet", "rows");
    while (snapshot->version() < last) {
      snapshot = lake.Append(fmt::format("g{}", snapshot->version()));
    }
    const UpkeepReport report = KeepUpLog(lake.upkept, snapshot, lake.clock, lake.random);
    EXPECT_EQ(report.warnings, std::vector<std::string>{});
    EXPECT_TRUE(lake.Has(SidecarFolder(kRoot) + "young.parquet"));
  };
  // The checkpoint of version 10 is where the log begins now.
  after_five_days(20);
  EXPECT_FALSE(lake.Has(orphan));
  for (const std::string& key : keys) EXPECT_TRUE(lake.Has(key)) << key;
  after_five_days(30);
  for (const std::string& key : keys) EXPECT_FALSE(lake.Has(key)) << key;
  EXPECT_TRUE(lake.HasCheckpoint(20));
}

TEST(LogUpkeep, WritesTheChecksumOfAVersion) {
  UpkeepLake lake;
  const SnapshotPtr snapshot = lake.MakeVersions(1);
  EXPECT_EQ(WriteVersionChecksum(lake.table, *snapshot).warnings, std::vector<std::string>{});
  const auto checksum = ParseChecksum(io::ReadAll(lake.store, ChecksumKey(kRoot, 1), 1 << 20));
  ASSERT_TRUE(checksum);
  EXPECT_EQ(Differences(*checksum, snapshot->state()), std::vector<std::string>{});
}

}  // namespace
}  // namespace laguna::delta
