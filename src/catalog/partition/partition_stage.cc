// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition/partition_stage.h"

#include <algorithm>
#include <span>
#include <utility>

#include "duckdb/common/allocator.hpp"

namespace laguna::catalog {
namespace {

using duckdb::idx_t;

// Of one partition, before they are handed over; half of them are handed over at once.
constexpr idx_t kStagedRows = 256;
constexpr idx_t kRowsAtOnce = kStagedRows / 2;
// So often a look is taken at what waits.
constexpr uint64_t kFlushRows = kOverAfterRows / 4;

}  // namespace

PartitionStage::PartitionStage(duckdb::ClientContext& context, const WriteTarget& target,
                               const duckdb::vector<duckdb::LogicalType>& types,
                               PartitionBuffers& buffers, SortedPartitions& sorted)
    : context_(context),
      buffers_(buffers),
      sorted_(sorted),
      types_(types),
      staged_(buffers.partitions_max()),
      numbers_(STANDARD_VECTOR_SIZE),
      counts_(buffers.partitions_max() + 1),
      ends_(buffers.partitions_max() + 1),
      grouped_(STANDARD_VECTOR_SIZE) {
  duckdb::vector<duckdb::LogicalType> key_types;
  for (const size_t column : target.PartitionColumns()) {
    key_columns_.push_back(column);
    key_types.push_back(types[column]);
  }
  for (size_t column = 0; column < target.columns.size(); ++column) {
    if (target.columns[column].is_partition) continue;
    data_columns_.push_back(column);
    data_types_.push_back(types[column]);
  }
  keys_.InitializeEmpty(key_types);
  data_.InitializeEmpty(data_types_);
}

void PartitionStage::Write(duckdb::ExecutionContext& context, duckdb::DataChunk& rows,
                           duckdb::InterruptState& interrupt) {
  const Call call{context, interrupt};
  FindPartitions(rows);
  GroupRows();
  for (const uint32_t number : present_) {
    const uint32_t count = counts_[number];
    Run run{duckdb::SelectionVector(grouped_.data() + ends_[number] - count), count};
    counts_[number] = 0;
    if (number < staged_.size()) {
      Put(call, number, run);
      continue;
    }
    duckdb::DataChunk aside;
    aside.InitializeEmpty(types_);
    aside.Slice(rows, run.rows, count);
    sorted_.Add(context, share_, aside, interrupt);
  }
  FlushOld(call);
}

void PartitionStage::FindPartitions(duckdb::DataChunk& rows) {
  for (size_t i = 0; i < key_columns_.size(); ++i) {
    keys_.data[i].Reference(rows.data[key_columns_[i]]);
  }
  for (size_t i = 0; i < data_columns_.size(); ++i) {
    data_.data[i].Reference(rows.data[data_columns_[i]]);
  }
  keys_.SetCardinality(rows.size());
  data_.SetCardinality(rows.size());
  duckdb::Vector hashes(duckdb::LogicalType::HASH);
  keys_.Hash(hashes);
  hashes.Flatten(rows.size());
  numbers_.resize(rows.size());
  buffers_.Find(keys_, {duckdb::FlatVector::GetData<duckdb::hash_t>(hashes), rows.size()}, view_,
                numbers_);
}

// A counting sort; rows for the sort have the number behind all partitions.
void PartitionStage::GroupRows() {
  present_.clear();
  const auto aside = static_cast<uint32_t>(staged_.size());
  for (uint32_t& number : numbers_) {
    number = std::min(number, aside);
    if (counts_[number]++ == 0) present_.push_back(number);
  }
  uint32_t end = 0;
  for (const uint32_t number : present_) {
    ends_[number] = end;
    end += counts_[number];
  }
  for (uint32_t row = 0; row < numbers_.size(); ++row) {
    grouped_.set_index(ends_[numbers_[row]]++, row);
  }
}

void PartitionStage::Put(const Call& call, uint32_t number, Run& run) {
  Staged& staged = staged_[number];
  if (staged.buffer != view_.buffers[number]) {
    FlushStaged(call, staged);
    staged.buffer = view_.buffers[number];
  }
  staged.buffer->Meet(buffers_.met_rows());
  if (run.count >= kRowsAtOnce) {
    // Those came before.
    FlushStaged(call, staged);
    duckdb::DataChunk rows;
    rows.InitializeEmpty(data_types_);
    if (run.count == data_.size()) {
      rows.Reference(data_);
    } else {
      rows.Slice(data_, run.rows, run.count);
    }
    Append(call, *staged.buffer, rows);
    return;
  }
  if (!staged.rows) {
    staged.rows = std::make_unique<duckdb::DataChunk>();
    staged.rows->Initialize(duckdb::BufferAllocator::Get(context_), data_types_, kStagedRows);
  }
  staged.rows->Append(data_, false, &run.rows, run.count);
  if (staged.rows->size() > kStagedRows - kRowsAtOnce) FlushStaged(call, staged);
}

void PartitionStage::FlushStaged(const Call& call, Staged& staged) {
  if (!staged.rows || staged.rows->size() == 0) return;
  Append(call, *staged.buffer, *staged.rows);
  staged.rows->Reset();
  staged.rows->SetCapacity(kStagedRows);
}

void PartitionStage::FlushOld(const Call& call) {
  const uint64_t now_rows = buffers_.met_rows();
  if (now_rows < next_flush_rows_) return;
  next_flush_rows_ = now_rows + kFlushRows;
  for (Staged& staged : staged_) {
    if (staged.buffer && staged.buffer->met_at() + kFlushRows < now_rows) FlushStaged(call, staged);
  }
}

void PartitionStage::Append(const Call& call, PartitionBuffer& buffer, duckdb::DataChunk& rows) {
  if (!buffers_.Append(buffer, rows)) PutAside(call, buffer.key(), rows);
}

void PartitionStage::PutAside(const Call& call, const PartitionKey& key, duckdb::DataChunk& rows) {
  duckdb::DataChunk aside;
  aside.InitializeEmpty(types_);
  for (size_t i = 0; i < key.size(); ++i) aside.data[key_columns_[i]].Reference(key[i]);
  for (size_t i = 0; i < data_columns_.size(); ++i) {
    aside.data[data_columns_[i]].Reference(rows.data[i]);
  }
  aside.SetCardinality(rows.size());
  sorted_.Add(call.context, share_, aside, call.interrupt);
}

void PartitionStage::Finish(duckdb::ExecutionContext& context, duckdb::InterruptState& interrupt) {
  const Call call{context, interrupt};
  for (Staged& staged : staged_) FlushStaged(call, staged);
  staged_.clear();
  sorted_.Combine(context, share_, interrupt);
}

}  // namespace laguna::catalog
