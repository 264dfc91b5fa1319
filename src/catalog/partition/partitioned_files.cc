// SPDX-License-Identifier: Apache-2.0
#include "catalog/partition/partitioned_files.h"

#include <utility>

#include "catalog/partition/partition_buffers.h"
#include "catalog/partition/partition_stage.h"
#include "catalog/partition/sorted_partitions.h"
#include "duckdb/execution/execution_context.hpp"
#include "duckdb/execution/executor.hpp"
#include "duckdb/execution/operator/persistent/physical_copy_to_file.hpp"
#include "duckdb/parallel/base_pipeline_event.hpp"
#include "duckdb/parallel/executor_task.hpp"
#include "duckdb/parallel/task_scheduler.hpp"
#include "duckdb/parallel/thread_context.hpp"

namespace laguna::catalog {
namespace {

using duckdb::idx_t;
using Types = duckdb::vector<duckdb::LogicalType>;

Types TypesOf(const WriteTarget& target, const Types& all, bool of_partitions) {
  Types types;
  for (size_t i = 0; i < all.size(); ++i) {
    if (target.columns[i].is_partition == of_partitions) types.push_back(all[i]);
  }
  return types;
}

// In the order of the partitioning, which need not be that of the columns.
Types KeyTypesOf(const WriteTarget& target, const Types& all) {
  Types types;
  for (const size_t column : target.PartitionColumns()) types.push_back(all[column]);
  return types;
}

class FilesState final : public duckdb::GlobalSinkState {
 public:
  FilesState(duckdb::ClientContext& context, const duckdb::PhysicalOperator& op,
             const PartitionedFilesPlan& plan, const Types& types)
      : making{op, plan, accounts},
        buffers(context, making, KeyTypesOf(*plan.target, types),
                ReservePartitionMemory(context, TypesOf(*plan.target, types, false))),
        sorted(making, types) {}

  // What is left; several threads at once.
  void Finish(duckdb::ExecutionContext& context) {
    while (buffers.FinishNext()) {
      if (context.client.interrupted) throw duckdb::InterruptException();
    }
    sorted.Write(context);
  }

  FileAccounts accounts;
  const FileMaking making;
  PartitionBuffers buffers;
  SortedPartitions sorted;
};

class StageState final : public duckdb::LocalSinkState {
 public:
  StageState(duckdb::ClientContext& context, const WriteTarget& target, const Types& types,
             FilesState& files)
      : stage(context, target, types, files.buffers, files.sorted) {}
  PartitionStage stage;
};

class ReportState final : public duckdb::GlobalSourceState {
 public:
  size_t next = 0;
};

class WriteRestTask final : public duckdb::ExecutorTask {
 public:
  WriteRestTask(duckdb::ClientContext& context, duckdb::shared_ptr<duckdb::Event> event,
                duckdb::Pipeline& pipeline, FilesState& files)
      : ExecutorTask(context, std::move(event), files.making.op),
        pipeline_(pipeline),
        files_(files) {}

  duckdb::TaskExecutionResult ExecuteTask(duckdb::TaskExecutionMode /*mode*/) override {
    duckdb::ExecutionContext context(executor.context, *thread_context, &pipeline_);
    files_.Finish(context);
    event->FinishTask();
    return duckdb::TaskExecutionResult::TASK_FINISHED;
  }
  duckdb::string TaskType() const override { return "LakePartitionedFilesTask"; }

 private:
  duckdb::Pipeline& pipeline_;
  FilesState& files_;
};

// All threads write what is left before the operator tells its files.
class WriteRestEvent final : public duckdb::BasePipelineEvent {
 public:
  WriteRestEvent(duckdb::Pipeline& pipeline, FilesState& files)
      : BasePipelineEvent(pipeline), files_(files) {}

  void Schedule() override {
    auto& context = pipeline->GetClientContext();
    const auto threads = duckdb::TaskScheduler::GetScheduler(context).NumberOfThreads();
    duckdb::vector<duckdb::shared_ptr<duckdb::Task>> tasks;
    for (int i = 0; i < threads; ++i) {
      tasks.push_back(
          duckdb::make_shared_ptr<WriteRestTask>(context, shared_from_this(), *pipeline, files_));
    }
    SetTasks(std::move(tasks));
  }

 private:
  FilesState& files_;
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
    duckdb::ClientContext& context) const {
  return duckdb::make_uniq<FilesState>(context, *this, files_, children[0].get().types);
}

duckdb::unique_ptr<duckdb::LocalSinkState> PartitionedFiles::GetLocalSinkState(
    duckdb::ExecutionContext& context) const {
  return duckdb::make_uniq<StageState>(context.client, *files_.target, children[0].get().types,
                                       sink_state->Cast<FilesState>());
}

duckdb::SinkResultType PartitionedFiles::Sink(duckdb::ExecutionContext& context,
                                              duckdb::DataChunk& chunk,
                                              duckdb::OperatorSinkInput& input) const {
  input.local_state.Cast<StageState>().stage.Write(context, chunk, input.interrupt_state);
  return duckdb::SinkResultType::NEED_MORE_INPUT;
}

duckdb::SinkCombineResultType PartitionedFiles::Combine(
    duckdb::ExecutionContext& context, duckdb::OperatorSinkCombineInput& input) const {
  input.local_state.Cast<StageState>().stage.Finish(context, input.interrupt_state);
  return duckdb::SinkCombineResultType::FINISHED;
}

duckdb::SinkFinalizeType PartitionedFiles::Finalize(
    duckdb::Pipeline& pipeline, duckdb::Event& event, duckdb::ClientContext& context,
    duckdb::OperatorSinkFinalizeInput& input) const {
  auto& files = input.global_state.Cast<FilesState>();
  const bool has_sorted = files.sorted.Finalize(context);
  if (has_sorted || files.buffers.met_rows() > 0) {
    event.InsertEvent(duckdb::make_shared_ptr<WriteRestEvent>(pipeline, files));
  }
  return duckdb::SinkFinalizeType::READY;
}

duckdb::unique_ptr<duckdb::GlobalSourceState> PartitionedFiles::GetGlobalSourceState(
    duckdb::ClientContext& /*context*/) const {
  return duckdb::make_uniq<ReportState>();
}

duckdb::SourceResultType PartitionedFiles::GetDataInternal(
    duckdb::ExecutionContext& /*context*/, duckdb::DataChunk& chunk,
    duckdb::OperatorSourceInput& input) const {
  const auto& files = sink_state->Cast<FilesState>().accounts.files();
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
