// SPDX-License-Identifier: Apache-2.0
#include "catalog/relocation/find_rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/relocation/wanted_rows.h"
#include "catalog/row_change/row_ids.h"
#include "catalog/scan/bound_scan.h"
#include "catalog/scan/table_scan.h"
#include "delta/data_path.h"
#include "duckdb/function/create_sort_key.hpp"
#include "duckdb/parallel/thread_context.hpp"
#include "engine/guard.h"
#include "engine/scoped_connection.h"

namespace laguna::catalog {
namespace {

using duckdb::idx_t;

using Columns = duckdb::vector<duckdb::column_t>;

// So many columns are read where the first one does not tell rows apart, before all are.
constexpr size_t kSomeColumns = 4;

bool MayTellApart(const delta::DataType& type) {
  return type.AsStruct() == nullptr && type.AsArray() == nullptr && type.AsMap() == nullptr &&
         !type.Is(delta::Primitive::kVariant) && !type.Is(delta::Primitive::kBoolean);
}

// What may tell rows apart, as the scan calls it: few columns first, all of them last.
std::vector<Columns> ColumnsToTry(const TableView& view) {
  Columns plain;
  Columns all;
  const auto& partitions = view.metadata.partition_columns;
  const auto& fields = view.metadata.schema.fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (std::ranges::find(partitions, fields[i].name) != partitions.end()) continue;
    all.push_back(i);
    if (plain.size() < kSomeColumns && MayTellApart(fields[i].type)) plain.push_back(i);
  }
  std::vector<Columns> tries;
  if (KeepsRowIds(view)) {
    const duckdb::column_t id = RowIdColumns().front();
    tries.push_back({id});
    all.push_back(id);
  } else if (!plain.empty()) {
    tries.push_back({plain.front()});
    tries.push_back(std::move(plain));
  }
  tries.push_back(std::move(all));
  return tries;
}

// Reads rows with their places, some thousand at a time.
class PlacedRows {
 public:
  PlacedRows(duckdb::ClientContext& context, const TableScanSource& source, const Columns& columns)
      : context_(context),
        value_columns_(columns.size()),
        scan_(context, source, WithPlaces(columns)),
        thread_(context),
        execution_(context, thread_, nullptr),
        reader_(execution_, scan_),
        hashes_(duckdb::LogicalType::HASH) {
    chunk_.Initialize(context, scan_.types());
    const auto& types = scan_.types();
    values_.InitializeEmpty({types.begin(), types.begin() + static_cast<int64_t>(value_columns_)});
  }

  // False at the end.
  bool Next() {
    chunk_.Reset();
    if (!reader_.Read(context_, chunk_)) return false;
    for (size_t i = 0; i < value_columns_; ++i) values_.data[i].Reference(chunk_.data[i]);
    values_.SetCardinality(chunk_);
    values_.Hash(hashes_);
    hashes_.Flatten(size());
    chunk_.data[value_columns_].ToUnifiedFormat(size(), files_);
    chunk_.data[value_columns_ + 1].ToUnifiedFormat(size(), positions_);
    return true;
  }

  [[nodiscard]] idx_t size() const { return chunk_.size(); }
  [[nodiscard]] uint64_t HashOf(idx_t row) const {
    return duckdb::FlatVector::GetData<duckdb::hash_t>(hashes_)[row];
  }
  [[nodiscard]] size_t FileOf(idx_t row) const {
    return duckdb::UnifiedVectorFormat::GetData<uint64_t>(files_)[files_.sel->get_index(row)];
  }
  [[nodiscard]] uint64_t PositionOf(idx_t row) const {
    const auto* positions = duckdb::UnifiedVectorFormat::GetData<int64_t>(positions_);
    return static_cast<uint64_t>(positions[positions_.sel->get_index(row)]);
  }

  // Calls `use(row, key)` for these of the rows read last.
  template <class Use>
  void ForEachKey(const std::vector<idx_t>& rows, Use use) {
    duckdb::SelectionVector chosen(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) chosen.set_index(i, rows[i]);
    duckdb::DataChunk some;
    some.InitializeEmpty(values_.GetTypes());
    some.Slice(values_, chosen, rows.size());
    some.Flatten();
    const duckdb::vector<duckdb::OrderModifiers> order(
        value_columns_,
        duckdb::OrderModifiers(duckdb::OrderType::ASCENDING, duckdb::OrderByNullType::NULLS_FIRST));
    duckdb::Vector keys(duckdb::LogicalType::BLOB, rows.size());
    duckdb::CreateSortKeyHelpers::CreateSortKey(some, order, keys);
    const auto* texts = duckdb::FlatVector::GetData<duckdb::string_t>(keys);
    for (size_t i = 0; i < rows.size(); ++i) {
      use(rows[i], std::string_view(texts[i].GetData(), texts[i].GetSize()));
    }
  }

 private:
  static Columns WithPlaces(Columns columns) {
    for (const duckdb::column_t id : ScanRowIdColumns()) columns.push_back(id);
    return columns;
  }

