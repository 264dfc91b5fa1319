// SPDX-License-Identifier: Apache-2.0
#include "delta/file_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>
#include <unordered_map>

#include "delta/file_chunk.h"

namespace laguna::delta {
namespace {

AddFile FileNamed(const std::string& path, int64_t size_bytes = 1, const std::string& vector = "") {
  AddFile file;
  file.path = path;
  file.size_bytes = size_bytes;
  if (!vector.empty()) file.deletion_vector = DeletionVectorDescriptor{'u', vector, 1, 8, 1};
  return file;
}

RemoveFile RemovalOf(const AddFile& file) {
  RemoveFile removal;
  removal.path = file.path;
  removal.deletion_vector = file.deletion_vector;
  return removal;
}

std::string VectorId(const AddFile& file) {
  return file.deletion_vector ? file.deletion_vector->UniqueId() : "";
}

std::vector<std::string> Paths(const FileTable& table) {
  std::vector<std::string> paths;
  for (size_t i = 0; i < table.size(); ++i) paths.emplace_back(table.at(i).path());
  return paths;
}

// A list of files and the contract of With, in the plainest words.
struct NaiveTable {
  std::vector<AddFile> files;

  std::vector<AddFile>::iterator Find(const AddFile& wanted) {
    return std::find_if(files.begin(), files.end(), [&](const AddFile& file) {
      return file.path == wanted.path && VectorId(file) == VectorId(wanted);
    });
  }
  void Apply(const std::vector<AddFile>& removed, const std::vector<AddFile>& added) {
    for (const AddFile& file : removed) {
      auto place = Find(file);
      if (place != files.end()) files.erase(place);
    }
    for (const AddFile& file : added) {
      auto place = Find(file);
      if (place != files.end()) files.erase(place);
      files.push_back(file);
    }
  }
};

void ExpectSame(const FileTable& table, const NaiveTable& naive) {
  ASSERT_EQ(table.size(), naive.files.size());
  int64_t bytes = 0;
  for (size_t i = 0; i < naive.files.size(); ++i) {
    const AddFile& file = naive.files[i];
    ASSERT_TRUE(table.at(i).ToAddFile() == file) << "at " << i;
    ASSERT_EQ(table.Find(file.path, VectorId(file)), i);
    bytes += file.size_bytes;
  }
  EXPECT_EQ(table.total_bytes(), bytes);
}

TEST(FileTable, StartsEmpty) {
  FileTable table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.Find("a", ""), std::nullopt);
}

TEST(FileTable, OldTablesKeepTheirFiles) {
  FileTable one = FileTable().With({}, std::vector{FileNamed("a")});
  FileTable two = one.With(std::vector{RemovalOf(FileNamed("a"))}, std::vector{FileNamed("b")});
  EXPECT_EQ(Paths(one), std::vector<std::string>{"a"});
  EXPECT_EQ(Paths(two), std::vector<std::string>{"b"});
}

TEST(FileTable, TheSamePathWithAnotherVectorIsAnotherFile) {
  FileTable table =
      FileTable().With({}, std::vector{FileNamed("a", 1, "v1"), FileNamed("a", 1, "v2")});
  table = table.With(std::vector{RemovalOf(FileNamed("a", 1, "v1"))}, {});
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.Find("a", "uv2@1"), 0U);
}

TEST(FileTable, SpellingsOfALocalPathAreOneFile) {
  FileTable table = FileTable().With({}, std::vector{FileNamed("/x/y")});
  EXPECT_EQ(table.Find("file:///x/y", ""), 0U);
  RemoveFile removal;
  removal.path = "file:/x/y";
  EXPECT_TRUE(table.With(std::vector{removal}, {}).empty());
}

TEST(FileTable, RandomChangesMatchANaiveTable) {
  for (uint32_t seed = 0; seed < 3; ++seed) {
    std::mt19937 random(seed);
    FileTable table;
    NaiveTable naive;
    for (int step = 0; step < 24; ++step) {
      auto pick = [&](size_t count_max) {
        std::vector<AddFile> files(random() % (count_max + 1));
        for (AddFile& file : files) {
          file = FileNamed("f" + std::to_string(random() % 3000), random() % 100,
                           random() % 4 == 0 ? "v" + std::to_string(random() % 2) : "");
        }
        return files;
      };
      std::vector<AddFile> removed = pick(step % 10 == 9 ? 2500 : 50);
      std::vector<AddFile> added = pick(step % 7 == 0 ? 1500 : 20);
      std::vector<RemoveFile> removals;
      for (const AddFile& file : removed) removals.push_back(RemovalOf(file));
      table = table.With(removals, added);
      naive.Apply(removed, added);
    }
    ExpectSame(table, naive);
  }
}

