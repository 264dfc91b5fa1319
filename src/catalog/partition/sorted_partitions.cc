// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition/sorted_partitions.h"

#include <numeric>
#include <utility>
#include <vector>

#include "duckdb/function/copy_function.hpp"
#include "duckdb/planner/expression/bound_reference_expression.hpp"

namespace laguna::catalog {
namespace {

using duckdb::idx_t;
using Types = duckdb::vector<duckdb::LogicalType>;
using duckdb::Value;

bool SameKey(const PartitionKey& left, const PartitionKey& right) {
  for (size_t i = 0; i < left.size(); ++i) {
    if (!Value::NotDistinctFrom(left[i], right[i])) return false;
  }
  return left.size() == right.size();
}

// One thread's file.
class SortedFile {
 public:
  explicit SortedFile(const FileMaking& making)
      : making_(making), partition_columns_(making.plan.target->PartitionColumns()) {
    const auto& columns = making.plan.target->columns;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].is_partition) data_columns_.push_back(i);
    }
  }

  void Write(duckdb::ExecutionContext& context, duckdb::DataChunk& rows) {
    for (idx_t begin = 0; begin < rows.size();) {
      const PartitionKey key = KeyAt(rows, begin);
      const idx_t end = EndOfRun(rows, begin, key);
      Open(context, key);
      WriteRun(context, rows, begin, end);
      begin = end;
    }
  }

  void Finish(duckdb::ExecutionContext& context) {
    if (!file_) return;
    Function().copy_to_combine(context, BindData(), *file_, *rows_);
    Function().copy_to_finalize(context.client, BindData(), *file_);
    file_.reset();
    rows_.reset();
  }

 private:
  [[nodiscard]] const duckdb::CopyFunction& Function() const {
    return making_.plan.parquet.function;
  }
  [[nodiscard]] duckdb::FunctionData& BindData() const { return *making_.plan.parquet.bind_data; }

  [[nodiscard]] PartitionKey KeyAt(const duckdb::DataChunk& rows, idx_t row) const {
    PartitionKey key;
    for (const size_t column : partition_columns_) key.push_back(rows.GetValue(column, row));
    return key;
  }

  // The rows are sorted, so those of one partition stand together: steps that double find a row
  // behind them, halves the first one.
  [[nodiscard]] idx_t EndOfRun(const duckdb::DataChunk& rows, idx_t begin,
                               const PartitionKey& key) const {
    idx_t same = begin;
    idx_t behind = rows.size();
    for (idx_t step = 1; same + step < rows.size(); step *= 2) {
      if (!SameKey(KeyAt(rows, same + step), key)) {
        behind = same + step;
        break;
      }
      same += step;
    }
    while (behind - same > 1) {
      const idx_t middle = same + (behind - same) / 2;
      (SameKey(KeyAt(rows, middle), key) ? same : behind) = middle;
    }
    return behind;
  }

  void Open(duckdb::ExecutionContext& context, const PartitionKey& key) {
    if (file_ && SameKey(key, key_) && !IsFull(making_, *file_)) return;
    Finish(context);
    key_ = key;
    file_ = OpenFileOf(context.client, making_, key);
    rows_ = Function().copy_to_initialize_local(context, BindData());
  }

  void WriteRun(duckdb::ExecutionContext& context, duckdb::DataChunk& rows, idx_t begin,
                idx_t end) {
    duckdb::vector<duckdb::LogicalType> types;
    for (const size_t column : data_columns_) types.push_back(rows.data[column].GetType());
    duckdb::DataChunk run;
    run.InitializeEmpty(types);
    const duckdb::SelectionVector chosen(begin, end - begin);
    for (size_t i = 0; i < data_columns_.size(); ++i) {
      run.data[i].Reference(rows.data[data_columns_[i]]);
    }
    run.SetCardinality(rows.size());
    if (end - begin < rows.size()) run.Slice(chosen, end - begin);
    Function().copy_to_sink(context, BindData(), *file_, *rows_, run);
  }

  const FileMaking& making_;
  const std::vector<size_t> partition_columns_;
  std::vector<size_t> data_columns_;
  PartitionKey key_;
  duckdb::unique_ptr<duckdb::GlobalFunctionData> file_;
  duckdb::unique_ptr<duckdb::LocalFunctionData> rows_;
};

}  // namespace

