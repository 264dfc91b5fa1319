// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition/partition_buffers.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "duckdb/common/allocator.hpp"
#include "duckdb/storage/buffer_manager.hpp"

namespace laguna::catalog {
namespace {

using duckdb::hash_t;
using duckdb::idx_t;

// As many rows as DuckDB's Parquet writer puts into a row group.
constexpr uint64_t kRowGroupRows = DEFAULT_ROW_GROUP_SIZE;
// Of the memory limit, and never more.
constexpr uint64_t kMemoryShare = 4;
constexpr uint64_t kBytesMax = 256ULL << 20;
// Rows that wait, and as much again for row groups that are being written.
constexpr uint64_t kReservedShare = 2;
// A partition should have room for so much, or so many chunks if that is more.
constexpr uint64_t kPartitionBytes = 1ULL << 20;
constexpr uint64_t kPartitionChunks = 4;
constexpr size_t kPartitionsMin = 4;
constexpr size_t kPartitionsMax = 256;
// Encoded rows are about so much smaller.
constexpr uint64_t kEncodedShare = 3;
// So often a partition is looked for that is over.
constexpr uint64_t kLookRows = 65'536;
// The rows are not ordered if more than so many partitions come back, and this part of all.
constexpr size_t kBackMin = 16;
constexpr size_t kBackShare = 4;

uint64_t WidthOf(const duckdb::LogicalType& type) {
  if (type.id() == duckdb::LogicalTypeId::STRUCT) {
    uint64_t width = 0;
    for (const auto& field : duckdb::StructType::GetChildTypes(type))
      width += WidthOf(field.second);
    return width;
  }
  return duckdb::GetTypeIdSize(type.InternalType());
}

}  // namespace

PartitionMemory ReservePartitionMemory(duckdb::ClientContext& context,
                                       const duckdb::vector<duckdb::LogicalType>& types) {
  const uint64_t limit = duckdb::BufferManager::GetBufferManager(context).GetMaxMemory();
  PartitionMemory memory;
  memory.bytes_max = std::min(limit / kMemoryShare, kBytesMax);
  memory.reservation = duckdb::TemporaryMemoryManager::Get(context).Register(context);
  memory.reservation->SetRemainingSizeAndUpdateReservation(context,
                                                           kReservedShare * memory.bytes_max);
  uint64_t chunk_bytes = 0;
  for (const auto& type : types) chunk_bytes += WidthOf(type) * STANDARD_VECTOR_SIZE;
  const uint64_t each = std::max(kPartitionBytes, kPartitionChunks * chunk_bytes);
  const auto partitions = static_cast<size_t>(memory.bytes_max / each);
  memory.partitions_max = std::clamp(partitions, kPartitionsMin, kPartitionsMax);
  return memory;
}

PartitionBuffers::PartitionBuffers(duckdb::ClientContext& context, const FileMaking& making,
                                   const duckdb::vector<duckdb::LogicalType>& key_types,
                                   PartitionMemory memory)
    : context_(context),
      making_(making),
      memory_(std::move(memory)),
      index_(duckdb::BufferAllocator::Get(context), key_types, memory_.partitions_max) {}

void PartitionBuffers::Find(const duckdb::DataChunk& keys, std::span<const hash_t> hashes,
                            View& view, std::span<uint32_t> numbers) {
  const uint64_t now_rows = met_rows_ += keys.size();
  {
    const std::shared_lock lock(mutex_);
    index_.Find(keys, hashes, numbers);
    Refresh(view);
    if (std::ranges::count(numbers, PartitionIndex::kUnknown) == 0 || !MayAdmit(now_rows)) return;
  }
  std::vector<BufferPtr> over;
  {
    const std::lock_guard lock(mutex_);
    FindOrAdmit(keys, hashes, now_rows, numbers, over);
    Refresh(view);
  }
  for (const BufferPtr& buffer : over) Finish(*buffer);
}

bool PartitionBuffers::MayAdmit(uint64_t now_rows) const {
  return !index_.full() || now_rows >= next_look_rows_;
}

void PartitionBuffers::FindOrAdmit(const duckdb::DataChunk& keys, std::span<const hash_t> hashes,
                                   uint64_t now_rows, std::span<uint32_t> numbers,
                                   std::vector<BufferPtr>& over) {
  // Others may have given places away since the numbers were found.
  index_.Find(keys, hashes, numbers);
  for (const uint32_t number : numbers) {
    if (number != PartitionIndex::kUnknown) buffers_[number]->Meet(now_rows);
  }
  for (size_t row = 0; row < numbers.size(); ++row) {
    if (numbers[row] != PartitionIndex::kUnknown) continue;
    numbers[row] = index_.FindRow(keys, row, hashes[row]);
    if (numbers[row] != PartitionIndex::kUnknown) continue;
    numbers[row] = Admit(keys, row, hashes[row], now_rows, over);
  }
}

uint32_t PartitionBuffers::Admit(const duckdb::DataChunk& keys, idx_t row, hash_t hash,
                                 uint64_t now_rows, std::vector<BufferPtr>& over) {
  uint32_t number = PartitionIndex::kUnknown;
  if (!index_.full()) {
    number = index_.Add(keys, row, hash);
    buffers_.emplace_back();
    hashes_.emplace_back();
  } else {
    const auto place = FindOver(hash, now_rows);
    if (!place) return PartitionIndex::kUnknown;
    number = *place;
    over_.insert(hashes_[number]);
    over.push_back(std::move(buffers_[number]));
    index_.Replace(number, keys, row, hash);
  }
  PartitionKey key;
  for (idx_t column = 0; column < keys.ColumnCount(); ++column) {
    key.push_back(keys.GetValue(column, row));
  }
  buffers_[number] = std::make_shared<PartitionBuffer>(making_, std::move(key));
  buffers_[number]->Meet(now_rows);
  hashes_[number] = hash;
  ++version_;
  return number;
}

std::optional<uint32_t> PartitionBuffers::FindOver(hash_t hash, uint64_t now_rows) {
  if (now_rows < next_look_rows_) return {};
  if (over_.contains(hash)) {
    back_.insert(hash);
    if (back_.size() > kBackMin && back_.size() > over_.size() / kBackShare) {
      next_look_rows_ = UINT64_MAX;
    }
    return {};
  }
  const auto oldest = std::ranges::min_element(
      buffers_, {}, [](const BufferPtr& buffer) { return buffer->met_at(); });
  if ((*oldest)->met_at() + kOverAfterRows < now_rows) {
    return static_cast<uint32_t>(oldest - buffers_.begin());
  }
  next_look_rows_ = now_rows + kLookRows;
  return {};
}

void PartitionBuffers::Refresh(View& view) const {
  if (view.version == version_) return;
  view = {version_, buffers_};
}

bool PartitionBuffers::Append(PartitionBuffer& buffer, duckdb::DataChunk& rows) {
  const auto growth = buffer.Append(context_, rows);
  if (!growth.taken) return false;
  bytes_ += static_cast<int64_t>(growth.bytes);
  const bool is_full = growth.rows >= kRowGroupRows ||
                       growth.all_bytes / kEncodedShare >= making_.plan.file_bytes_max;
  if (is_full) Write(buffer, buffer.Take());
  while (bytes_ > static_cast<int64_t>(memory_.bytes_max) && WriteLargest()) {
  }
  return true;
}

void PartitionBuffers::Write(PartitionBuffer& buffer, TakenRows taken) {
  // Another thread may have taken them.
  if (!taken.rows) return;
  buffer.file().Write(context_, std::move(taken.rows));
  bytes_ -= static_cast<int64_t>(taken.bytes);
}

bool PartitionBuffers::WriteLargest() {
  BufferPtr largest;
  {
    const std::shared_lock lock(mutex_);
    largest = *std::ranges::max_element(buffers_, {},
                                        [](const BufferPtr& buffer) { return buffer->bytes(); });
  }
  // The rest is being written by others.
  if (largest->bytes() < memory_.bytes_max / (4 * memory_.partitions_max)) return false;
  Write(*largest, largest->Take());
  return true;
}

void PartitionBuffers::Finish(PartitionBuffer& buffer) {
  Write(buffer, buffer.Close());
  buffer.file().Finish(context_);
}

bool PartitionBuffers::FinishNext() {
  const size_t next = next_finished_++;
  if (next >= buffers_.size()) return false;
  Finish(*buffers_[next]);
  return true;
}

}  // namespace laguna::catalog
