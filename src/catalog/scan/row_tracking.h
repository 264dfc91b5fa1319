// SPDX-License-Identifier: Apache-2.0
// The hidden columns of tables with row tracking (protocol section "Row Tracking"): _row_id, which
// a row keeps for its whole life, and _row_commit_version, the version that last changed it.
//
// A row's value stands in the file's materialised column, where the file has one and the row is not
// NULL there; else it follows from the add action: its base row id plus the row's position, its
// default commit version. Rows of a file that tells neither have NULL.
#pragma once

#include <mutex>
#include <vector>

#include "catalog/table_view.h"
#include "duckdb.hpp"
#include "duckdb/common/multi_file/multi_file_states.hpp"
#include "duckdb/common/table_column.hpp"
#include "duckdb/planner/expression.hpp"
#include "duckdb/planner/table_filter.hpp"

namespace laguna::catalog {

// Adds the two columns where the table supports row tracking.
void AddRowTrackingColumns(const TableView& view, duckdb::virtual_column_map_t& columns);
bool IsRowTrackingColumn(duckdb::column_t column);

// How a file gives the column: an expression over what the reader reads. Says in `column` which
// column of the engine's own it needs at `local`, or asks the reader for one of the file at `local`
// and for the row's position behind it.
duckdb::unique_ptr<duckdb::Expression> RowTrackingExpression(
    duckdb::ClientContext& context, const TableView& view, const delta::FileView& file,
    duckdb::BaseFileReader& reader, duckdb::column_t& column, duckdb::MultiFileLocalIndex local);

// What one execution of a scan filters the two columns by. The reader filters single columns of the
// file only, and these may be made of two, so their filters are applied to what it has read. Made
// where a scan reads them; thread-safe.
class RowTrackingFilters final : public duckdb::MultiFileReaderGlobalState {
 public:
  explicit RowTrackingFilters(const duckdb::MultiFileList& files);

  // `filters` less those on the two columns, which are kept here. The same for every file.
  duckdb::unique_ptr<duckdb::TableFilterSet> Take(
      const duckdb::TableFilterSet& filters, const duckdb::vector<duckdb::ColumnIndex>& column_ids);
  // Leaves those rows in `output` that pass; `input` is what the reader read for them.
  void Apply(duckdb::ClientContext& context, const duckdb::MultiFileReaderData& reader_data,
             duckdb::DataChunk& input, duckdb::DataChunk& output) const;

 private:
  std::mutex mutex_;
  bool taken_ = false;
  // Places of the filtered columns among those read; the condition has them in this order.
  std::vector<size_t> positions_;
  duckdb::unique_ptr<duckdb::Expression> condition_;
};

}  // namespace laguna::catalog
