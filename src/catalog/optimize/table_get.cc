// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/table_get.h"

#include <utility>

#include "catalog/scan/table_scan.h"
#include "duckdb/planner/operator/logical_get.hpp"

namespace laguna::catalog {

duckdb::unique_ptr<duckdb::LogicalOperator> TableGet(
    duckdb::ClientContext& context, const TableViewPtr& view, io::ObjectStore& store,
    const duckdb::vector<duckdb::column_t>& columns) {
  TableScanSource source;
  source.view = view;
  source.store = &store;
  BoundTableScan scan = BindTableScan(context, source);
  auto hidden = scan.function.get_virtual_columns(context, scan.bind_data.get());
  auto get = duckdb::make_uniq<duckdb::LogicalGet>(kGetIndex, std::move(scan.function),
                                                   std::move(scan.bind_data), std::move(scan.types),
                                                   std::move(scan.names), std::move(hidden));
  for (const duckdb::column_t column : columns) get->AddColumnId(column);
  return get;
}

}  // namespace laguna::catalog