  duckdb::ClientContext& context_;
  const size_t value_columns_;
  BoundScan scan_;
  duckdb::ThreadContext thread_;
  duckdb::ExecutionContext execution_;
  BoundScan::Reader reader_;
  duckdb::DataChunk chunk_;
  duckdb::DataChunk values_;
  duckdb::Vector hashes_;
  duckdb::UnifiedVectorFormat files_;
  duckdb::UnifiedVectorFormat positions_;
};

class RowSearch {
 public:
  // By these columns; `all` of them.
  RowSearch(duckdb::ClientContext& outer, duckdb::ClientContext& context, const TableView& view,
            io::ObjectStore& store, const Columns& columns, bool all)
      : outer_(outer),
        context_(context),
        view_(view),
        store_(store),
        columns_(columns),
        all_(all) {}

  // Nothing where rows are not found, or are too many, or the columns do not tell them apart.
  std::optional<delta::RowClaims> Find(std::span<const delta::OldRows> old,
                                       std::span<const delta::AddFile> files) {
    if (!Want(old) || IsStuck()) return std::nullopt;
    delta::RowClaims found = Look(files);
    if (wanted_.missing() > 0 || IsStuck()) return std::nullopt;
    return found;
  }
  // With more columns there may be an answer.
  [[nodiscard]] bool IsStuck() const { return !all_ && wanted_.is_ambiguous(); }

 private:
  [[nodiscard]] TableScanSource SourceOf(const std::vector<delta::AddFile>& files) const {
    TableView view = view_;
    view.files = delta::FileTable().With({}, files);
    TableScanSource source;
    source.view = std::make_shared<const TableView>(std::move(view));
    source.store = &store_;
    return source;
  }

  void CheckInterrupted() const {
    if (!outer_.IsInterrupted()) return;
    throw base::Error(base::ErrorKind::kCancelled, "engine.cancelled",
                      "The statement was cancelled.");
  }

  // False: too many.
  bool Want(std::span<const delta::OldRows> old) {
    std::vector<delta::AddFile> files;
    std::vector<RowChoice> choices;
    for (const delta::OldRows& rows : old) {
      files.push_back(rows.file);
      choices.push_back({std::make_shared<const delta::DeletionVector>(delta::DeletionVector::Union(
                             rows.rows.deleted, rows.rows.depended_on)),
                         true});
    }
    TableScanSource source = SourceOf(files);
    source.choices = std::move(choices);
    PlacedRows rows(context_, source, columns_);
    bool fits = true;
    while (fits && rows.Next()) {
      CheckInterrupted();
      std::vector<idx_t> all(rows.size());
      for (idx_t row = 0; row < rows.size(); ++row) all[row] = row;
      rows.ForEachKey(all, [&](idx_t row, std::string_view key) {
        const delta::RowClaim& claim = old[rows.FileOf(row)].rows;
        const RowUse use =
            claim.deleted.Contains(rows.PositionOf(row)) ? RowUse::kDelete : RowUse::kDependOn;
        fits = fits && wanted_.Want(rows.HashOf(row), key, use);
      });
    }
    return fits;
  }

  delta::RowClaims Look(std::span<const delta::AddFile> files) {
    delta::RowClaims found;
    PlacedRows rows(context_, SourceOf({files.begin(), files.end()}), columns_);
    while (!IsStuck() && (!all_ || wanted_.missing() > 0) && rows.Next()) {
      CheckInterrupted();
      std::vector<idx_t> likely;
      for (idx_t row = 0; row < rows.size(); ++row) {
        if (wanted_.MayWant(rows.HashOf(row))) likely.push_back(row);
      }
      if (likely.empty()) continue;
      rows.ForEachKey(likely, [&](idx_t row, std::string_view key) {
        const std::optional<RowUse> use = wanted_.Take(rows.HashOf(row), key);
        if (!use) return;
        const std::string path(delta::CanonicalPath(files[rows.FileOf(row)].path));
        delta::RowClaim& claim = found[path];
        (*use == RowUse::kDelete ? claim.deleted : claim.depended_on).Add(rows.PositionOf(row));
      });
    }
    return found;
  }

  duckdb::ClientContext& outer_;
  duckdb::ClientContext& context_;
  const TableView& view_;
  io::ObjectStore& store_;
  const Columns& columns_;
  const bool all_;
  WantedRows wanted_;
};

}  // namespace

std::optional<delta::RowClaims> FindRows(duckdb::ClientContext& outer, const TableView& view,
                                         io::ObjectStore& store,
                                         std::span<const delta::OldRows> old,
                                         std::span<const delta::AddFile> files) try {
  // A transaction that commits has left its client already.
  engine::ScopedConnection connection(*outer.db);
  connection.context->config = outer.config;
  connection.BeginTransaction();
  const std::vector<Columns> tries = ColumnsToTry(view);
  for (const Columns& columns : tries) {
    const bool all = &columns == &tries.back();
    RowSearch search(outer, *connection.context, view, store, columns, all);
    std::optional<delta::RowClaims> found = search.Find(old, files);
    if (found || !search.IsStuck()) return found;
  }
  return std::nullopt;
} catch (...) {
  const base::Error error = engine::CurrentError();
  if (error.kind() == base::ErrorKind::kCancelled) throw error;
  return std::nullopt;
}

}  // namespace laguna::catalog
