// SPDX-License-Identifier: Apache-2.0
// What a scan knows about its rows when it starts: filters of the query, of the build sides of its
// joins, and of an ORDER BY with LIMIT, which tighten while it runs. Copied from the engine's, so
// that it may outlive them.
#pragma once

#include <span>
#include <vector>

#include "catalog/scan/file_pruning.h"
#include "catalog/scan/scan_files.h"
#include "catalog/scan/value_range.h"
#include "duckdb/planner/table_filter.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

class ScanFilters {
 public:
  // `filters` by the position of their column in `columns`.
  ScanFilters(const ScanFiles& files, const duckdb::vector<duckdb::column_t>& columns,
              const duckdb::TableFilterSet& filters);

  // What they say now by values alone: the filters that change while scanning, and those that refer
  // to something of the query's, say nothing. Columns by their position in `columns`.
  [[nodiscard]] ScanFilterList Lasting() const;

  // Whether a later Keep may leave out more.
  [[nodiscard]] bool ChangeWhileScanning() const;
  // Those of `numbers` that may hold matching rows by what the filters say now, in their order.
  [[nodiscard]] std::vector<size_t> Keep(duckdb::ClientContext& context,
                                         std::span<const size_t> numbers) const;

 private:
  struct ColumnFilter {
    size_t position;
    duckdb::unique_ptr<duckdb::TableFilter> filter;
  };

  ScanColumns columns_;
  std::vector<ColumnFilter> filters_;
};

}  // namespace laguna::catalog