TEST(FileTable, WhatIsAddedAgainGoesToTheEnd) {
  FileTable table = FileTable().With({}, std::vector{FileNamed("a"), FileNamed("b")});
  table = table.With({}, std::vector{FileNamed("a", 7)});
  EXPECT_EQ(Paths(table), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(table.at(1).size_bytes(), 7);
}

// Everything an add action can say, at its limits.
std::vector<AddFile> RichFiles() {
  AddFile full = FileNamed("day=2024-01-01/part é.parquet", 4096);
  full.partition_values = {{"day", "2024-01-01"}, {"empty", ""}, {"none", std::nullopt}};
  full.modification_time_ms = 1'700'000'000'000;
  full.data_change = false;
  full.statistics_json = R"({"numRecords":10,"minValues":{"id":-1},"nullCount":{"id":0}})";
  full.tags = {{"key", "value"}, {"other", ""}};
  full.deletion_vector = DeletionVectorDescriptor{'i', "inline\0bytes", std::nullopt, 3, 4};
  full.base_row_id = 5;
  full.default_row_commit_version = 6;
  full.clustering_provider = "liquid";
  AddFile limits = FileNamed("", std::numeric_limits<int64_t>::min());
  limits.modification_time_ms = std::numeric_limits<int64_t>::max();
  limits.statistics_json = "no JSON";
  limits.deletion_vector = DeletionVectorDescriptor{'u', "", std::numeric_limits<int32_t>::min(),
                                                    std::numeric_limits<int32_t>::max(),
                                                    std::numeric_limits<int64_t>::min()};
  limits.base_row_id = std::numeric_limits<int64_t>::min();
  limits.clustering_provider = "";
  AddFile names = FileNamed(std::string("nul\0byte", 8));
  for (int i = 0; i < 1000; ++i) names.tags["t" + std::to_string(i)] = std::to_string(i);
  names.partition_values[std::string(1000, 'p')] = std::string(100'000, 'v');
  AddFile large = FileNamed(std::string(5'000'000, 'x'));
  return {full, limits, names, large, FileNamed("plain")};
}

TEST(FileTable, FilesComeBackAsTheyWere) {
  const std::vector<AddFile> files = RichFiles();
  FileTable table = FileTable().With({}, files);
  // Once more through copies from chunk to chunk.
  for (int i = 0; i < 20; ++i) table = table.With({}, std::vector{FileNamed(std::to_string(i))});
  for (size_t i = 0; i < files.size(); ++i) {
    EXPECT_TRUE(table.at(i).ToAddFile() == files[i]) << i;
    EXPECT_EQ(table.Find(files[i].path, VectorId(files[i])), i);
  }
}

TEST(FileTable, AViewTellsWhatWasAsked) {
  const FileTable table = FileTable().With({}, RichFiles());
  const FileView full = table.at(0);
  const FileView plain = table.at(4);
  EXPECT_EQ(full.path(), "day=2024-01-01/part é.parquet");
  EXPECT_EQ(full.PartitionValue("day")->value(), "2024-01-01");
  ASSERT_TRUE(full.PartitionValue("none").has_value());
  EXPECT_EQ(*full.PartitionValue("none"), std::nullopt);
  EXPECT_FALSE(full.PartitionValue("month").has_value());
  EXPECT_EQ(full.Tag("key"), "value");
  EXPECT_EQ(full.Tag("value"), std::nullopt);
  EXPECT_TRUE(full.has_tags());
  EXPECT_EQ(full.tags().size(), 2U);
  EXPECT_EQ(full.base_row_id(), 5);
  EXPECT_EQ(full.default_row_commit_version(), 6);
  EXPECT_EQ(full.clustering_provider(), "liquid");
  EXPECT_EQ(full.RecordCount(), 10);
  EXPECT_EQ(full.LiveRows(), 6U);
  EXPECT_EQ(full.StatisticsOf({"id"}, Primitive::kLong), (ColumnStatistics{"-1", std::nullopt, 0}));
  EXPECT_TRUE(full.HasTightBounds());
  EXPECT_FALSE(full.data_change());
  EXPECT_EQ(plain.RecordCount(), std::nullopt);
  EXPECT_EQ(plain.StatisticsOf({"id"}, Primitive::kLong), ColumnStatistics{});
  EXPECT_EQ(plain.PartitionValue("day"), std::nullopt);
  EXPECT_FALSE(plain.has_deletion_vector());
  EXPECT_EQ(plain.DeletionVectorId(), "");
  EXPECT_TRUE(plain.data_change());
}

TEST(FileTable, BuiltTablesAreTheSame) {
  FileTableBuilder builder;
  std::vector<AddFile> files;
  for (int i = 0; i < 10'000; ++i) {
    files.push_back(FileNamed("part-" + std::to_string(i), i));
    files.back().statistics_json = R"({"numRecords":)" + std::to_string(i) + "}";
    FileRow row;
    row.path = files.back().path;
    row.size_bytes = i;
    row.statistics_json = files.back().statistics_json;
    builder.Append(row);
  }
  const FileTable table = builder.Finish();
  ASSERT_EQ(table.size(), files.size());
  EXPECT_EQ(table.total_rows(), 49'995'000);
  for (size_t i = 0; i < files.size(); ++i) ASSERT_TRUE(table.at(i).ToAddFile() == files[i]) << i;
  EXPECT_EQ(table.Find("part-9999", ""), 9999U);
}

TEST(FileTable, ManyAreFoundAtOnce) {
  std::vector<AddFile> files;
  for (int i = 0; i < 9000; ++i) files.push_back(FileNamed("p" + std::to_string(i)));
  files.push_back(FileNamed("p1", 1, "v"));
  const FileTable table =
      FileTable().With({}, files).With(std::vector{RemovalOf(FileNamed("p0"))}, {});
  const FileId wanted[] = {{"p8999", ""}, {"p0", ""}, {"p1", "uv@1"}, {"p1", ""}, {"p8999", ""}};
  EXPECT_EQ(table.FindAll(wanted),
            (std::vector<std::optional<size_t>>{8998, std::nullopt, 8999, 0, 8998}));
}

struct TotalsCase {
  std::string statistics;
  int64_t deleted;
  std::optional<int64_t> rows;
};

TEST(FileTable, RowsAreKnownWhenEveryFileSaysThem) {
  const TotalsCase cases[] = {
      {R"({"numRecords":5})", 0, 15},
      {R"({"numRecords":5})", 5, 10},
      {R"({"numRecords":5})", 6, std::nullopt},
      {R"({"numRecords":5})", -1, std::nullopt},
      {"{}", 0, std::nullopt},
      {R"({"numRecords":9223372036854775807})", 0, std::nullopt},
  };
  for (const TotalsCase& test : cases) {
    AddFile file = FileNamed("a");
    file.statistics_json = test.statistics;
    if (test.deleted != 0)
      file.deletion_vector = DeletionVectorDescriptor{'u', "v", 1, 8, test.deleted};
    AddFile other = FileNamed("b");
    other.statistics_json = R"({"numRecords":10})";
    const FileTable table = FileTable().With({}, std::vector{file, other});
    EXPECT_EQ(table.total_rows(), test.rows) << test.statistics << test.deleted;
    EXPECT_EQ(table.deletion_vector_count(), test.deleted != 0 ? 1U : 0U);
    const FileTable less = table.With(std::vector{RemovalOf(file)}, {});
    EXPECT_EQ(less.total_rows(), 10) << test.statistics << test.deleted;
    EXPECT_EQ(less.deletion_vector_count(), 0U);
  }
}

TEST(FileTable, AnEditThatAddsAndRemovesTheSameForEverStaysSmall) {
  FileTableEdit edit;
  FileTable table;
  for (int i = 0; i < 200'000; ++i) {
    edit.Add(FileNamed("f" + std::to_string(i % 3), i));
    if (i % 7 == 0) edit.Remove("f" + std::to_string(i % 3), "");
  }
  edit.Add(FileNamed("f0", 1));
  table = edit.Finish();
  EXPECT_LE(table.size(), 3U);
  EXPECT_EQ(table.at(table.size() - 1).size_bytes(), 1);
  EXPECT_LT(table.bytes_in_memory(), 10'000U);
}

std::string Digits(std::mt19937_64& random, size_t count) {
  std::string digits;
  while (digits.size() < count) digits += "0123456789abcdef"[random() % 16];
  return digits;
}

// As Spark would have written it.
AddFile UsualFile(std::mt19937_64& random, int number) {
  const std::string text = std::to_string(number);
  AddFile file;
  file.path = "day=2024-02-29/part-00000-" + Digits(random, 8) + "-" + Digits(random, 4) + "-" +
              Digits(random, 4) + "-" + Digits(random, 4) + "-" + Digits(random, 12) +
              "-c000.snappy.parquet";
  file.size_bytes = 123'456'789 + number;
  file.modification_time_ms = 1'700'000'000'000 + number;
  file.partition_values = {{"day", "2024-02-29"}};
  const std::string values = R"({"id":)" + text + R"(,"name":"customer )" + text + R"(","price":)" +
                             text + R"(.25,"at":"2024-02-29T12:34:56.123Z",)" + R"("quantity":)" +
                             std::to_string(number % 100) + "}";
  file.statistics_json = R"({"numRecords":)" + text + R"(,"minValues":)" + values +
                         R"(,"maxValues":)" + values +
                         R"(,"nullCount":{"id":0,"name":3,"price":0,"at":0,"quantity":12}})";
  return file;
}

TEST(FileTable, AUsualFileTakesLessThan300Bytes) {
  constexpr int kFiles = 100'000;
  std::mt19937_64 random(1);
  FileTableEdit edit;
  for (int i = 0; i < kFiles; ++i) edit.Add(UsualFile(random, i));
  FileTable table = edit.Finish();
  EXPECT_LE(table.bytes_in_memory() / kFiles, 300U);
  // Also after thousands of small commits, and when most files have gone.
  for (int i = 0; i < 3000; ++i) table = table.With({}, std::vector{UsualFile(random, i)});
  EXPECT_LE(table.bytes_in_memory() / table.size(), 300U);
  FileTableEdit removals(table);
  for (size_t i = 0; i < table.size(); ++i) {
    if (i % 10 != 0) removals.Remove(table.at(i).path(), "");
  }
  table = removals.Finish();
  EXPECT_EQ(table.size(), 10'300U);
  EXPECT_LE(table.bytes_in_memory() / table.size(), 330U);
}

// Many commits in one edit are the same as one after the other.
TEST(FileTable, EditsMatchANaiveTable) {
  std::mt19937 random(5);
  NaiveTable naive;
  FileTable table;
  for (int round = 0; round < 6; ++round) {
    FileTableEdit edit(table);
    for (int step = 0; step < 4000; ++step) {
      const AddFile file = FileNamed("f" + std::to_string(random() % 900), random() % 100,
                                     random() % 8 == 0 ? "v" : "");
      if (random() % 3 == 0) {
        edit.Remove(file.path, VectorId(file));
        naive.Apply({file}, {});
      } else {
        edit.Add(file);
        naive.Apply({}, {file});
      }
    }
    table = edit.Finish();
    ExpectSame(table, naive);
  }
}

TEST(FileTable, SmallCommitsGrowTogether) {
  constexpr size_t kFiles = 4000;
  FileTable table;
  for (size_t i = 0; i < kFiles; ++i) {
    table = table.With({}, std::vector{FileNamed("part-" + std::to_string(i))});
  }
  EXPECT_LE(table.bytes_in_memory() / kFiles, 64U);
}

// Two paths of one hash.
std::pair<std::string, std::string> CollidingPaths() {
  std::unordered_map<uint32_t, std::string> seen;
  for (int i = 0;; ++i) {
    std::string path = "part-" + std::to_string(i);
    const auto [known, is_new] = seen.emplace(FileHash(path, ""), path);
    if (!is_new) return {known->second, path};
  }
}

TEST(FileTable, FilesOfOneHashAreNotMixedUp) {
  const auto [one, other] = CollidingPaths();
  FileTable table = FileTable().With({}, std::vector{FileNamed(one), FileNamed(other)});
  EXPECT_EQ(table.Find(one, ""), 0U);
  EXPECT_EQ(table.Find(other, ""), 1U);
  table = table.With(std::vector{RemovalOf(FileNamed(one))}, {});
  EXPECT_EQ(Paths(table), std::vector<std::string>{other});
  EXPECT_EQ(table.Find(one, ""), std::nullopt);
  table = table.With(std::vector{RemovalOf(FileNamed(one))}, std::vector{FileNamed(one)});
  EXPECT_EQ(Paths(table), (std::vector<std::string>{other, one}));
}

std::chrono::steady_clock::duration Since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::steady_clock::now() - begin;
}

// Whether 200 commits of one file cost less than five times what all the files cost once; copies of
// the table would cost a hundred times as much.
bool AppendsAreCheap() {
  std::vector<AddFile> many;
  for (int i = 0; i < 50'000; ++i) many.push_back(FileNamed("part-" + std::to_string(i)));
  auto begin = std::chrono::steady_clock::now();
  FileTable table = FileTable().With({}, many);
  const auto once = Since(begin);
  begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) {
    table = table.With({}, std::vector{FileNamed("new-" + std::to_string(i))});
  }
  EXPECT_EQ(table.size(), many.size() + 200);
  return Since(begin) < 5 * once;
}

TEST(FileTable, AddingOneFileDoesNotCopyTheTable) {
  // Machines are noisy: the best of three.
  EXPECT_TRUE(AppendsAreCheap() || AppendsAreCheap() || AppendsAreCheap());
}

}  // namespace
}  // namespace laguna::delta
