// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition/partition_buffer.h"

#include <utility>

namespace laguna::catalog {

PartitionBuffer::Growth PartitionBuffer::Append(duckdb::ClientContext& context,
                                                duckdb::DataChunk& rows) {
  const std::lock_guard lock(mutex_);
  if (closed_) return {};
  if (!rows_) {
    rows_ = duckdb::make_uniq<duckdb::ColumnDataCollection>(context, rows.GetTypes());
    rows_->InitializeAppend(append_);
  }
  rows_->Append(append_, rows);
  const uint64_t before = bytes();
  const uint64_t after = rows_->AllocationSize();
  bytes_.store(after, std::memory_order_relaxed);
  return {true, after - before, rows_->Count(), after};
}

TakenRows PartitionBuffer::Take() {
  const std::lock_guard lock(mutex_);
  return TakeLocked();
}

TakenRows PartitionBuffer::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  return TakeLocked();
}

TakenRows PartitionBuffer::TakeLocked() {
  TakenRows taken{std::move(rows_), bytes()};
  append_ = {};
  bytes_.store(0, std::memory_order_relaxed);
  return taken;
}

}  // namespace laguna::catalog
