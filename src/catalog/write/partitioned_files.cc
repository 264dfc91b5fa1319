// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/partitioned_files.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "duckdb/common/file_system.hpp"
#include "duckdb/common/hive_partitioning.hpp"
#include "duckdb/execution/operator/persistent/physical_copy_to_file.hpp"
#include "duckdb/function/copy_function.hpp"

namespace laguna::catalog {
namespace {

using duckdb::idx_t;
using duckdb::Value;
using PartitionKey = std::vector<Value>;

class FilesState final : public duckdb::GlobalSinkState {
 public:
  // The account of a new file; stays where it is.
  duckdb::CopyToFileInfo& Add(std::string path, Value partition_keys) {
    auto info = std::make_unique<duckdb::CopyToFileInfo>(std::move(path));
    info->file_stats = duckdb::make_uniq<duckdb::CopyFunctionFileStatistics>();
    info->partition_keys = std::move(partition_keys);
    const std::lock_guard lock(mutex_);
    files_.push_back(std::move(info));
    return *files_.back();
  }
  // No thread writes any more.
  [[nodiscard]] const std::vector<std::unique_ptr<duckdb::CopyToFileInfo>>& files() const {
    return files_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<duckdb::CopyToFileInfo>> files_;
};

class ReportState final : public duckdb::GlobalSourceState {
 public:
  size_t next = 0;
};

bool SameKey(const PartitionKey& left, const PartitionKey& right) {
  for (size_t i = 0; i < left.size(); ++i) {
    if (!Value::NotDistinctFrom(left[i], right[i])) return false;
  }
  return left.size() == right.size();
}

// One thread's file.
class OpenFile final : public duckdb::LocalSinkState {
 public:
  OpenFile(const PartitionedFiles& op, FilesState& state)
      : op_(op),
        state_(state),
        partition_columns_(op.files().target->PartitionColumns()),
        data_columns_(DataColumns()) {}

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
    return op_.files().parquet.function;
  }
  [[nodiscard]] duckdb::FunctionData& BindData() const { return *op_.files().parquet.bind_data; }

  [[nodiscard]] std::vector<size_t> DataColumns() const {
    std::vector<size_t> positions;
    const auto& columns = op_.files().target->columns;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].is_partition) positions.push_back(i);
    }
    return positions;
  }

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
    const auto& function = Function();
    const bool goes_on = file_ && SameKey(key, key_) &&
                         !function.rotate_next_file(
                             *file_, BindData(), duckdb::optional_idx(op_.files().file_bytes_max));
    if (goes_on) return;
    Finish(context);
    key_ = key;
    duckdb::CopyToFileInfo& info = state_.Add(PathFor(context.client), KeysOf(key));
    file_ = function.copy_to_initialize_global(context.client, BindData(), info.file_path);
    function.copy_to_get_written_statistics(context.client, BindData(), *file_, *info.file_stats);
    function.initialize_operator(*file_, op_);
    rows_ = function.copy_to_initialize_local(context, BindData());
  }

  [[nodiscard]] std::string PathFor(duckdb::ClientContext& context) const {
    using duckdb::HivePartitioning;
    std::string folder = op_.files().folder;
    for (size_t i = 0; i < key_.size(); ++i) {
      const WriteColumn& column = op_.files().target->columns[partition_columns_[i]];
      folder += "/" + HivePartitioning::Escape(column.physical_name) + "=";
      folder += key_[i].IsNull() ? "__HIVE_DEFAULT_PARTITION__"
                                 : HivePartitioning::Escape(key_[i].ToString());
    }
    auto& file_system = duckdb::FileSystem::GetFileSystem(context);
    return op_.files().file_names.CreateFilename(file_system, folder, "parquet", 0);
  }

  // As DuckDB's own writer of partitions tells them.
  [[nodiscard]] Value KeysOf(const PartitionKey& key) const {
    duckdb::vector<Value> names;
    duckdb::vector<Value> texts;
    for (size_t i = 0; i < key.size(); ++i) {
      names.emplace_back(op_.files().target->columns[partition_columns_[i]].physical_name);
      texts.push_back(key[i].DefaultCastAs(duckdb::LogicalType::VARCHAR));
    }
    return Value::MAP(duckdb::LogicalType::VARCHAR, duckdb::LogicalType::VARCHAR, std::move(names),
                      std::move(texts));
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

  const PartitionedFiles& op_;
  FilesState& state_;
  const std::vector<size_t> partition_columns_;
  const std::vector<size_t> data_columns_;
  PartitionKey key_;
  duckdb::unique_ptr<duckdb::GlobalFunctionData> file_;
  duckdb::unique_ptr<duckdb::LocalFunctionData> rows_;
};

}  // namespace

PartitionedFiles::PartitionedFiles(duckdb::PhysicalPlan& plan, PartitionedFilesPlan files,
                                   idx_t estimated_rows)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION,
                               duckdb::GetCopyFunctionReturnLogicalTypes(
                                   duckdb::CopyFunctionReturnType::WRITTEN_FILE_STATISTICS),
                               estimated_rows),
      files_(std::move(files)) {}

duckdb::InsertionOrderPreservingMap<duckdb::string> PartitionedFiles::ParamsToString() const {
  duckdb::InsertionOrderPreservingMap<duckdb::string> parameters;
  parameters["Table"] = files_.target->SqlName();
  return parameters;
}

duckdb::unique_ptr<duckdb::GlobalSinkState> PartitionedFiles::GetGlobalSinkState(
    duckdb::ClientContext& /*context*/) const {
  return duckdb::make_uniq<FilesState>();
}

duckdb::unique_ptr<duckdb::LocalSinkState> PartitionedFiles::GetLocalSinkState(
    duckdb::ExecutionContext& /*context*/) const {
  return duckdb::make_uniq<OpenFile>(*this, sink_state->Cast<FilesState>());
}

duckdb::SinkResultType PartitionedFiles::Sink(duckdb::ExecutionContext& context,
                                              duckdb::DataChunk& chunk,
                                              duckdb::OperatorSinkInput& input) const {
  input.local_state.Cast<OpenFile>().Write(context, chunk);
  return duckdb::SinkResultType::NEED_MORE_INPUT;
}

duckdb::SinkCombineResultType PartitionedFiles::Combine(
    duckdb::ExecutionContext& context, duckdb::OperatorSinkCombineInput& input) const {
  input.local_state.Cast<OpenFile>().Finish(context);
  return duckdb::SinkCombineResultType::FINISHED;
}

duckdb::unique_ptr<duckdb::GlobalSourceState> PartitionedFiles::GetGlobalSourceState(
    duckdb::ClientContext& /*context*/) const {
  return duckdb::make_uniq<ReportState>();
}

duckdb::SourceResultType PartitionedFiles::GetDataInternal(
    duckdb::ExecutionContext& /*context*/, duckdb::DataChunk& chunk,
    duckdb::OperatorSourceInput& input) const {
  const auto& files = sink_state->Cast<FilesState>().files();
  auto& state = input.global_state.Cast<ReportState>();
  idx_t row = 0;
  for (; row < STANDARD_VECTOR_SIZE && state.next < files.size(); ++row, ++state.next) {
    duckdb::PhysicalCopyToFile::ReturnStatistics(chunk, row, *files[state.next]);
  }
  chunk.SetCardinality(row);
  return state.next < files.size() ? duckdb::SourceResultType::HAVE_MORE_OUTPUT
                                   : duckdb::SourceResultType::FINISHED;
}

}  // namespace laguna::catalog
