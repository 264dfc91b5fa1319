// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/row_change_sink.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"
#include "catalog/row_change/returned_changes.h"
#include "catalog/row_change/row_change_totals.h"
#include "catalog/row_change/vector_files.h"
#include "catalog/write/commit_sink.h"
#include "catalog/write/plan_write.h"
#include "catalog/write/write_settings.h"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using Fate = TouchedFile::Fate;

class RowChangeSinkState final : public duckdb::GlobalSinkState {
 public:
  std::vector<delta::AddFile> added;
  std::vector<delta::AddCdcFile> change_data;
  RowChangeTotals totals;
};

class ResultState final : public duckdb::GlobalSourceState {
 public:
  bool done = false;
  std::optional<ReturnedChanges> returned;
};

delta::AddCdcFile ChangeDataFile(delta::AddFile file) {
  delta::AddCdcFile change_data;
  change_data.path = std::move(file.path);
  change_data.partition_values = std::move(file.partition_values);
  change_data.size_bytes = file.size_bytes;
  return change_data;
}

std::vector<FileChange> ChangesOf(const std::vector<TouchedFile>& touched,
                                  std::map<std::string, delta::AddFile> entries) {
  std::vector<FileChange> changes;
  for (const TouchedFile& file : touched) {
    FileChange change;
    change.path = file.entry.path;
    change.vector = file.entry.deletion_vector;
    change.gone = *file.gone;
    change.depended_on = *file.kept;
    const auto entry = entries.find(change.path);
    if (entry != entries.end()) change.entry = std::move(entry->second);
    if (file.fate == Fate::kStays) change.entry = file.entry;
    changes.push_back(std::move(change));
  }
  return changes;
}

void CountChanges(const RowChangeState& state, int64_t now_ms, RowChangeTotals& totals) {
  totals.inserted_rows = static_cast<int64_t>(state.inserted());
  totals.deleted_by_source = static_cast<int64_t>(state.by_source(RowMarks::Kind::kDeleted));
  totals.updated_by_source = static_cast<int64_t>(state.by_source(RowMarks::Kind::kUpdated));
  totals.execution_ms = std::max<int64_t>(0, now_ms - state.begun_ms());
}

}  // namespace

RowChangeSink::RowChangeSink(duckdb::PhysicalPlan& plan, const ApplyRowChanges& changes,
                             duckdb::vector<duckdb::LogicalType> types)
    : duckdb::PhysicalOperator(plan, duckdb::PhysicalOperatorType::EXTENSION, std::move(types), 1),
      changes_(changes) {}

duckdb::InsertionOrderPreservingMap<duckdb::string> RowChangeSink::ParamsToString() const {
  duckdb::InsertionOrderPreservingMap<duckdb::string> parameters;
  parameters["Table"] = changes_.change().target->SqlName();
  return parameters;
}

duckdb::unique_ptr<duckdb::GlobalSinkState> RowChangeSink::GetGlobalSinkState(
    duckdb::ClientContext& /*context*/) const {
  return duckdb::make_uniq<RowChangeSinkState>();
}

duckdb::SinkResultType RowChangeSink::Sink(duckdb::ExecutionContext& /*context*/,
                                           duckdb::DataChunk& chunk,
                                           duckdb::OperatorSinkInput& input) const {
  return engine::Guarded([&] {
    auto& state = input.global_state.Cast<RowChangeSinkState>();
    const WriteTarget& target = *changes_.change().target;
    const int64_t now_ms = target.catalog.environment().clock.NowMs();
    for (duckdb::idx_t row = 0; row < chunk.size(); ++row) {
      WrittenFile file = WrittenFileOf(target, chunk, row, now_ms);
      if (file.add.path.starts_with(kChangeDataFolder)) {
        ++state.totals.change_files;
        state.change_data.push_back(ChangeDataFile(std::move(file.add)));
        continue;
      }
      state.totals.CountAdded(file);
      state.added.push_back(std::move(file.add));
    }
    return duckdb::SinkResultType::NEED_MORE_INPUT;
  });
}

duckdb::SinkFinalizeType RowChangeSink::Finalize(duckdb::Pipeline& /*pipeline*/,
                                                 duckdb::Event& /*event*/,
                                                 duckdb::ClientContext& context,
                                                 duckdb::OperatorSinkFinalizeInput& input) const {
  return engine::Guarded([&] {
    auto& state = input.global_state.Cast<RowChangeSinkState>();
    const RowChange& change = changes_.change();
    const WriteTarget& target = *change.target;
    auto& transaction = LakeTransaction::Get(context, target.catalog);
    if (IsAlreadyWritten(context, transaction, target.root)) {
      TellAlreadyWritten(context, transaction, target.root);
      return duckdb::SinkFinalizeType::READY;
    }
    NoteWriteId(context, transaction, target.root);
    if (change.redefines) {
      transaction.Redefine(target.root, target.metadata);
    } else {
      CheckTarget(context, target);
    }
    const auto& touched = changes_.state().Touched(context);
    for (const TouchedFile& file : touched) state.totals.Count(file);
    CountChanges(changes_.state(), target.catalog.environment().clock.NowMs(), state.totals);
    // What changes no row is no change, but may depend on rows that others change.
    transaction.ChangeFiles(target.root,
                            ChangesOf(touched, WriteVectors(transaction, target, touched)));
    if (state.totals.ChangedRows() == 0 && !change.redefines)
      return duckdb::SinkFinalizeType::READY;
    for (delta::AddFile& file : state.added) {
      if (change.tells_changes) transaction.NoteTold(target.root, file.path);
      transaction.Append(target.root, std::move(file));
    }
    for (delta::AddCdcFile& file : state.change_data) {
      transaction.AppendChangeData(target.root, std::move(file));
    }
    transaction.AddOperation(target.root, OperationOf(change, state.totals));
    return duckdb::SinkFinalizeType::READY;
  });
}

duckdb::unique_ptr<duckdb::GlobalSourceState> RowChangeSink::GetGlobalSourceState(
    duckdb::ClientContext& context) const {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::GlobalSourceState> {
    auto state = duckdb::make_uniq<ResultState>();
    if (changes_.change().returns_rows) state->returned.emplace(context, changes_);
    return state;
  });
}

duckdb::SourceResultType RowChangeSink::GetDataInternal(duckdb::ExecutionContext& context,
                                                        duckdb::DataChunk& chunk,
                                                        duckdb::OperatorSourceInput& input) const {
  auto& result = input.global_state.Cast<ResultState>();
  if (result.returned) {
    return engine::Guarded([&] {
      return result.returned->Read(context, chunk) ? duckdb::SourceResultType::HAVE_MORE_OUTPUT
                                                   : duckdb::SourceResultType::FINISHED;
    });
  }
  if (result.done) return duckdb::SourceResultType::FINISHED;
  result.done = true;
  const auto& state = sink_state->Cast<RowChangeSinkState>();
  chunk.SetCardinality(1);
  // An INSERT says how many rows it inserted.
  const bool inserts = changes_.change().statement == RowStatement::kReplaceWhere;
  const int64_t rows = inserts ? state.totals.inserted_rows : state.totals.ChangedRows();
  chunk.SetValue(0, 0, duckdb::Value::BIGINT(rows));
  return duckdb::SourceResultType::HAVE_MORE_OUTPUT;
}

}  // namespace laguna::catalog
