// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition/partition_index.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "duckdb/common/vector_operations/vector_operations.hpp"

namespace laguna::catalog {

using duckdb::hash_t;
using duckdb::idx_t;

PartitionIndex::PartitionIndex(duckdb::Allocator& allocator,
                               const duckdb::vector<duckdb::LogicalType>& key_types,
                               size_t partitions_max)
    : partitions_max_(partitions_max), places_(std::bit_ceil(4 * partitions_max)) {
  LAGUNA_ASSERT(partitions_max > 0);
  keys_.Initialize(allocator, key_types, partitions_max);
}

void PartitionIndex::Find(const duckdb::DataChunk& keys, std::span<const hash_t> hashes,
                          std::span<uint32_t> numbers) const {
  for (size_t row = 0; row < hashes.size(); ++row) {
    const bool as_before = row > 0 && hashes[row] == hashes[row - 1];
    numbers[row] = as_before ? numbers[row - 1] : FirstOf(hashes[row]);
  }
  Verify(keys, hashes, numbers);
}

uint32_t PartitionIndex::FirstOf(hash_t hash) const {
  const size_t mask = places_.size() - 1;
  for (size_t at = hash & mask; places_[at].number != kUnknown; at = (at + 1) & mask) {
    if (places_[at].hash == hash) return places_[at].number;
  }
  return kUnknown;
}

uint32_t PartitionIndex::FindRow(const duckdb::DataChunk& keys, idx_t row, hash_t hash) const {
  const size_t mask = places_.size() - 1;
  for (size_t at = hash & mask; places_[at].number != kUnknown; at = (at + 1) & mask) {
    if (places_[at].hash == hash && IsKey(places_[at].number, keys, row)) return places_[at].number;
  }
  return kUnknown;
}

void PartitionIndex::Verify(const duckdb::DataChunk& keys, std::span<const hash_t> hashes,
                            std::span<uint32_t> numbers) const {
  duckdb::SelectionVector rows(numbers.size());
  duckdb::SelectionVector found(numbers.size());
  idx_t count = 0;
  for (size_t row = 0; row < numbers.size(); ++row) {
    if (numbers[row] == kUnknown) continue;
    rows.set_index(count, row);
    found.set_index(count++, numbers[row]);
  }
  if (count == 0) return;
  duckdb::SelectionVector others(count);
  for (idx_t column = 0; column < keys.ColumnCount(); ++column) {
    duckdb::Vector given(keys.data[column], rows, count);
    duckdb::Vector known(keys_.data[column], found, count);
    const idx_t equal =
        duckdb::VectorOperations::NotDistinctFrom(given, known, nullptr, count, nullptr, &others);
    for (idx_t i = 0; i < count - equal; ++i) {
      const idx_t row = rows.get_index(others.get_index(i));
      numbers[row] = FindRow(keys, row, hashes[row]);
    }
  }
}

bool PartitionIndex::IsKey(uint32_t number, const duckdb::DataChunk& keys, idx_t row) const {
  for (idx_t column = 0; column < keys.ColumnCount(); ++column) {
    const duckdb::Value known = keys_.GetValue(column, number);
    if (!duckdb::Value::NotDistinctFrom(known, keys.GetValue(column, row))) return false;
  }
  return true;
}

uint32_t PartitionIndex::Add(const duckdb::DataChunk& keys, idx_t row, hash_t hash) {
  LAGUNA_ASSERT(!full());
  const auto number = static_cast<uint32_t>(hashes_.size());
  hashes_.push_back(hash);
  keys_.SetCardinality(hashes_.size());
  PutKey(number, keys, row);
  PutPlace(number);
  return number;
}

void PartitionIndex::Replace(uint32_t number, const duckdb::DataChunk& keys, idx_t row,
                             hash_t hash) {
  hashes_[number] = hash;
  PutKey(number, keys, row);
  // Without a gap in any chain.
  std::fill(places_.begin(), places_.end(), Place{});
  for (uint32_t each = 0; each < hashes_.size(); ++each) PutPlace(each);
}

void PartitionIndex::PutKey(uint32_t number, const duckdb::DataChunk& keys, idx_t row) {
  for (idx_t column = 0; column < keys.ColumnCount(); ++column) {
    keys_.SetValue(column, number, keys.GetValue(column, row));
  }
}

void PartitionIndex::PutPlace(uint32_t number) {
  const size_t mask = places_.size() - 1;
  size_t at = hashes_[number] & mask;
  while (places_[at].number != kUnknown) at = (at + 1) & mask;
  places_[at] = {hashes_[number], number};
}

}  // namespace laguna::catalog
