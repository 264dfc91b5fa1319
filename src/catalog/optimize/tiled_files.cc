// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/tiled_files.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "catalog/partition/partition_file.h"
#include "duckdb/execution/execution_context.hpp"
#include "duckdb/execution/operator/persistent/physical_copy_to_file.hpp"

namespace laguna::catalog {
namespace {

using duckdb::idx_t;

constexpr uint64_t kAnyNumber = std::numeric_limits<uint64_t>::max();

// The file that is open, and those before it.
class TileWriter {
 public:
  TileWriter(const duckdb::PhysicalOperator& op, const PartitionedFilesPlan& files,
             const ZCurve& curve, uint64_t row_count)
      : making_{op, files, accounts_}, curve_(curve), row_count_(row_count) {}

  void Write(duckdb::ExecutionContext& context, duckdb::DataChunk& rows) {
    duckdb::Vector& column = rows.data.back();
    column.Flatten(rows.size());
    const auto* places = duckdb::FlatVector::GetData<uint64_t>(column);
    for (idx_t begin = 0; begin < rows.size();) {
      const size_t tile = curve_.TileOf(places[begin]);
      Open(context, tile);
      const idx_t room = begin + std::min<uint64_t>(rows.size() - begin, rows_left_);
      const auto* behind = std::partition_point(places + begin, places + room, [&](uint64_t place) {
        return curve_.TileOf(place) == tile;
      });
      const auto end = static_cast<idx_t>(behind - places);
      WriteRun(context, rows, begin, end);
      rows_left_ -= end - begin;
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

  [[nodiscard]] const FileAccounts& accounts() const { return accounts_; }

 private:
  [[nodiscard]] const duckdb::CopyFunction& Function() const {
    return making_.plan.parquet.function;
  }
  [[nodiscard]] duckdb::FunctionData& BindData() const { return *making_.plan.parquet.bind_data; }

  void Open(duckdb::ExecutionContext& context, size_t tile) {
    const bool is_same = file_ && tile == tile_;
    if (is_same && rows_left_ > 0 && !IsFull(making_, *file_)) return;
    Finish(context);
    const size_t files_left = is_same ? files_left_ : curve_.tiles()[tile].files;
    files_left_ = files_left == 0 ? 0 : files_left - 1;
    rows_left_ = files_left_ == 0 ? kAnyNumber : RowsOfFile(curve_.tiles()[tile]);
    tile_ = tile;
    file_ = OpenFileOf(context.client, making_, {});
    rows_ = Function().copy_to_initialize_local(context, BindData());
  }

  [[nodiscard]] uint64_t RowsOfFile(const delta::Tiling::Tile& tile) const {
    if (row_count_ == 0) return kAnyNumber;
    const double rows = tile.share * static_cast<double>(row_count_);
    return static_cast<uint64_t>(rows / static_cast<double>(tile.files)) + 1;
  }

  void WriteRun(duckdb::ExecutionContext& context, duckdb::DataChunk& rows, idx_t begin,
                idx_t end) {
    const idx_t columns = rows.ColumnCount() - 1;
    const auto types = rows.GetTypes();
    duckdb::DataChunk run;
    run.InitializeEmpty({types.begin(), types.end() - 1});
    for (idx_t i = 0; i < columns; ++i) run.data[i].Reference(rows.data[i]);
    run.SetCardinality(rows.size());
    if (end - begin < rows.size()) {
      run.Slice(duckdb::SelectionVector(begin, end - begin), end - begin);
    }
    Function().copy_to_sink(context, BindData(), *file_, *rows_, run);
  }

  FileAccounts accounts_;
  const FileMaking making_;
  const ZCurve& curve_;
  const uint64_t row_count_;
  size_t tile_ = 0;
  // Of the tile, behind the one that is open.
  size_t files_left_ = 0;
  // In the file that is open.
  uint64_t rows_left_ = 0;
  duckdb::unique_ptr<duckdb::GlobalFunctionData> file_;
  duckdb::unique_ptr<duckdb::LocalFunctionData> rows_;
};

class FilesState final : public duckdb::GlobalSinkState {
 public:
  FilesState(const duckdb::PhysicalOperator& op, const PartitionedFilesPlan& files,
             const ZCurve& curve, uint64_t row_count)
      : writer(op, files, curve, row_count) {}
  TileWriter writer;
};

class ReportState final : public duckdb::GlobalSourceState {
 public:
  size_t next = 0;
};

class TiledFiles final : public duckdb::PhysicalOperator {
 public:
  TiledFiles(duckdb::PhysicalPlan& plan, PartitionedFilesPlan files, ZCurvePtr curve,
             uint64_t row_count, idx_t estimated_rows)
      : PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION,
                         duckdb::GetCopyFunctionReturnLogicalTypes(
                             duckdb::CopyFunctionReturnType::WRITTEN_FILE_STATISTICS),
                         estimated_rows),
        files_(std::move(files)),
        curve_(std::move(curve)),
        row_count_(row_count) {}

  duckdb::string GetName() const override { return "LAKE_TILED_FILES"; }
  bool IsSink() const override { return true; }
  duckdb::unique_ptr<duckdb::GlobalSinkState> GetGlobalSinkState(
      duckdb::ClientContext& /*context*/) const override {
    return duckdb::make_uniq<FilesState>(*this, files_, *curve_, row_count_);
  }
  duckdb::SinkResultType Sink(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk,
                              duckdb::OperatorSinkInput& input) const override {
    input.global_state.Cast<FilesState>().writer.Write(context, chunk);
    return duckdb::SinkResultType::NEED_MORE_INPUT;
  }
  duckdb::SinkCombineResultType Combine(duckdb::ExecutionContext& context,
                                        duckdb::OperatorSinkCombineInput& input) const override {
    input.global_state.Cast<FilesState>().writer.Finish(context);
    return duckdb::SinkCombineResultType::FINISHED;
  }

  bool IsSource() const override { return true; }
  duckdb::unique_ptr<duckdb::GlobalSourceState> GetGlobalSourceState(
      duckdb::ClientContext& /*context*/) const override {
    return duckdb::make_uniq<ReportState>();
  }

 protected:
  duckdb::SourceResultType GetDataInternal(duckdb::ExecutionContext& /*context*/,
                                           duckdb::DataChunk& chunk,
                                           duckdb::OperatorSourceInput& input) const override {
    const auto& files = sink_state->Cast<FilesState>().writer.accounts().files();
    auto& next = input.global_state.Cast<ReportState>().next;
    idx_t row = 0;
    for (; row < STANDARD_VECTOR_SIZE && next < files.size(); ++row, ++next) {
      duckdb::PhysicalCopyToFile::ReturnStatistics(chunk, row, *files[next]);
    }
    chunk.SetCardinality(row);
    return next < files.size() ? duckdb::SourceResultType::HAVE_MORE_OUTPUT
                               : duckdb::SourceResultType::FINISHED;
  }

 private:
  PartitionedFilesPlan files_;
  ZCurvePtr curve_;
  uint64_t row_count_;
};

}  // namespace

duckdb::PhysicalOperator& PlanTiledFiles(duckdb::ClientContext& context,
                                         duckdb::PhysicalPlanGenerator& planner,
                                         TiledFilesPlan plan, duckdb::PhysicalOperator& rows) {
  RecordedParquet parquet = BindParquet(context, plan.target);
  duckdb::FilenamePattern names = FileNames(FileFolder::kData, parquet.codec);
  auto& files = planner.Make<TiledFiles>(
      PartitionedFilesPlan{std::move(plan.target), std::move(parquet),
                           std::move(plan.placement.folder), std::move(names),
                           plan.placement.file_bytes_max, true},
      std::move(plan.curve), plan.row_count, rows.estimated_cardinality);
  files.children.push_back(rows);
  return files;
}

}  // namespace laguna::catalog
