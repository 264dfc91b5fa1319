// SPDX-License-Identifier: Apache-2.0
// The scan of a Delta table: the engine's Parquet scan with our files, schema, pruning and
// statistics.
#pragma once

#include <memory>
#include <vector>

#include "catalog/scan/scan_files.h"
#include "catalog/scan/scan_read.h"
#include "catalog/table_view.h"
#include "duckdb/function/table_function.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace duckdb {
class PhysicalTableScan;
}

namespace laguna::catalog {

class TableFileList;

class TableFileList;

struct TableScanSource {
  TableViewPtr view;
  // Holds the table's files.
  io::ObjectStore* store = nullptr;
  // The catalog's entry; null for a table outside the catalog.
  duckdb::TableCatalogEntry* table = nullptr;
  // Set when the scan is the store's only owner.
  std::shared_ptr<io::ObjectStore> owned_store;
  // Told what the scan reads; may be null.
  std::shared_ptr<ScanRead> read;
  // One for each file, or none (ScanFiles::Choose).
  std::vector<RowChoice> choices;
};

struct BoundTableScan {
  duckdb::TableFunction function;
  duckdb::unique_ptr<duckdb::FunctionData> bind_data;
  duckdb::vector<duckdb::LogicalType> types;
  duckdb::vector<duckdb::string> names;
};

BoundTableScan BindTableScan(duckdb::ClientContext& context, const TableScanSource& source);

// The files of a scan of ours; null for other scans. Lives as long as the scan's bind data.
const TableFileList* FilesOfScan(const duckdb::LogicalGet& scan);

// Makes `function` scan what its bind data says; everything but name, arguments and bind is set.
duckdb::TableFunction MakeScanFunction(duckdb::ClientContext& context);

// The files that a scan made by BindTableScan reads as planned; null for other scans.
const TableFileList* FilesToScan(const duckdb::PhysicalTableScan& scan);

// _file (its location), _file_index (its number in the table) and _row_number (from 0 in the file):
// hidden unless asked for by name; the last two identify a row.
duckdb::virtual_column_map_t ScanVirtualColumns();
duckdb::vector<duckdb::column_t> ScanRowIdColumns();

}  // namespace laguna::catalog
