// SPDX-License-Identifier: Apache-2.0
#include "delta/compaction.h"

#include <gtest/gtest.h>

#include <string>

namespace laguna::delta {
namespace {

struct TestFile {
  int64_t size_bytes = 0;
  int64_t rows = 100;
  int64_t deleted_rows = 0;
  std::optional<std::string> partition = {};
};

FileTable TableOf(const std::vector<TestFile>& files) {
  std::vector<AddFile> added;
  for (const TestFile& file : files) {
    AddFile& entry = added.emplace_back();
    entry.path = "file-" + std::to_string(added.size());
    entry.size_bytes = file.size_bytes;
    entry.partition_values["p"] = file.partition;
    if (file.rows >= 0) {
      entry.statistics_json = "{\"numRecords\":" + std::to_string(file.rows) + "}";
    }
    if (file.deleted_rows > 0) {
      entry.deletion_vector =
          DeletionVectorDescriptor{'u', "ab^-aqEH.-t@S}K{vb[*k^", 1, 40, file.deleted_rows};
    }
  }
  return FileTable().With({}, added);
}

using Bins = std::vector<std::vector<size_t>>;

Bins BinsOf(const std::vector<TestFile>& files, Rewrite rewrite, uint64_t target = 100) {
  const FileTable table = TableOf(files);
  Bins bins;
  for (const Partition& partition : PartitionsOf(table, nullptr)) {
    for (Bin& bin : PackBins(table, partition, RulesFor(rewrite, target))) {
      bins.push_back(std::move(bin.files));
    }
  }
  return bins;
}

struct PackCase {
  const char* about;
  std::vector<TestFile> files;
  Rewrite rewrite;
  Bins expected;
};

TEST(Compaction, PacksNeighboursUpToTheTarget) {
  const std::vector<PackCase> cases = {
      {"no files", {}, Rewrite::kUnfit, {}},
      {"one small file stays", {{10}}, Rewrite::kUnfit, {}},
      {"small files go together", {{10}, {20}, {30}}, Rewrite::kUnfit, {{0, 1, 2}}},
      {"a bin is full", {{40}, {40}, {40}, {40}}, Rewrite::kUnfit, {{0, 1}, {2, 3}}},
      {"what fits exactly goes in", {{50}, {50}, {50}}, Rewrite::kUnfit, {{0, 1}}},
      {"large files are left out", {{10}, {90}, {10}, {200}}, Rewrite::kUnfit, {{0, 2}}},
      {"nearly large is large", {{75}, {10}}, Rewrite::kUnfit, {}},
      {"bins of one file are no bins", {{70}, {70}, {70}}, Rewrite::kUnfit, {}},
      {"many rows deleted", {{500, 100, 6}}, Rewrite::kUnfit, {{0}}},
      {"few rows deleted", {{500, 100, 5}}, Rewrite::kUnfit, {}},
      {"rows unknown", {{500, -1}}, Rewrite::kUnfit, {{0}}},
      {"empty files", {{0, 0}, {0, 0}}, Rewrite::kUnfit, {{0, 1}}},
      {"live bytes count", {{74, 100, 50}, {74, 100, 50}}, Rewrite::kUnfit, {{0, 1}}},
      {"files with vectors alone", {{10, 100, 1}, {10}, {10, 100, 1}}, Rewrite::kVectors, {{0, 2}}},
      {"one file with a vector", {{10, 100, 1}, {10}}, Rewrite::kVectors, {{0}}},
      {"all files in one bin", {{500}, {10}, {500}}, Rewrite::kAll, {{0, 1, 2}}},
      {"even a single one", {{500}}, Rewrite::kAll, {{0}}},
  };
  for (const PackCase& test : cases) {
    EXPECT_EQ(BinsOf(test.files, test.rewrite), test.expected) << test.about;
  }
}

TEST(Compaction, NeverAcrossPartitions) {
  const std::vector<TestFile> files = {{10, 1, 0, "a"}, {10, 1, 0, "b"}, {10, 1, 0, "a"},
                                       {10, 1, 0, {}},  {10, 1, 0, "b"}, {10, 1, 0, {}},
                                       {10, 1, 0, ""}};
  EXPECT_EQ(BinsOf(files, Rewrite::kUnfit), (Bins{{0, 2}, {1, 4}, {3, 5}}));
}

TEST(Compaction, FilesThatSomebodyLookedIntoAreWrittenAnewWhateverTheyAre) {
  const FileTable table = TableOf({{500}, {10, 100, 1}, {10}, {500}});
  CompactionRules rules = RulesFor(Rewrite::kVectors, 100);
  rules.also = std::make_shared<const FilePaths>(FilePaths{"file-1", "file-3", "file-9"});
  const auto bins = PackBins(table, PartitionsOf(table, nullptr).at(0), rules);
  ASSERT_EQ(bins.size(), 2U);
  EXPECT_EQ(bins[0].files, (std::vector<size_t>{0}));
  EXPECT_EQ(bins[1].files, (std::vector<size_t>{1, 2}));
}

TEST(Compaction, OnlyWantedPartitions) {
  const FileTable table = TableOf({{10, 1, 0, "a"}, {10, 1, 0, "b"}, {10, 1, 0, "a"}});
  int asked = 0;
  const auto partitions = PartitionsOf(table, [&](const FileView& file) {
    ++asked;
    return file.PartitionValue("p") == std::optional(std::optional<std::string_view>("a"));
  });
  ASSERT_EQ(partitions.size(), 1U);
  EXPECT_EQ(partitions[0].files, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(asked, 2);
}

TEST(Compaction, ASecondRunHasNothingToDo) {
  // What the bins of {60, 60, 30, 80} become: sizes add up.
  EXPECT_EQ(BinsOf({{60}, {60}, {30}, {80}}, Rewrite::kUnfit), (Bins{{1, 2}}));
  EXPECT_EQ(BinsOf({{60}, {80}, {90}}, Rewrite::kUnfit), Bins{});
}

}  // namespace
}  // namespace laguna::delta
