// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition/partition_index.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace laguna::catalog {
namespace {

constexpr uint32_t kUnknown = PartitionIndex::kUnknown;

using Key = std::pair<std::optional<int>, std::optional<std::string>>;
using Numbers = std::vector<uint32_t>;

const duckdb::vector<duckdb::LogicalType> kTypes = {duckdb::LogicalType::INTEGER,
                                                    duckdb::LogicalType::VARCHAR};

std::unique_ptr<duckdb::DataChunk> ChunkOf(const std::vector<Key>& keys) {
  auto chunk = std::make_unique<duckdb::DataChunk>();
  chunk->Initialize(duckdb::Allocator::DefaultAllocator(), kTypes);
  chunk->SetCardinality(keys.size());
  for (size_t row = 0; row < keys.size(); ++row) {
    const auto& [number, text] = keys[row];
    chunk->SetValue(0, row, number ? duckdb::Value::INTEGER(*number) : duckdb::Value(kTypes[0]));
    chunk->SetValue(1, row, text ? duckdb::Value(*text) : duckdb::Value(kTypes[1]));
  }
  return chunk;
}

// An index and hashes for it: those of DuckDB, or the same for all.
class Indexed {
 public:
  Indexed(size_t partitions_max, bool all_collide)
      : index(duckdb::Allocator::DefaultAllocator(), kTypes, partitions_max),
        all_collide_(all_collide) {}

  Numbers Find(const std::vector<Key>& keys) {
    const auto chunk = ChunkOf(keys);
    Numbers numbers(keys.size());
    index.Find(*chunk, HashesOf(*chunk), numbers);
    return numbers;
  }
  uint32_t Add(const Key& key) {
    const auto chunk = ChunkOf({key});
    return index.Add(*chunk, 0, HashesOf(*chunk)[0]);
  }
  void Replace(uint32_t number, const Key& key) {
    const auto chunk = ChunkOf({key});
    index.Replace(number, *chunk, 0, HashesOf(*chunk)[0]);
  }

  PartitionIndex index;

 private:
  std::vector<duckdb::hash_t> HashesOf(duckdb::DataChunk& keys) const {
    if (all_collide_) return std::vector<duckdb::hash_t>(keys.size(), 7);
    duckdb::Vector hashes(duckdb::LogicalType::HASH);
    keys.Hash(hashes);
    hashes.Flatten(keys.size());
    const auto* data = duckdb::FlatVector::GetData<duckdb::hash_t>(hashes);
    return {data, data + keys.size()};
  }

  const bool all_collide_;
};

class PartitionIndexTest : public testing::TestWithParam<bool> {};

TEST_P(PartitionIndexTest, NumbersRowsByTheirValues) {
  Indexed indexed(4, GetParam());
  EXPECT_EQ(indexed.Add({1, "a"}), 0U);
  EXPECT_EQ(indexed.Add({1, std::nullopt}), 1U);
  EXPECT_EQ(indexed.Add({std::nullopt, "a text that is longer than twelve bytes"}), 2U);
  EXPECT_EQ(indexed.Find({{1, "a"},
                          {1, std::nullopt},
                          {2, "a"},
                          {1, "a"},
                          {std::nullopt, "a text that is longer than twelve bytes"},
                          {std::nullopt, "a text that is longer than twelve bytez"},
                          {std::nullopt, std::nullopt},
                          {1, ""}}),
            (Numbers{0, 1, kUnknown, 0, 2, kUnknown, kUnknown, kUnknown}));
}

TEST_P(PartitionIndexTest, GivesANumberToAnotherPartition) {
  Indexed indexed(3, GetParam());
  for (const int key : {1, 2, 3}) indexed.Add({key, "k"});
  EXPECT_TRUE(indexed.index.full());
  indexed.Replace(0, {4, "k"});
  EXPECT_EQ(indexed.Find({{1, "k"}, {2, "k"}, {3, "k"}, {4, "k"}}), (Numbers{kUnknown, 1, 2, 0}));
  indexed.Replace(2, {1, "k"});
  EXPECT_EQ(indexed.Find({{1, "k"}, {2, "k"}, {3, "k"}, {4, "k"}}), (Numbers{2, 1, kUnknown, 0}));
}

INSTANTIATE_TEST_SUITE_P(Hashes, PartitionIndexTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Collide" : "OfDuckDb"; });

}  // namespace
}  // namespace laguna::catalog