duckdb::Sort& SortedPartitions::SortFor(duckdb::ClientContext& context) {
  const std::lock_guard lock(mutex_);
  if (sorting_.sort) return *sorting_.sort;
  duckdb::vector<duckdb::BoundOrderByNode> orders;
  for (const size_t position : making_.plan.target->PartitionColumns()) {
    orders.emplace_back(
        duckdb::OrderType::ASCENDING, duckdb::OrderByNullType::NULLS_FIRST,
        duckdb::make_uniq<duckdb::BoundReferenceExpression>(types_[position], position));
  }
  Types types = types_;
  if (making_.plan.is_ordered) {
    types.push_back(duckdb::LogicalType::BIGINT);
    orders.emplace_back(
        duckdb::OrderType::ASCENDING, duckdb::OrderByNullType::NULLS_FIRST,
        duckdb::make_uniq<duckdb::BoundReferenceExpression>(types.back(), types_.size()));
  }
  duckdb::vector<idx_t> given_back(types_.size());
  std::iota(given_back.begin(), given_back.end(), idx_t{0});
  sorting_.sort = duckdb::make_uniq<duckdb::Sort>(context, orders, types, std::move(given_back));
  sorting_.rows = sorting_.sort->GetGlobalSinkState(context);
  return *sorting_.sort;
}

void SortedPartitions::Add(duckdb::ExecutionContext& context, Share& share, duckdb::DataChunk& rows,
                           duckdb::InterruptState& interrupt) {
  const duckdb::Sort& sort = SortFor(context.client);
  if (!share) share = sort.GetLocalSinkState(context);
  duckdb::OperatorSinkInput input{*sorting_.rows, *share, interrupt};
  if (!making_.plan.is_ordered) {
    sort.Sink(context, rows, input);
    return;
  }
  duckdb::DataChunk numbered;
  Types types = types_;
  types.push_back(duckdb::LogicalType::BIGINT);
  numbered.InitializeEmpty(types);
  for (idx_t i = 0; i < types_.size(); ++i) numbered.data[i].Reference(rows.data[i]);
  // One thread's, since they are ordered.
  numbered.data.back().Sequence(number_, 1, rows.size());
  number_ += static_cast<int64_t>(rows.size());
  numbered.SetCardinality(rows.size());
  sort.Sink(context, numbered, input);
}

void SortedPartitions::Combine(duckdb::ExecutionContext& context, Share& share,
                               duckdb::InterruptState& interrupt) {
  if (!share) return;
  duckdb::OperatorSinkCombineInput input{*sorting_.rows, *share, interrupt};
  sorting_.sort->Combine(context, input);
}

bool SortedPartitions::Finalize(duckdb::ClientContext& context) {
  if (!sorting_.sort) return false;
  duckdb::InterruptState interrupt;
  duckdb::OperatorSinkFinalizeInput input{*sorting_.rows, interrupt};
  sorting_.sort->Finalize(context, input);
  sorting_.sorted = sorting_.sort->GetGlobalSourceState(context, *sorting_.rows);
  return true;
}

void SortedPartitions::Write(duckdb::ExecutionContext& context) {
  if (!sorting_.sorted) return;
  const auto share = sorting_.sort->GetLocalSourceState(context, *sorting_.sorted);
  duckdb::InterruptState interrupt;
  duckdb::OperatorSourceInput input{*sorting_.sorted, *share, interrupt};
  duckdb::DataChunk rows;
  rows.Initialize(context.client, types_);
  SortedFile file(making_);
  for (;;) {
    if (context.client.interrupted) throw duckdb::InterruptException();
    rows.Reset();
    sorting_.sort->GetData(context, rows, input);
    if (rows.size() == 0) break;
    file.Write(context, rows);
  }
  file.Finish(context);
}

}  // namespace laguna::catalog
