// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/file_rows_scan.h"

#include <numeric>
#include <utility>
#include <vector>

#include "catalog/lake_catalog.h"
#include "catalog/row_change/row_ids.h"
#include "catalog/scan/bound_scan.h"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

// The rows of the file to read; null: none.
RowSet RowsOf(const TouchedFile& file, FileRows rows) {
  const auto some = [](const RowSet& set) { return set->IsEmpty() ? nullptr : set; };
  switch (rows) {
    case FileRows::kLeft:
      if (file.fate != TouchedFile::Fate::kRewritten) return nullptr;
      return std::make_shared<const delta::DeletionVector>(
          delta::DeletionVector::Union(*file.before, *file.gone));
    case FileRows::kBeforeUpdate:
      return some(file.updated);
    case FileRows::kDeleted:
      return some(file.deleted);
  }
  return nullptr;
}

class FileRowsState final : public duckdb::GlobalSourceState {
 public:
  FileRowsState(duckdb::ClientContext& context, const RowChange& change,
                const std::vector<TouchedFile>& touched, FileRows rows)
      : gives_pairs(change.pairs_changes && rows != FileRows::kLeft) {
    const TableScanSource source = SourceOfFileRows(change, touched, rows);
    if (!source.view) return;
    duckdb::vector<duckdb::column_t> columns(change.target->columns.size());
    std::iota(columns.begin(), columns.end(), duckdb::column_t{0});
    if (change.keeps_row_ids) {
      for (const duckdb::column_t id : RowIdColumns()) columns.push_back(id);
    }
    for (const TouchedFile& file : touched) {
      if (gives_pairs && RowsOf(file, rows)) numbers.push_back(file.number);
    }
    if (gives_pairs) {
      for (const duckdb::column_t id : ScanRowIdColumns()) columns.push_back(id);
    }
    scan.emplace(context, source, columns);
  }
  duckdb::idx_t MaxThreads() override { return scan ? scan->MaxThreads() : 1; }

  // Behind the columns the scan has the rows' identities.
  const bool gives_pairs;
  // Of the files scanned, in the statement's view.
  std::vector<size_t> numbers;
  // Nothing: no rows.
  std::optional<BoundScan> scan;
};

class FileRowsReader final : public duckdb::LocalSourceState {
 public:
  FileRowsReader(duckdb::ExecutionContext& context, BoundScan& scan) : reader(context, scan) {
    rows.Initialize(context.client, scan.types());
  }
  BoundScan::Reader reader;
  duckdb::DataChunk rows;
};

// From the identities in the last two columns.
void PutPairs(duckdb::DataChunk& rows, const std::vector<size_t>& numbers, duckdb::Vector& pairs) {
  duckdb::UnifiedVectorFormat files;
  duckdb::UnifiedVectorFormat positions;
  rows.data[rows.ColumnCount() - 2].ToUnifiedFormat(rows.size(), files);
  rows.data[rows.ColumnCount() - 1].ToUnifiedFormat(rows.size(), positions);
  auto* values = duckdb::FlatVector::GetData<int64_t>(pairs);
  for (duckdb::idx_t row = 0; row < rows.size(); ++row) {
    const auto file =
        duckdb::UnifiedVectorFormat::GetData<uint64_t>(files)[files.sel->get_index(row)];
    const auto position =
        duckdb::UnifiedVectorFormat::GetData<int64_t>(positions)[positions.sel->get_index(row)];
    values[row] = PairOf({numbers.at(file), static_cast<uint64_t>(position)});
  }
}

const char* ChangeTypeOf(FileRows rows) {
  return rows == FileRows::kDeleted ? kDeleted : kBeforeUpdate;
}

}  // namespace

TableScanSource SourceOfFileRows(const RowChange& change, const std::vector<TouchedFile>& touched,
                                 FileRows rows) {
  TableScanSource source;
  std::vector<delta::AddFile> files;
  for (const TouchedFile& file : touched) {
    RowSet chosen = RowsOf(file, rows);
    if (!chosen) continue;
    files.push_back(file.entry);
    source.choices.push_back({std::move(chosen), rows != FileRows::kLeft});
  }
  if (files.empty()) return source;
  TableView view = *change.view;
  view.files = delta::FileTable().With({}, files);
  source.view = std::make_shared<const TableView>(std::move(view));
  source.store = &change.target->catalog.environment().store;
  return source;
}

FileRowsScan::FileRowsScan(duckdb::PhysicalPlan& plan, const ApplyRowChanges& changes,
                           FileRows rows)
    : duckdb::PhysicalOperator(
          plan, duckdb::PhysicalOperatorType::EXTENSION,
          rows == FileRows::kLeft ? RowTypes(changes.change()) : ChangedRowTypes(changes.change()),
          0),
      changes_(changes),
      rows_(rows) {}

duckdb::InsertionOrderPreservingMap<duckdb::string> FileRowsScan::ParamsToString() const {
  duckdb::InsertionOrderPreservingMap<duckdb::string> parameters;
  parameters["Table"] = changes_.change().target->SqlName();
  parameters["Rows"] =
      rows_ == FileRows::kLeft ? "left in files written anew" : ChangeTypeOf(rows_);
  return parameters;
}

duckdb::unique_ptr<duckdb::GlobalSourceState> FileRowsScan::GetGlobalSourceState(
    duckdb::ClientContext& context) const {
  return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::GlobalSourceState> {
    return duckdb::make_uniq<FileRowsState>(context, changes_.change(),
                                            changes_.state().Touched(context), rows_);
  });
}

duckdb::unique_ptr<duckdb::LocalSourceState> FileRowsScan::GetLocalSourceState(
    duckdb::ExecutionContext& context, duckdb::GlobalSourceState& global) const {
  auto& state = global.Cast<FileRowsState>();
  if (!state.scan) return duckdb::make_uniq<duckdb::LocalSourceState>();
  return duckdb::make_uniq<FileRowsReader>(context, *state.scan);
}

duckdb::SourceResultType FileRowsScan::GetDataInternal(duckdb::ExecutionContext& context,
                                                       duckdb::DataChunk& chunk,
                                                       duckdb::OperatorSourceInput& input) const {
  return engine::Guarded([&] {
    const auto& state = input.global_state.Cast<FileRowsState>();
    if (!state.scan) return duckdb::SourceResultType::FINISHED;
    auto& local = input.local_state.Cast<FileRowsReader>();
    local.rows.Reset();
    if (!local.reader.Read(context.client, local.rows)) return duckdb::SourceResultType::FINISHED;
    const size_t columns = local.rows.ColumnCount() - (state.gives_pairs ? 2 : 0);
    for (size_t i = 0; i < columns; ++i) chunk.data[i].Reference(local.rows.data[i]);
    if (state.gives_pairs) PutPairs(local.rows, state.numbers, chunk.data[columns]);
    if (rows_ != FileRows::kLeft) {
      chunk.data.back().Reference(duckdb::Value(ChangeTypeOf(rows_)));
    }
    chunk.SetCardinality(local.rows);
    return duckdb::SourceResultType::HAVE_MORE_OUTPUT;
  });
}

}  // namespace laguna::catalog
