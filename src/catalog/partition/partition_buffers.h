// SPDX-License-Identifier: Apache-2.0
// Rows of a partitioned write on their way into files, sorted into partitions as they come.
//
// A row group wants many rows of one partition, but rows of all partitions come mixed. So each
// partition gathers its rows until a row group is full. What waits has a budget of memory; beyond
// it the partition with the most rows writes them as a smaller row group. The number of partitions
// that gather is bounded as well, by the budget, and each has at most one file open.
//
// A further partition takes the place of one whose rows seem to be over: rows that come ordered by
// day or so meet one partition after the other. If there is none, its rows go aside to be sorted
// (catalog/partition/sorted_partitions). So do those of partitions that come back after they were
// taken for over; when many do, the rows are not ordered, and no place is given away any more.
//
// All functions may be called by any thread, but FinishNext only when nobody adds rows.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <unordered_set>
#include <vector>

#include "catalog/partition/partition_buffer.h"
#include "catalog/partition/partition_index.h"
#include "duckdb/storage/temporary_memory_manager.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// A partition that met none of so many rows is taken for over.
inline constexpr uint64_t kOverAfterRows = 262'144;

// Memory reserved with the engine, so that others make do with the rest.
struct PartitionMemory {
  duckdb::unique_ptr<duckdb::TemporaryMemoryState> reservation;
  // Of all rows that wait.
  uint64_t bytes_max = 0;
  // Partitions that gather.
  size_t partitions_max = 0;
};
// By the engine's memory limit, for rows of these types.
PartitionMemory ReservePartitionMemory(duckdb::ClientContext& context,
                                       const duckdb::vector<duckdb::LogicalType>& types);

class PartitionBuffers {
 public:
  using BufferPtr = std::shared_ptr<PartitionBuffer>;

  PartitionBuffers(duckdb::ClientContext& context, const FileMaking& making,
                   const duckdb::vector<duckdb::LogicalType>& key_types, PartitionMemory memory);

  // A thread's picture of which partition has which number.
  struct View {
    uint64_t version = 0;
    std::vector<BufferPtr> buffers;
  };
  // Numbers into the view, which is brought up to date; PartitionIndex::kUnknown for rows that go
  // aside. `keys` are the partition columns, `hashes` theirs.
  void Find(const duckdb::DataChunk& keys, std::span<const duckdb::hash_t> hashes, View& view,
            std::span<uint32_t> numbers);

  // Adds data columns of rows; false if they must go aside, because the partition is over.
  bool Append(PartitionBuffer& buffer, duckdb::DataChunk& rows);

  [[nodiscard]] size_t partitions_max() const { return memory_.partitions_max; }
  [[nodiscard]] uint64_t met_rows() const { return met_rows_.load(std::memory_order_relaxed); }

  // Writes what is left of one partition and ends its file; false when all are done.
  bool FinishNext();

 private:
  [[nodiscard]] bool MayAdmit(uint64_t now_rows) const;
  void FindOrAdmit(const duckdb::DataChunk& keys, std::span<const duckdb::hash_t> hashes,
                   uint64_t now_rows, std::span<uint32_t> numbers, std::vector<BufferPtr>& over);
  uint32_t Admit(const duckdb::DataChunk& keys, duckdb::idx_t row, duckdb::hash_t hash,
                 uint64_t now_rows, std::vector<BufferPtr>& over);
  // The number of a partition that is over, for one that is not known.
  std::optional<uint32_t> FindOver(duckdb::hash_t hash, uint64_t now_rows);
  void Refresh(View& view) const;
  void Write(PartitionBuffer& buffer, TakenRows taken);
  // Of the partition with the most; false if there is not much.
  bool WriteLargest();
  void Finish(PartitionBuffer& buffer);

  duckdb::ClientContext& context_;
  const FileMaking& making_;
  const PartitionMemory memory_;
  std::atomic<uint64_t> met_rows_ = 0;
  // For a moment less than nothing, when one thread counts what another has not counted yet.
  std::atomic<int64_t> bytes_ = 0;
  std::atomic<size_t> next_finished_ = 0;

  // Guards what follows; nothing is written while it is held.
  std::shared_mutex mutex_;
  PartitionIndex index_;
  std::vector<BufferPtr> buffers_;
  std::vector<duckdb::hash_t> hashes_;
  uint64_t version_ = 0;
  // Partitions that gave their place away, and those of them that came back, by their hashes.
  std::unordered_set<duckdb::hash_t> over_;
  std::unordered_set<duckdb::hash_t> back_;
  // UINT64_MAX: never again.
  std::atomic<uint64_t> next_look_rows_ = 0;
};

}  // namespace laguna::catalog
