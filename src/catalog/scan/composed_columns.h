// SPDX-License-Identifier: Apache-2.0
// All hidden columns of a scan, and those of them that the reader does not read as they are but
// that are composed of what it reads: the columns of row tracking and _metadata.
#pragma once

#include <mutex>
#include <vector>

#include "catalog/scan/scan_files.h"
#include "duckdb/common/multi_file/multi_file_states.hpp"
#include "duckdb/common/table_column.hpp"
#include "duckdb/planner/expression.hpp"
#include "duckdb/planner/table_filter.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

// ScanVirtualColumns and those that depend on the table.
duckdb::virtual_column_map_t HiddenColumns(const TableView& view);
bool IsComposedColumn(duckdb::column_t column);

// How a file gives the column: an expression over what the reader reads, which is told to read it.
// Says in `column` which column of the engine's own it needs besides.
duckdb::unique_ptr<duckdb::Expression> ComposedExpression(duckdb::ClientContext& context,
                                                          const ScanFiles& files, size_t number,
                                                          duckdb::BaseFileReader& reader,
                                                          duckdb::column_t& column);

// What one execution of a scan filters composed columns by. The reader filters single columns of
// the file only, so these filters are applied to what it has read. Made where a scan reads such
// columns; thread-safe.
class ComposedFilters final : public duckdb::MultiFileReaderGlobalState {
 public:
  explicit ComposedFilters(const duckdb::MultiFileList& files);

  // `filters` less those on composed columns, which are kept here. The same for every file.
  duckdb::unique_ptr<duckdb::TableFilterSet> Take(
      const duckdb::TableFilterSet& filters, const duckdb::vector<duckdb::ColumnIndex>& column_ids,
      const duckdb::virtual_column_map_t& columns);
  // Leaves those rows in `output` that pass; `input` is what the reader read for them.
  void Apply(duckdb::ClientContext& context, const duckdb::MultiFileReaderData& reader_data,
             duckdb::DataChunk& input, duckdb::DataChunk& output) const;

 private:
  std::mutex mutex_;
  bool taken_ = false;
  // Places of the filtered columns among those read; the condition has them in this order.
  std::vector<size_t> positions_;
  duckdb::vector<duckdb::LogicalType> types_;
  duckdb::unique_ptr<duckdb::Expression> condition_;
};

}  // namespace laguna::catalog
