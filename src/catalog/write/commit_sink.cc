// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/commit_sink.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/write/operation.h"
#include "catalog/write/written_file.h"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

class CommitState final : public duckdb::GlobalSinkState {
 public:
  std::vector<delta::AddFile> files;
  WriteTotals totals;
};

bool Creates(const WriteTarget& target) {
  return target.mode == WriteMode::kCreate || target.mode == WriteMode::kReplace;
}

void PutFiles(LakeTransaction& transaction, const WriteTarget& target, CommitState& state) {
  const LakeEnvironment& environment = target.catalog.environment();
  const bool replaces = target.mode == WriteMode::kReplace || target.mode == WriteMode::kOverwrite;
  if (Creates(target)) {
    delta::Metadata metadata = target.metadata;
    metadata.id = base::MakeUuid(environment.random);
    metadata.created_time_ms = environment.clock.NowMs();
    transaction.CreateTable(target.root, std::move(metadata), replaces);
  } else if (replaces) {
    transaction.ReplaceContent(target.root);
  }
  for (delta::AddFile& file : state.files) transaction.Append(target.root, std::move(file));
  // An INSERT of no rows changes nothing and commits nothing.
  if (!Creates(target) && !replaces && state.files.empty()) return;
  transaction.SetOperation(
      target.root, Creates(target) ? CreateAsOperation(target.metadata, replaces, state.totals)
                                   : WriteOperation(target.metadata, replaces, state.totals));
}

}  // namespace

CommitSink::CommitSink(duckdb::PhysicalPlan& plan, WriteTargetPtr target,
                       duckdb::vector<duckdb::LogicalType> types)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION, std::move(types), 1),
      target_(std::move(target)) {}

duckdb::InsertionOrderPreservingMap<duckdb::string> CommitSink::ParamsToString() const {
  duckdb::InsertionOrderPreservingMap<duckdb::string> parameters;
  parameters["Table"] = target_->SqlName();
  return parameters;
}

duckdb::unique_ptr<duckdb::GlobalSinkState> CommitSink::GetGlobalSinkState(
    duckdb::ClientContext& /*context*/) const {
  return duckdb::make_uniq<CommitState>();
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
    PutFiles(LakeTransaction::Get(context, target_->catalog), *target_,
             input.global_state.Cast<CommitState>());
    return duckdb::SinkFinalizeType::READY;
  });
}

duckdb::SourceResultType CommitSink::GetDataInternal(duckdb::ExecutionContext& /*context*/,
                                                     duckdb::DataChunk& chunk,
                                                     duckdb::OperatorSourceInput& /*input*/) const {
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
  const bool unchanged = view->metadata.schema == target.metadata.schema &&
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
