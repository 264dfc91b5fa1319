// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/commit_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/write/operation.h"
#include "catalog/write/overwritten_partitions.h"
#include "catalog/write/write_settings.h"
#include "catalog/write/written_file.h"
#include "delta/identity_column.h"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

class CommitState final : public duckdb::GlobalSinkState {
 public:
  explicit CommitState(int64_t now_ms) : begun_ms(now_ms) {}

  const int64_t begun_ms;
  std::vector<delta::AddFile> files;
  WriteTotals totals;
};

// Where the rows that are given back have been read up to.
class ReturnState final : public duckdb::GlobalSourceState {
 public:
  duckdb::ColumnDataScanState scan;
};

bool Creates(const WriteTarget& target) {
  return target.mode == WriteMode::kCreate || target.mode == WriteMode::kReplace;
}

void CountRemoved(const delta::FileView& file, WriteTotals& totals) {
  ++totals.removed_files;
  totals.removed_bytes += file.size_bytes();
}

void RemoveContent(LakeTransaction& transaction, const WriteTarget& target, WriteTotals& totals) {
  const TableViewPtr view = transaction.View(target.root);
  for (size_t i = 0; i < view->files.size(); ++i) CountRemoved(view->files.at(i), totals);
  transaction.ReplaceContent(target.root);
}

void RemoveOldPartitions(LakeTransaction& transaction, const WriteTarget& target,
                         CommitState& state) {
  // The rows of those partitions are read, so to say: others may not add to them meanwhile.
  const auto [view, read] = transaction.ViewForScan(target.root);
  RequirePartitions(target, state.files, *read);
  std::vector<FileChange> removed;
  for (const size_t file : FilesOfSamePartitions(*view, target, state.files)) {
    const delta::FileView entry = view->files.at(file);
    FileChange& change = removed.emplace_back();
    change.path = std::string(entry.path());
    change.vector = entry.deletion_vector();
    CountRemoved(entry, state.totals);
  }
  transaction.ChangeFiles(target.root, std::move(removed));
}

delta::Operation OperationOf(const WriteTarget& target, const WriteTotals& totals) {
  if (Creates(target)) {
    return CreateAsOperation(target.metadata, target.mode == WriteMode::kReplace, totals);
  }
  delta::Operation operation = WriteOperation(target.mode != WriteMode::kAppend, totals);
  if (target.mode == WriteMode::kOverwritePartitions) {
    operation.parameters["isDynamicPartitionOverwrite"] = "true";
  }
  return operation;
}

void PutFiles(LakeTransaction& transaction, const WriteTarget& target, CommitState& state) {
  const LakeEnvironment& environment = target.catalog.environment();
  const bool replaces = target.mode == WriteMode::kReplace || target.mode == WriteMode::kOverwrite;
  if (Creates(target)) {
    delta::Metadata metadata = target.metadata;
    metadata.id = base::MakeUuid(environment.random);
    metadata.created_time_ms = environment.clock.NowMs();
    transaction.CreateTable(target.root, std::move(metadata), replaces);
  } else {
    if (target.evolved_from) transaction.Redefine(target.root, target.metadata);
    if (replaces) RemoveContent(transaction, target, state.totals);
    if (target.mode == WriteMode::kOverwritePartitions) {
      RemoveOldPartitions(transaction, target, state);
    }
  }
  for (delta::AddFile& file : state.files) transaction.Append(target.root, std::move(file));
  // An INSERT of no rows changes nothing and commits nothing.
  if (!Creates(target) && !replaces && !target.evolved_from && state.files.empty()) return;
  state.totals.execution_ms = std::max<int64_t>(0, environment.clock.NowMs() - state.begun_ms);
  transaction.AddOperation(target.root, OperationOf(target, state.totals));
}

}  // namespace

CommitSink::CommitSink(duckdb::PhysicalPlan& plan, WriteTargetPtr target,
                       duckdb::vector<duckdb::LogicalType> types, const ReturnedRows* returned)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION, std::move(types), 1),
      target_(std::move(target)),
      returned_(returned) {}

duckdb::InsertionOrderPreservingMap<duckdb::string> CommitSink::ParamsToString() const {
  duckdb::InsertionOrderPreservingMap<duckdb::string> parameters;
  parameters["Table"] = target_->SqlName();
  return parameters;
}

