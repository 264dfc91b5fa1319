// SPDX-License-Identifier: Apache-2.0
// What one execution of a row change has found out so far, shared by the operators of its plan:
// first rows are marked and changed rows kept, by all threads; then the touched files are settled.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "catalog/row_change/row_change.h"
#include "catalog/row_change/row_marks.h"
#include "catalog/row_change/touched_files.h"
#include "duckdb/common/types/column/column_data_collection.hpp"
#include "duckdb/execution/physical_operator_states.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class RowChangeState final : public duckdb::GlobalOperatorState {
 public:
  RowChangeState(duckdb::ClientContext& context, RowChangePtr change);

  RowMarks& marks() { return marks_; }
  // New rows with their change type; in memory the engine counts and spills.
  void Keep(duckdb::DataChunk& changed_rows);
  // Null when none were kept.
  [[nodiscard]] duckdb::ColumnDataCollection* kept_rows() { return kept_rows_.get(); }
  void CountInserted(duckdb::idx_t rows);
  [[nodiscard]] duckdb::idx_t inserted() const { return inserted_; }
  // Rows that a clause for rows without a source took; each row of the table comes there once.
  void CountBySource(RowMarks::Kind kind, duckdb::idx_t rows);
  [[nodiscard]] duckdb::idx_t by_source(RowMarks::Kind kind) const {
    return by_source_[static_cast<size_t>(kind)];
  }
  [[nodiscard]] int64_t begun_ms() const { return begun_ms_; }

  // The files with marked rows. The first call settles what becomes of them: no row is marked after
  // it.
  const std::vector<TouchedFile>& Touched(duckdb::ClientContext& context);

 private:
  const RowChangePtr change_;
  RowMarks marks_;
  std::mutex mutex_;
  const int64_t begun_ms_;
  duckdb::idx_t inserted_ = 0;
  std::array<duckdb::idx_t, 2> by_source_{};
  duckdb::unique_ptr<duckdb::ColumnDataCollection> kept_rows_;
  std::optional<std::vector<TouchedFile>> touched_;
};

// The columns of the rows to write, the row's pair where changes have one, then the change type.
duckdb::vector<duckdb::LogicalType> ChangedRowTypes(const RowChange& change);
// What pairs a row as it was and as it is.
int64_t PairOf(RowId id);
// The columns of the target, and where rows keep their ids those of row_ids.h.
duckdb::vector<duckdb::LogicalType> RowTypes(const RowChange& change);

}  // namespace laguna::catalog
