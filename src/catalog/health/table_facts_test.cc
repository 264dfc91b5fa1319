// SPDX-License-Identifier: Apache-2.0
#include "catalog/health/table_facts.h"

#include <gtest/gtest.h>

#include <vector>

namespace laguna::catalog {
namespace {

using delta::Primitive;

constexpr uint64_t kTargetBytes = 1000;
constexpr int64_t kNowMs = 1'700'000'000'000;
constexpr int64_t kDayMs = 86'400'000;

delta::StructField Field(const std::string& name, delta::DataType type) {
  return {.name = name, .type = std::move(type), .nullable = true, .metadata = {}};
}

// id, address.city, flag, p; partitioned by p.
delta::Metadata Partitioned() {
  delta::StructType address;
  address.fields = {Field("city", Primitive::kString)};
  delta::Metadata metadata;
  metadata.schema.fields = {Field("id", Primitive::kLong),
                            Field("address", delta::DataType(address)),
                            Field("flag", Primitive::kBoolean), Field("p", Primitive::kString)};
  metadata.partition_columns = {"p"};
  return metadata;
}

delta::AddFile File(int64_t size_bytes, const std::string& partition,
                    const std::string& statistics) {
  static int number = 0;
  delta::AddFile file;
  file.path = "part-" + std::to_string(number++) + ".parquet";
  file.size_bytes = size_bytes;
  file.partition_values = {{"p", partition}};
  file.statistics_json = statistics;
  return file;
}

const std::string kWhole =
    R"({"numRecords":10,"minValues":{"id":1,"address":{"city":"A"}},)"
    R"("maxValues":{"id":9,"address":{"city":"B"}},"nullCount":{"id":0,"address":{"city":0}}})";

FileFacts FactsOf(const std::vector<delta::AddFile>& files) {
  return FileFactsOf(Partitioned(), delta::FileTable().With({}, files), kTargetBytes);
}

TEST(FileFacts, SmallFilesCountWhereTheyShareTheirPartition) {
  const FileFacts facts =
      FactsOf({File(10, "a", kWhole), File(20, "a", kWhole), File(30, "b", kWhole),
               File(800, "b", kWhole), File(5000, "c", kWhole)});
  EXPECT_EQ(facts.files, 5U);
  EXPECT_EQ(facts.bytes, 5860U);
  EXPECT_EQ(facts.small_files, 2U);
  EXPECT_EQ(facts.small_files_needed, 1U);
  EXPECT_EQ(facts.large_files, 1U);
  EXPECT_EQ(facts.largest_bytes, 5000U);
  EXPECT_EQ(facts.partitions, 3U);
  EXPECT_EQ(facts.largest_partition, "p=c");
  EXPECT_EQ(facts.largest_partition_bytes, 5000U);
}

TEST(FileFacts, ManySmallFilesNeedMoreThanOne) {
  std::vector<delta::AddFile> many;
  for (int i = 0; i < 12; ++i) many.push_back(File(200, "a", kWhole));
  EXPECT_EQ(FactsOf(many).small_files, 12U);
  EXPECT_EQ(FactsOf(many).small_files_needed, 3U);
}

TEST(FileFacts, VectorsAreWornWhereTheyDeleteMuch) {
  auto worn = File(400, "a", kWhole);
  worn.deletion_vector = delta::DeletionVectorDescriptor{'u', "x", 1, 8, 6};
  auto scratched = File(400, "a", R"({"numRecords":100})");
  scratched.deletion_vector = delta::DeletionVectorDescriptor{'u', "y", 1, 8, 5};
  const FileFacts facts = FactsOf({worn, scratched, File(400, "a", kWhole)});
  EXPECT_EQ(facts.files_with_vector, 2U);
  EXPECT_EQ(facts.worn_files, 1U);
  EXPECT_EQ(facts.vector_rows, 110U);
  EXPECT_EQ(facts.deleted_rows, 11U);
}

TEST(FileFacts, StatisticsAreMissingAsAWholeOrByColumn) {
  const FileFacts facts =
      FactsOf({File(400, "a", ""), File(400, "a", R"({"numRecords":3,"nullCount":{"id":3}})"),
               File(400, "a", R"({"numRecords":0})"), File(400, "a", kWhole)});
  EXPECT_EQ(facts.first_column, "id");
  EXPECT_EQ(facts.files_without_statistics, 1U);
  // A column of NULL alone has no bounds; a flag has none either.
  ASSERT_EQ(facts.gaps.size(), 1U);
  EXPECT_EQ(facts.gaps[0].column, "address.city");
  EXPECT_EQ(facts.gaps[0].files, 1U);
}

TEST(FileFacts, FewerColumnsMakeCoarserPartitions) {
  delta::Metadata metadata = Partitioned();
  metadata.schema.fields.push_back(Field("Day", Primitive::kDate));
  metadata.partition_columns = {"p", "Day"};
  std::vector<delta::AddFile> files;
  for (int i = 0; i < 300; ++i) {
    files.push_back(File(100, i % 2 == 0 ? "a" : "b", kWhole));
    files.back().partition_values["Day"] = "2024-01-" + std::to_string(i / 2);
  }
  const auto coarser = [&] {
    return FileFactsOf(metadata, delta::FileTable().With({}, files), kTargetBytes)
        .coarser_partitioning;
  };
  EXPECT_EQ(coarser(), (std::vector<std::string>{"p"}));
  for (int i = 0; i < 300; ++i) files[i].partition_values["p"] = std::to_string(i);
  EXPECT_EQ(coarser(), (std::vector<std::string>{})) << "either has too many alone";
  files.resize(50);
  EXPECT_EQ(coarser(), (std::vector<std::string>{})) << "fifty partitions are not too many";
}

TEST(FileFacts, ATableWithoutPartitionsIsOne) {
  delta::Metadata metadata = Partitioned();
  metadata.partition_columns.clear();
  std::vector<delta::AddFile> files{File(10, "a", kWhole), File(10, "b", kWhole)};
  for (delta::AddFile& file : files) file.partition_values.clear();
  const FileFacts facts = FileFactsOf(metadata, delta::FileTable().With({}, files), kTargetBytes);
  EXPECT_EQ(facts.partitions, 1U);
  EXPECT_EQ(facts.small_files, 2U);
}

io::ObjectInfo LogFile(const std::string& name, int64_t age_days) {
  return {
      .key = "b/t/_delta_log/" + name, .size_bytes = 5, .modified_ms = kNowMs - age_days * kDayMs};
}

std::string Version(int64_t version, const std::string& suffix) {
  const std::string digits = std::to_string(version);
  return std::string(20 - digits.size(), '0') + digits + suffix;
}

TEST(LogFacts, CountWhatLiesBehindTheNewestWholeCheckpoint) {
  std::vector<io::ObjectInfo> files;
  for (int64_t version = 0; version <= 15; ++version) {
    files.push_back(LogFile(Version(version, ".json"), 1));
  }
  files.push_back(LogFile(Version(10, ".checkpoint.parquet"), 1));
  files.push_back(LogFile(Version(12, ".checkpoint.0000000001.0000000002.parquet"), 1));
  const LogFacts facts = LogFactsOf(delta::SortLog(files), {15, {}, 40}, kNowMs);
  EXPECT_EQ(facts.checkpoint_interval, 32) << "commits of 5 bytes, 40 files";
  EXPECT_EQ(facts.checkpoint_version, 10);
  EXPECT_EQ(facts.commits_since_checkpoint, 5U);
  EXPECT_NE(facts.torn_checkpoint.find("version 12"), std::string::npos) << facts.torn_checkpoint;
  EXPECT_EQ(facts.expired_files, 0U);
}

TEST(LogFacts, ExpiredIsWhatAnOldCheckpointMakesNeedless) {
  std::vector<io::ObjectInfo> files;
  for (int64_t version = 0; version <= 3; ++version) {
    files.push_back(LogFile(Version(version, ".json"), 50 - version));
  }
  EXPECT_EQ(LogFactsOf(delta::SortLog(files), {3, {}, 1}, kNowMs).expired_files, 0U);
  files.push_back(LogFile(Version(2, ".checkpoint.parquet"), 48));
  EXPECT_EQ(LogFactsOf(delta::SortLog(files), {3, {}, 1}, kNowMs).expired_files, 2U);
  delta::Metadata keeps;
  keeps.configuration["delta.enableExpiredLogCleanup"] = "false";
  EXPECT_EQ(LogFactsOf(delta::SortLog(files), {3, keeps, 1}, kNowMs).expired_files, 0U);
}

TEST(LostFiles, AreGoneOrCutShort) {
  const auto there = File(10, "a", "");
  const auto gone = File(10, "a", "");
  const auto cut = File(10, "a", "");
  auto elsewhere = File(10, "a", "");
  elsewhere.path = "/data/other/part.parquet";
  const std::vector<io::ObjectInfo> listing{{.key = "b/t/" + there.path, .size_bytes = 10},
                                            {.key = "b/t/" + cut.path, .size_bytes = 9}};
  const std::vector<delta::AddFile> files{there, gone, cut, elsewhere};
  const LostFiles lost = LostFilesOf(listing, "b/t", delta::FileTable().With({}, files));
  EXPECT_EQ(lost.count, 2U);
  EXPECT_EQ(lost.example, gone.path);
}

}  // namespace
}  // namespace laguna::catalog
