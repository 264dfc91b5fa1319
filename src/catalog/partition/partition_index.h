// SPDX-License-Identifier: Apache-2.0
// Numbers for partitions: which partition each row of a chunk belongs to, found for all rows at
// once by the hashes of their values and then compared with the values themselves.
//
// Holds a fixed number of partitions; one can take another's place. Pure, no lock: any number of
// threads may read, none beside one that writes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "duckdb/common/types/data_chunk.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class PartitionIndex {
 public:
  static constexpr uint32_t kUnknown = UINT32_MAX;

  PartitionIndex(duckdb::Allocator& allocator, const duckdb::vector<duckdb::LogicalType>& key_types,
                 size_t partitions_max);

  [[nodiscard]] bool full() const { return hashes_.size() == partitions_max_; }

  // `keys` are the values of the partition columns, `hashes` and `numbers` have one entry a row.
  // Rows of other partitions get kUnknown.
  void Find(const duckdb::DataChunk& keys, std::span<const duckdb::hash_t> hashes,
            std::span<uint32_t> numbers) const;
  [[nodiscard]] uint32_t FindRow(const duckdb::DataChunk& keys, duckdb::idx_t row,
                                 duckdb::hash_t hash) const;

  // The next number, for the row's partition, which is unknown yet; not when full.
  uint32_t Add(const duckdb::DataChunk& keys, duckdb::idx_t row, duckdb::hash_t hash);
  // The partition `number` is forgotten, the row's has the number from now on.
  void Replace(uint32_t number, const duckdb::DataChunk& keys, duckdb::idx_t row,
               duckdb::hash_t hash);

 private:
  // A place of the hash table: open addressing, one step at a time.
  struct Place {
    duckdb::hash_t hash = 0;
    uint32_t number = kUnknown;
  };

  [[nodiscard]] uint32_t FirstOf(duckdb::hash_t hash) const;
  // Turns numbers found by hash alone into those of equal values.
  void Verify(const duckdb::DataChunk& keys, std::span<const duckdb::hash_t> hashes,
              std::span<uint32_t> numbers) const;
  [[nodiscard]] bool IsKey(uint32_t number, const duckdb::DataChunk& keys, duckdb::idx_t row) const;
  void PutKey(uint32_t number, const duckdb::DataChunk& keys, duckdb::idx_t row);
  void PutPlace(uint32_t number);

  const size_t partitions_max_;
  // Row `n` is the key of partition `n`, as is its hash.
  duckdb::DataChunk keys_;
  std::vector<duckdb::hash_t> hashes_;
  // A power of two, at least four times as many as there are partitions.
  std::vector<Place> places_;
};

}  // namespace laguna::catalog
