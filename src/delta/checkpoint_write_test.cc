// SPDX-License-Identifier: Apache-2.0
#include "delta/checkpoint_write.h"

#include <gtest/gtest.h>

#include "delta/checkpoint_read.h"
#include "delta/log_reader.h"
#include "delta/parquet_for_test.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

constexpr char kRoot[] = "bronze/t";

struct CheckpointLake : TestLake {
  FakeParquet parquet{store};
  CheckpointJob job;

  // Ten files, three tombstones.
  CheckpointLake() {
    Metadata metadata = SimpleMetadata();
    metadata.configuration["delta.checkpointPolicy"] = "v2";
    job.root = kRoot;
    job.snapshot = Create(metadata);
    for (int i = 0; i < 10; ++i) job.snapshot = Append(fmt::format("f{}", i));
    for (int i = 0; i < 3; ++i) {
      RemoveFile& removed = job.tombstones.emplace_back();
      removed.path = fmt::format("gone{}", i);
      removed.deletion_timestamp_ms = 100 + i;
    }
    job.is_v2 = true;
  }
  WrittenCheckpoint Write() { return WriteCheckpoint(job, store, parquet, random); }
  // Without the commits it stands for.
  SnapshotPtr ReadBack() {
    std::vector<std::string> commits;
    for (int64_t version = 0; version <= 10; ++version)
      commits.push_back(CommitKey(kRoot, version));
    store.DeleteMany(commits);
    return Table(store, kRoot, clock, &parquet).Latest();
  }
  CheckpointFiles Files() { return LogReader(store, kRoot).List({}).checkpoints.back(); }
};

TEST(CheckpointWrite, SharesALargeOneOutOverSidecars) {
  struct Case {
    size_t file_actions_max;
    size_t sidecars;
  };
  for (const Case& test : {Case{13, 0}, {12, 2}, {4, 4}, {1, 13}}) {
    CheckpointLake lake;
    lake.job.file_actions_max = test.file_actions_max;
    const WrittenCheckpoint written = lake.Write();
    ASSERT_EQ(written.keys.size(), test.sidecars + 1);
    EXPECT_EQ(written.keys.back(), CheckpointKey(kRoot, 10));
    EXPECT_EQ(written.hint.version, 10);
    // Protocol, metadata, checkpointMetadata, the sidecars, adds and removes.
    EXPECT_EQ(written.hint.size, static_cast<int64_t>(3 + test.sidecars + 13));
    EXPECT_EQ(ReadSidecarLocations(lake.Files(), lake.store, kRoot, lake.parquet).size(),
              test.sidecars);
    const auto tombstones =
        ReadTombstones(lake.Files(), 101, true, lake.store, kRoot, lake.parquet);
    ASSERT_EQ(tombstones.size(), 2U) << "those that have not expired";
    EXPECT_EQ(tombstones.back().path, "gone2");
    const SnapshotPtr read = lake.ReadBack();
    EXPECT_EQ(Paths(read->files()), Paths(lake.job.snapshot->files()));
    EXPECT_EQ(read->files().at(9).StatisticsJson(), R"({"numRecords":1})");
    EXPECT_EQ(read->protocol(), lake.job.snapshot->protocol());
  }
}

TEST(CheckpointWrite, OnlyV2HasSidecars) {
  CheckpointLake lake;
  lake.job.is_v2 = false;
  lake.job.file_actions_max = 4;
  EXPECT_EQ(lake.Write().keys, std::vector<std::string>{CheckpointKey(kRoot, 10)});
  EXPECT_EQ(lake.ReadBack()->files().size(), 10U);
}

// Of all that a file can have, in texts that come to several of the blocks they are kept in.
TEST(CheckpointWrite, KeepsAllThatFilesHave) {
  CheckpointLake lake;
  Metadata metadata = SimpleMetadata();
  metadata.schema.fields.push_back(StructField{"day", Primitive::kString, true, {}});
  metadata.partition_columns = {"day"};
  std::vector<AddFile> files;
  for (size_t i = 0; i < 40; ++i) {
    AddFile file = FileNamed(fmt::format("day=a b/part {}%", i));
    const std::string text(i == 7 ? 400'000 : 20'000, static_cast<char>('a' + i % 26));
    file.statistics_json = fmt::format(R"({{"numRecords":3,"minValues":{{"id":"{}"}}}})", text);
    file.partition_values["day"] = i % 3 == 0 ? std::nullopt : std::optional<std::string>("a b");
    if (i % 2 == 0) file.deletion_vector = DeletionVectorDescriptor{'u', text, 4, 40, 1};
    if (i % 4 == 0) file.tags = {{"INSERTION_TIME", std::to_string(i)}, {"note", text}};
    file.base_row_id = static_cast<int64_t>(i) * 3;
    file.default_row_commit_version = 2;
    if (i % 5 == 0) file.clustering_provider = "liquid";
    files.push_back(std::move(file));
  }
  Table table(lake.store, "bronze/u", lake.clock, &lake.parquet);
  lake.store.Put(CommitKey("bronze/u", 0), WriteCommit(std::vector<Action>{Protocol{}, metadata}));
  Snapshot::State state = table.Latest()->state();
  state.files = state.files.With({}, files);
  lake.job.root = "bronze/u";
  lake.job.snapshot = std::make_shared<const Snapshot>(std::move(state));
  lake.job.is_v2 = false;
  lake.Write();
  lake.store.DeleteMany(std::vector<std::string>{CommitKey("bronze/u", 0)});
  const SnapshotPtr read = Table(lake.store, "bronze/u", lake.clock, &lake.parquet).Latest();
  ASSERT_EQ(read->files().size(), files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    AddFile expected = files[i];
    expected.data_change = false;
    EXPECT_EQ(read->files().at(i).ToAddFile(), expected) << i;
  }
}

TEST(CheckpointWrite, MayLeaveStatisticsOut) {
  CheckpointLake lake;
  lake.job.writes_statistics = false;
  lake.Write();
  EXPECT_EQ(lake.ReadBack()->files().at(0).StatisticsJson(), "");
}

}  // namespace
}  // namespace laguna::delta