duckdb::unique_ptr<duckdb::GlobalSinkState> CommitSink::GetGlobalSinkState(
    duckdb::ClientContext& /*context*/) const {
  return duckdb::make_uniq<CommitState>(target_->catalog.environment().clock.NowMs());
}

duckdb::SinkResultType CommitSink::Sink(duckdb::ExecutionContext& /*context*/,
                                        duckdb::DataChunk& chunk,
                                        duckdb::OperatorSinkInput& input) const {
  return engine::Guarded([&] {
    auto& state = input.global_state.Cast<CommitState>();
    const int64_t now_ms = target_->catalog.environment().clock.NowMs();
    for (duckdb::idx_t row = 0; row < chunk.size(); ++row) {
      WrittenFile file = WrittenFileOf(*target_, chunk, row, now_ms);
      state.totals.files += 1;
      state.totals.rows += file.rows;
      state.totals.bytes += file.add.size_bytes;
      state.files.push_back(std::move(file.add));
    }
    return duckdb::SinkResultType::NEED_MORE_INPUT;
  });
}

duckdb::SinkFinalizeType CommitSink::Finalize(duckdb::Pipeline& /*pipeline*/,
                                              duckdb::Event& /*event*/,
                                              duckdb::ClientContext& context,
                                              duckdb::OperatorSinkFinalizeInput& input) const {
  return engine::Guarded([&] {
    CheckTarget(context, *target_);
    auto& state = input.global_state.Cast<CommitState>();
    auto& transaction = LakeTransaction::Get(context, target_->catalog);
    if (IsAlreadyWritten(context, transaction, target_->root)) {
      TellAlreadyWritten(context, transaction, target_->root);
      return duckdb::SinkFinalizeType::READY;
    }
    PutFiles(transaction, *target_, state);
    NoteWriteId(context, transaction, target_->root);
    return duckdb::SinkFinalizeType::READY;
  });
}

duckdb::unique_ptr<duckdb::GlobalSourceState> CommitSink::GetGlobalSourceState(
    duckdb::ClientContext& /*context*/) const {
  auto state = duckdb::make_uniq<ReturnState>();
  if (returned_ != nullptr) returned_->rows().InitializeScan(state->scan);
  return state;
}

duckdb::SourceResultType CommitSink::GetDataInternal(duckdb::ExecutionContext& /*context*/,
                                                     duckdb::DataChunk& chunk,
                                                     duckdb::OperatorSourceInput& input) const {
  if (returned_ != nullptr) {
    returned_->rows().Scan(input.global_state.Cast<ReturnState>().scan, chunk);
    return chunk.size() == 0 ? duckdb::SourceResultType::FINISHED
                             : duckdb::SourceResultType::HAVE_MORE_OUTPUT;
  }
  const auto& state = sink_state->Cast<CommitState>();
  chunk.SetCardinality(1);
  chunk.SetValue(0, 0, duckdb::Value::BIGINT(state.totals.rows));
  return duckdb::SourceResultType::FINISHED;
}

void CheckTarget(duckdb::ClientContext& context, const WriteTarget& target) {
  if (target.mode == WriteMode::kReplace) return;
  const TableViewPtr view = LakeTransaction::Get(context, target.catalog).View(target.root);
  if (target.mode == WriteMode::kCreate) {
    if (!view) return;
    throw Error(ErrorKind::kExists, "catalog.exists",
                fmt::format("Table {} already exists.", target.SqlName()))
        .With("table", target.SqlName());
  }
  if (!view) {
    throw Error(ErrorKind::kNotFound, "catalog.no_table",
                fmt::format("Table {} is no longer there.", target.SqlName()))
        .With("table", target.SqlName());
  }
  const bool unchanged =
      delta::IsSameButMarks(view->metadata.schema,
                            target.evolved_from.value_or(target.metadata.schema)) &&
      view->metadata.partition_columns == target.metadata.partition_columns;
  if (unchanged) return;
  throw Error(ErrorKind::kConflict, "write.definition_changed",
              fmt::format("The columns or partitions of table {} changed after the statement was "
                          "planned.",
                          target.SqlName()))
      .Hint("Prepare the statement again.")
      .With("table", target.SqlName());
}

}  // namespace laguna::catalog
